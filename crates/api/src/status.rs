//! Status: what one Region says of itself, and what an operator sees of the whole platform.

#[cfg(test)]
use crate::schema;
use crate::{
    AuthorityView, DatabaseEngine, DatabaseRole, FinishedRunView, ObservationView, Open,
    RegionRole, RunView, SeenRegion, TimingName,
};
use leeward_model::{AccountId, Diagnosis, Epoch, Mode, Region, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /v1/status`: what a Region says of itself to an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegionStatus {
    /// The Region that answers.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The authority as the Region last read it; null before the first read.
    pub authority: Option<AuthorityView>,
    /// What the Region's own sentinel saw in its last tick; null before the first.
    pub observation: Option<ObservationView>,
    /// What the Region's own sentinel decided in its last tick; null before the first.
    #[cfg_attr(test, schemars(with = "Option<schema::Verdict>"))]
    pub verdict: Option<Open<Verdict>>,
    /// What the Region's own database endpoint allows; null if it does not answer.
    pub database: Option<DatabaseAccess>,
    /// Accounts that wait for a person or a newer binary, and why.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub parked: BTreeMap<AccountId, String>,
    /// The process that answers.
    pub pid: u32,
}

/// What the engine says of the database behind a Region's own endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseAccess {
    /// It takes writes.
    pub writable: bool,
    /// It is part of the global database.
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
    /// 200, where the operator function answers; absent from a local platform's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The active Region.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub active: Option<Region>,
    /// Grows by one with every change of the active Region.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<u64>"))]
    pub epoch: Option<Epoch>,
    /// The version of the authority that this document is based on.
    #[serde(default)]
    pub version: Option<u64>,
    /// Which moves start automatically.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<schema::Mode>"))]
    pub mode: Option<Open<Mode>>,
    /// The open run; null if none is open.
    #[serde(default)]
    pub run: Option<RunView>,
    /// The last run that ended; null if none has.
    #[serde(default)]
    pub last_run: Option<FinishedRunView>,
    /// The primary and the secondary Region, in this order.
    #[serde(default)]
    pub regions: Vec<RegionView>,
    /// The sentinels that are known.
    #[serde(default)]
    pub sentinels: Option<Vec<SentinelView>>,
    /// How the public name resolves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsView>,
    /// The local cloud; absent from a deployed platform's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<CloudEndpoint>,
    /// The file with a local platform's tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_file: Option<String>,
    /// The intervals that a local platform runs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Open<TimingName>>,
}

impl PlatformStatus {
    /// Returns what is known of a Region.
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
    /// Whether it holds authority.
    pub role: Open<RegionRole>,
    /// The base address of its API.
    pub api: Option<String>,
    /// Its local agent's process; null while it is down, and for a deployed Region.
    pub pid: Option<u32>,
    /// Its API answers.
    pub healthy: bool,
    /// It accepts orders.
    pub accepting: bool,
    /// It takes the public name's traffic.
    pub traffic: bool,
    /// The other Region's opinion of it, else its own.
    #[cfg_attr(test, schemars(with = "Option<schema::Diagnosis>"))]
    pub diagnosis: Option<Open<Diagnosis>>,
    /// A fault has cut off its local cloud; absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dark: Option<bool>,
    /// Its database.
    pub database: DatabaseView,
}

/// A Region's database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatabaseView {
    /// The local engine; absent for a deployed Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Open<DatabaseEngine>>,
    /// What it may do now.
    pub role: Option<Open<DatabaseRole>>,
    /// The age of the oldest commit that it lacks, in milliseconds.
    #[serde(default)]
    pub lag_ms: Option<u64>,
    /// What it lacks: commits with SQLite, bytes of the log with PostgreSQL.
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
    /// Its local process; null while it is down, and for a deployed sentinel.
    pub pid: Option<u32>,
    /// Its ticks so far.
    pub counter: Option<u64>,
    /// Each Region as it sees it.
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, SeenRegion>>"))]
    pub sees: Option<BTreeMap<Region, SeenRegion>>,
}

/// How the public name resolves.
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
    /// How long clients may keep the answer, in seconds.
    pub ttl_s: u32,
}

/// Where the local cloud listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CloudEndpoint {
    /// Its base address, for any AWS client.
    pub endpoint: String,
}

/// What the operator function answers where it cannot describe the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unavailable {
    /// 404: there is no authority yet. 422: the event is no operation. 503: the authority cannot be read.
    pub status: u16,
    /// Why.
    #[serde(default)]
    pub detail: Option<String>,
}
