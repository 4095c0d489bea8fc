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

/// The response of `GET /v1/status`, which is the status of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegionStatus {
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The authority as the Region last read it. Null before the first read.
    pub authority: Option<AuthorityView>,
    /// The last observation of the Region's own sentinel. Null before its first tick.
    pub observation: Option<ObservationView>,
    /// The last verdict of the Region's own sentinel. Null before its first tick.
    #[cfg_attr(test, schemars(with = "Option<schema::Verdict>"))]
    pub verdict: Option<Open<Verdict>>,
    /// The access at the Region's own database endpoint. Null if the database does not respond.
    pub database: Option<DatabaseAccess>,
    /// The parked accounts, each with its reason. They wait for an operator or a newer binary.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub parked: BTreeMap<AccountId, String>,
    /// The id of the process that sent this response.
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

/// The document that `leeward status` prints: the status of the whole platform, local or deployed.
///
/// The supervisor describes a local platform, and the operator function describes a deployed one. Each omits what it
/// cannot know. A null value means *unknown*, never *none*, except for `run` and `last_run`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlatformStatus {
    /// The status 200 in a response of the operator function. Absent from a local platform's document.
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
    /// The version of the authority on which this document is based.
    #[serde(default)]
    pub version: Option<u64>,
    /// The mode, which determines the moves that start automatically.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<schema::Mode>"))]
    pub mode: Option<Open<Mode>>,
    /// The open run. Null if none is open.
    #[serde(default)]
    pub run: Option<RunView>,
    /// The last run that ended. Null if there is none.
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
    /// The local cloud. Absent from a deployed platform's document.
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
    /// Returns the view of the Region with this name.
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
    /// The role, which states whether the Region holds the authority.
    pub role: Open<RegionRole>,
    /// The base address of the Region's API.
    pub api: Option<String>,
    /// The process id of the local agent. Null while it is down, and for a deployed Region.
    pub pid: Option<u32>,
    /// Whether the Region's API responds.
    pub healthy: bool,
    /// Whether the Region accepts orders.
    pub accepting: bool,
    /// Whether the Region receives the traffic of the public name.
    pub traffic: bool,
    /// The diagnosis by another Region's sentinel, or else by the Region's own sentinel.
    #[cfg_attr(test, schemars(with = "Option<schema::Diagnosis>"))]
    pub diagnosis: Option<Open<Diagnosis>>,
    /// Whether a fault has cut off the Region's local cloud. Absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark: Option<bool>,
    /// The Region's database.
    pub database: DatabaseView,
}

/// A Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseView {
    /// The local engine. Absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Open<DatabaseEngine>>,
    /// The role of the database.
    pub role: Option<Open<DatabaseRole>>,
    /// The age of the oldest commit that the database lacks, in milliseconds.
    #[serde(default)]
    pub lag_ms: Option<u64>,
    /// The amount of data that the database lacks, in commits for SQLite and in bytes of the log for PostgreSQL.
    #[serde(default)]
    pub behind: Option<u64>,
}

/// One sentinel of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentinelView {
    /// The Region in which the sentinel runs.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The id of the sentinel's local process. Null while it is down, and for a deployed sentinel.
    pub pid: Option<u32>,
    /// The number of the sentinel's ticks so far.
    pub counter: Option<u64>,
    /// The sentinel's view of each Region.
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, SeenRegion>>"))]
    pub sees: Option<BTreeMap<Region, SeenRegion>>,
}

/// The resolution of the public name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DnsView {
    /// The address of the DNS server, or a note that the system's resolver was used.
    pub address: String,
    /// The public name.
    pub name: String,
    /// The port on which the Regions' APIs listen.
    pub port: u16,
    /// The IP address to which the name resolves. Null if it does not resolve.
    pub answer: Option<String>,
    /// The TTL of the DNS answer, in seconds.
    pub ttl_s: u32,
}

/// The address of the local cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CloudEndpoint {
    /// The base address, for any AWS client.
    pub endpoint: String,
}

/// The response of the operator function when it cannot describe the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unavailable {
    /// The status: 404 if there is no authority yet, 422 if the event is not a valid operation, and 503 if the
    /// authority cannot be read.
    pub status: u16,
    /// The reason.
    #[serde(default)]
    pub detail: Option<String>,
}
