//! The status of one Region, and of the whole platform.

#[cfg(test)]
use crate::schema;
use crate::{
    AuthorityView, DatabaseEngine, DatabaseRole, FinishedRunView, ObservationView, Open,
    RegionRole, RunView, SeenRegion, TimingName,
};
use leeward_model::{AccountId, Diagnosis, Epoch, Mode, Region, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The response to `GET /v1/status`: the status of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegionStatus {
    /// The Region that answered.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The authority as the Region last read it; null before the first read.
    pub authority: Option<AuthorityView>,
    /// The last observation of the Region's own sentinel; null before its first tick.
    pub observation: Option<ObservationView>,
    /// The last verdict of the Region's own sentinel; null before its first tick.
    #[cfg_attr(test, schemars(with = "Option<schema::Verdict>"))]
    pub verdict: Option<Open<Verdict>>,
    /// The access at the Region's own database endpoint; null if the database does not answer.
    pub database: Option<DatabaseAccess>,
    /// The parked accounts, each with the reason. They wait for an operator or a newer binary.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub parked: BTreeMap<AccountId, String>,
    /// The id of the process that answered.
    pub pid: u32,
}

/// The access at a Region's own database endpoint, as the engine reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseAccess {
    /// Whether the database accepts writes.
    pub writable: bool,
    /// Whether the database is part of the global database.
    pub member: bool,
}

/// The document of `leeward status`: the whole platform, local or deployed.
///
/// A local platform is described by its supervisor and a deployed one by its operator function; each
/// leaves out what it cannot know. A null value means *unknown*, never *none*, except for `run` and
/// `last_run`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlatformStatus {
    /// The status 200, from the operator function; absent from a local platform's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The active Region.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub active: Option<Region>,
    /// The epoch, which grows by one with every change of the active Region.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<u64>"))]
    pub epoch: Option<Epoch>,
    /// The version of the authority that this document is based on.
    #[serde(default)]
    pub version: Option<u64>,
    /// The mode, which determines the moves that start automatically.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<schema::Mode>"))]
    pub mode: Option<Open<Mode>>,
    /// The open run; null if none is open.
    #[serde(default)]
    pub run: Option<RunView>,
    /// The last run that ended; null if there is none.
    #[serde(default)]
    pub last_run: Option<FinishedRunView>,
    /// The primary and the secondary Region, in this order.
    #[serde(default)]
    pub regions: Vec<RegionView>,
    /// The known sentinels.
    #[serde(default)]
    pub sentinels: Option<Vec<SentinelView>>,
    /// The resolution of the public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsView>,
    /// The local cloud; absent from a deployed platform's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<CloudEndpoint>,
    /// The file with a local platform's tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_file: Option<String>,
    /// The timing of a local platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Open<TimingName>>,
}

impl PlatformStatus {
    /// Returns the view of a Region.
    pub fn region(&self, name: &str) -> Option<&RegionView> {
        self.regions.iter().find(|region| region.name.as_str() == name)
    }

    /// Returns the Regions' API addresses, the primary's first.
    pub fn apis(&self) -> Vec<String> {
        self.regions.iter().filter_map(|region| region.api.clone()).collect()
    }
}

/// One Region of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegionView {
    /// The Region's name.
    #[cfg_attr(test, schemars(with = "String"))]
    pub name: Region,
    /// The role: whether the Region holds the authority.
    pub role: Open<RegionRole>,
    /// The base address of the Region's API.
    pub api: Option<String>,
    /// The process id of the local agent; null while it is down, and for a deployed Region.
    pub pid: Option<u32>,
    /// Whether the Region's API answers.
    pub healthy: bool,
    /// Whether the Region accepts orders.
    pub accepting: bool,
    /// Whether the Region receives the traffic of the public name.
    pub traffic: bool,
    /// The diagnosis of another Region's sentinel, otherwise that of its own.
    #[cfg_attr(test, schemars(with = "Option<schema::Diagnosis>"))]
    pub diagnosis: Option<Open<Diagnosis>>,
    /// Whether a fault has cut off its local cloud; absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark: Option<bool>,
    /// The Region's database.
    pub database: DatabaseView,
}

/// A Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseView {
    /// The local engine; absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Open<DatabaseEngine>>,
    /// The role of the database.
    pub role: Option<Open<DatabaseRole>>,
    /// The age of the oldest commit that the database lacks, in milliseconds.
    #[serde(default)]
    pub lag_ms: Option<u64>,
    /// The amount of data that the database lacks: commits with SQLite, bytes of the log with PostgreSQL.
    #[serde(default)]
    pub behind: Option<u64>,
}

/// One sentinel of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentinelView {
    /// The Region that it runs in.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The id of its local process; null while it is down, and for a deployed sentinel.
    pub pid: Option<u32>,
    /// The number of its ticks so far.
    pub counter: Option<u64>,
    /// Its view of each Region.
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, SeenRegion>>"))]
    pub sees: Option<BTreeMap<Region, SeenRegion>>,
}

/// The resolution of the public name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DnsView {
    /// The address of the DNS server, or a note that the system's resolver was asked.
    pub address: String,
    /// The public name.
    pub name: String,
    /// The port that the Regions' APIs listen on.
    pub port: u16,
    /// The IP address that the name resolves to; null if it does not.
    pub answer: Option<String>,
    /// The TTL of the answer, in seconds.
    pub ttl_s: u32,
}

/// The address of the local cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CloudEndpoint {
    /// The base address, for any AWS client.
    pub endpoint: String,
}

/// The answer of the operator function if it cannot describe the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unavailable {
    /// The status. 404: there is no authority yet. 422: the event is not a valid operation. 503: the authority cannot
    /// be read.
    pub status: u16,
    /// The reason.
    #[serde(default)]
    pub detail: Option<String>,
}
