//! The vocabularies of the API's documents that are not defined in another crate.

use serde::{Deserialize, Serialize};

/// The status of an order, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// The ledger holds the order, but the database from which this status was read does not have it yet.
    Accepted,
    /// The account's positions include the order.
    Booked,
    /// The account's limits or the booking rules rejected the order.
    Rejected,
}

/// The way in which a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RunEnd {
    /// Every step was completed.
    Completed,
    /// An operator abandoned the run, or the run was abandoned before its point of no return.
    Abandoned,
    /// A failover away from a dark Region superseded the run.
    Superseded,
}

/// The role of a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RegionRole {
    /// The authority names this Region.
    Active,
    /// The authority names the other Region, or cannot be read.
    Standby,
}

/// The role of a Region's database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DatabaseRole {
    /// The database accepts writes.
    Writer,
    /// The database replicates from the writer and can be promoted.
    Reader,
    /// The database is not part of the global database and serves no reads.
    Orphan,
    /// The database was the writer and rejects writes until the move has ended.
    Fenced,
    /// The database server does not respond.
    #[default]
    Down,
}

/// The engine behind a local Region's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DatabaseEngine {
    /// A file that the supervisor replicates. Its lag is counted in commits.
    Sqlite,
    /// A server that replicates by streaming. Its lag is counted in bytes of its log.
    Postgres,
}

/// The timing of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimingName {
    /// Short intervals for one machine. Figures taken with them are labelled local.
    Local,
    /// The intervals of a deployed platform.
    Aws,
}
