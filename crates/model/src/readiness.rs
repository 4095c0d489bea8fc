//! Could the platform move? What is asked of a Region, what it answered, and what the rules made of it
//! (REQ-T1).

use crate::{DatabaseView, Region};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An answer, or why there is none. What is not known is never taken for good.
pub type Known<T> = Result<T, String>;

/// Where things are that are looked at in one Region: names, and no secret. The stacks write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub region: Region,
    /// Identifier of this Region's database cluster.
    pub cluster: String,
    pub parameter_group: String,
    /// CloudWatch's name of how far the copy is behind: each engine has its own.
    pub lag_metric: String,
    /// By role; the same package in all of them.
    pub functions: BTreeMap<String, String>,
    /// Parameters that say the same in both Regions, the Region's own name aside.
    pub parameters: Vec<String>,
    pub secrets: Vec<String>,
    /// The Region's own: an ARN, an id or an alias.
    pub key: String,
    pub queue_url: String,
    pub dead_letters_url: String,
    /// ARN.
    pub certificate: String,
    /// Id of the hosted zone.
    pub zone: String,
    pub public_name: String,
    /// What the public name's records should be, in both Regions.
    pub records: Vec<Record>,
    #[serde(default)]
    pub fleet: Option<FleetScope>,
    pub audit_bucket: String,
    pub limits: Limits,
    pub peer: Peer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetScope {
    pub group: String,
    /// ARN.
    pub targets: String,
}

/// Who answers for the other Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    pub region: Region,
    /// Name of its readiness function.
    pub function: String,
    /// ARN of the role by which it may be called.
    pub role: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub replication_lag_ms: u64,
    pub waiting_messages: u64,
    pub certificate_days: u64,
    /// Concurrent invocations that a Region must have left for all else when its own are all at work.
    pub spare_concurrency: u64,
}

/// One record of the public name and the check behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    pub set: String,
    /// `PRIMARY`, `SECONDARY`, or a Region's name under latency routing.
    pub policy: String,
    pub ttl_s: u64,
    /// `None`: nothing is checked, so that the record answers whatever happens.
    pub check: Option<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    pub host: String,
    pub path: String,
    pub interval_s: u64,
    pub threshold: u64,
    /// Switched off or inverted by hand: it says nothing of its Region.
    #[serde(default)]
    pub overridden: bool,
}

/// What one Region said of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionFacts {
    pub region: Region,
    /// The global cluster as this Region's control plane describes it.
    pub database: Known<DatabaseView>,
    pub cluster: Known<ClusterFacts>,
    /// How far this Region's copy is behind; `None`: it is the writer, or nothing was measured.
    pub lag_ms: Known<Option<u64>>,
    /// SHA-256 of the package, by role.
    pub packages: Known<BTreeMap<String, String>>,
    /// SHA-256 of each parameter's content without the Region's own name.
    pub settings: Known<BTreeMap<String, String>>,
    /// Id of the current version of each secret; empty where it has no value.
    pub secrets: Known<BTreeMap<String, String>>,
    /// Something was encrypted with the Region's key, and decrypted again.
    pub key: Known<()>,
    pub queues: Known<QueueFacts>,
    pub capacity: Known<CapacityFacts>,
    pub certificate: Known<CertificateFacts>,
    pub records: Known<Vec<Record>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClusterFacts {
    pub engine: String,
    pub engine_version: String,
    pub status: String,
    pub instances: usize,
    /// Of its parameter group, what was set by somebody.
    pub parameters: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueFacts {
    pub waiting: u64,
    pub dead: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CapacityFacts {
    /// Concurrent invocations of this account here.
    pub concurrency: u64,
    /// Of them, not reserved for any function.
    pub unreserved: u64,
    pub fleet: Option<FleetFacts>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FleetFacts {
    pub most: u64,
    pub desired: u64,
    /// In service, and good in the balancer's eyes.
    pub healthy: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CertificateFacts {
    pub status: String,
    /// Negative: it ended.
    pub days_left: i64,
}

/// Everything that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub active: Known<Region>,
    pub limits: Limits,
    /// As synthesized.
    pub records: Vec<Record>,
    /// Own Region first.
    pub regions: [Known<RegionFacts>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Passed,
    Failed,
    /// Not known, which is not passed.
    Unknown,
}

/// What one rule came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Such as `LW-R001`.
    pub code: String,
    pub rule: String,
    pub state: State,
    /// What is wrong and where; empty when nothing is.
    pub why: String,
    /// What to do about it.
    pub next: String,
    /// A planned way home waits for it (docs/spec/moves.md).
    pub gates_failback: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// For people; compared by no rule.
    pub at_ms: u64,
    /// Of a hundred.
    pub score: u32,
}

/// The report of one look, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    pub region: Region,
    /// Grows with each look.
    pub counter: u64,
    pub at_ms: u64,
    pub score: u32,
    pub findings: Vec<Finding>,
    /// Of earlier looks, the newest last.
    pub trend: Vec<Score>,
}

impl Readiness {
    /// A day of hours.
    pub const TREND: usize = 24;

    pub fn failed(&self) -> usize {
        self.findings.iter().filter(|finding| finding.state != State::Passed).count()
    }
}
