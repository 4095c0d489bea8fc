//! The closed lists of words that documents use and that no other type of the product defines.

use serde::{Deserialize, Serialize};

/// What is known of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// The ledger holds it; the database that was read does not have it yet.
    Accepted,
    /// The account's positions include it.
    Booked,
    /// The book refused it, by the account's limits or rules.
    Rejected,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RunEnd {
    /// Every step was done.
    Completed,
    /// It was given up, by an operator or before its point of no return.
    Abandoned,
    /// A failover away from a dark Region took its place.
    Superseded,
}

/// Whether a Region holds authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RegionRole {
    /// The authority names this Region.
    Active,
    /// The authority names the other Region, or cannot be read.
    Standby,
}

/// What a Region's database may do now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DatabaseRole {
    /// It takes writes.
    Writer,
    /// It follows the writer and can be promoted.
    Reader,
    /// It is not part of the global database; no read is answered from it.
    Orphan,
    /// It was the writer and refuses writes until the move is over.
    Fenced,
    /// Its server does not answer.
    #[default]
    Down,
}

/// The engine behind a local Region's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DatabaseEngine {
    /// A file that the supervisor replicates; its lag is counted in commits.
    Sqlite,
    /// A server that replicates by streaming; its lag is counted in bytes of its log.
    Postgres,
}

/// Which intervals a platform runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimingName {
    /// Short intervals for one machine. Figures taken with them are labelled local.
    Local,
    /// The intervals of a deployed platform.
    Aws,
}
