//! Readiness: whether a move would succeed now. This module defines the resources to inspect, the facts that the
//! Regions report, and the findings of the rules (REQ-T1).

use crate::{DatabaseView, Region};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fact, or the reason why the fact is unknown. An unknown fact never counts as good.
pub type Known<T> = Result<T, String>;

/// The resources of one Region that a readiness check inspects. The stacks write this scope; it holds names and no
/// secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The Region.
    pub region: Region,
    /// The identifier of the Region's database cluster.
    pub cluster: String,
    /// The name of the cluster's parameter group.
    pub parameter_group: String,
    /// The CloudWatch metric of the replication lag. Its name differs between engines.
    pub lag_metric: String,
    /// The name of each function, by its role. All functions run the same package.
    pub functions: BTreeMap<String, String>,
    /// The names of the parameters whose content must be equal in both Regions, apart from the name of the Region.
    pub parameters: Vec<String>,
    /// The names of the secrets.
    pub secrets: Vec<String>,
    /// The Region's own KMS key: an ARN, an id or an alias.
    pub key: String,
    /// The URL of the queue of hints.
    pub queue_url: String,
    /// The URL of the dead-letter queue.
    pub dead_letters_url: String,
    /// The ARN of the certificate.
    pub certificate: String,
    /// The id of the hosted zone.
    pub zone: String,
    /// The public DNS name of the platform.
    pub public_name: String,
    /// The expected records of the public name, in both Regions.
    pub records: Vec<Record>,
    /// The fleet of instances; absent in the serverless profile.
    #[serde(default)]
    pub fleet: Option<FleetScope>,
    /// The name of the bucket that archives the audit log.
    pub audit_bucket: String,
    /// The thresholds of the rules.
    pub limits: Limits,
    /// The function that reports the other Region's facts.
    pub peer: Peer,
}

/// The fleet of instances of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetScope {
    /// The name of the Auto Scaling group.
    pub group: String,
    /// The ARN of the load balancer's target group.
    pub targets: String,
}

/// The function that reports the other Region's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The other Region.
    pub region: Region,
    /// The name of the other Region's readiness function.
    pub function: String,
    /// The ARN of the role that may call that function.
    pub role: String,
}

/// The thresholds of the readiness rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The longest replication lag of the standby's database.
    pub replication_lag_ms: u64,
    /// The maximum number of messages that may wait in a queue of hints.
    pub waiting_messages: u64,
    /// The minimum number of days for which a certificate must remain valid.
    pub certificate_days: u64,
    /// The minimum number of concurrent invocations that the AWS account must have left unreserved in a Region.
    pub spare_concurrency: u64,
}

/// One DNS record of the public name, with its health check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// The set identifier of the record.
    pub set: String,
    /// The routing policy: `PRIMARY`, `SECONDARY`, or a Region's name under latency routing.
    pub policy: String,
    /// The TTL in seconds.
    pub ttl_s: u64,
    /// The health check; `None` if the record has none, in which case Route 53 always treats the record as healthy.
    pub check: Option<Check>,
}

/// A Route 53 health check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Check {
    /// The host name that is checked.
    pub host: String,
    /// The path that is requested.
    pub path: String,
    /// The interval between two requests of one health checker, in seconds.
    pub interval_s: u64,
    /// The number of consecutive results after which the check changes its state.
    pub threshold: u64,
    /// Whether an operator disabled or inverted the check, so that it no longer reports on its Region.
    #[serde(default)]
    pub overridden: bool,
}

/// The facts that one Region reports about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionFacts {
    /// The Region.
    pub region: Region,
    /// The global cluster as this Region's control plane describes it.
    pub database: Known<DatabaseView>,
    /// The Region's database cluster.
    pub cluster: Known<ClusterFacts>,
    /// The replication lag of the Region's cluster; `None` if the cluster is the writer or the lag was not measured.
    pub lag_ms: Known<Option<u64>>,
    /// The SHA-256 of each function's package, by role.
    pub packages: Known<BTreeMap<String, String>>,
    /// The SHA-256 of each parameter's content, without the name of the Region.
    pub settings: Known<BTreeMap<String, String>>,
    /// The id of each secret's current version; empty if the secret has no value.
    pub secrets: Known<BTreeMap<String, String>>,
    /// The proof that the key works: known if a text was encrypted with the Region's key and decrypted again.
    pub key: Known<()>,
    /// The queue of hints and its dead-letter queue.
    pub queues: Known<QueueFacts>,
    /// The capacity for orders.
    pub capacity: Known<CapacityFacts>,
    /// The certificate.
    pub certificate: Known<CertificateFacts>,
    /// The records of the public name, as Route 53 lists them.
    pub records: Known<Vec<Record>>,
}

/// A database cluster, as RDS describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// The name that RDS uses for the engine.
    pub engine: String,
    /// The version of the engine.
    pub engine_version: String,
    /// The status; a good cluster is `available`.
    pub status: String,
    /// The number of instances.
    pub instances: usize,
    /// The parameters of the cluster's parameter group that differ from the engine's defaults.
    pub parameters: BTreeMap<String, String>,
}

/// The queues of one Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueFacts {
    /// The number of messages that wait in the queue of hints.
    pub waiting: u64,
    /// The number of messages in the dead-letter queue.
    pub dead: u64,
}

/// The capacity of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CapacityFacts {
    /// The limit of concurrent invocations of the AWS account in the Region.
    pub concurrency: u64,
    /// The part of that limit that is not reserved for any function.
    pub unreserved: u64,
    /// The fleet; absent in the serverless profile.
    pub fleet: Option<FleetFacts>,
}

/// A fleet of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FleetFacts {
    /// The largest size that the group allows.
    pub most: u64,
    /// The size that the group aims for.
    pub desired: u64,
    /// The number of instances that are in service and that the load balancer reports as healthy.
    pub healthy: u64,
}

/// A certificate, as ACM describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// The status; a good certificate is `ISSUED`.
    pub status: String,
    /// The number of days until the certificate expires; negative if it has expired.
    pub days_left: i64,
}

/// The input of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The active Region.
    pub active: Known<Region>,
    /// The thresholds.
    pub limits: Limits,
    /// The records of the public name, as synthesized.
    pub records: Vec<Record>,
    /// The facts of both Regions, those of the judging Region first.
    pub regions: [Known<RegionFacts>; 2],
}

/// The state of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The condition holds.
    Passed,
    /// The condition does not hold.
    Failed,
    /// A fact is unknown, which does not count as passed.
    Unknown,
}

/// The finding of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The code, such as `LW-R001`.
    pub code: String,
    /// The name of the rule.
    pub rule: String,
    /// The state.
    pub state: State,
    /// The problem and its place; empty if the rule passed.
    pub why: String,
    /// The action that an operator should take; empty if the rule passed.
    pub next: String,
    /// Whether an automatic failback waits until the rule passes (docs/spec/moves.md).
    pub gates_failback: bool,
}

/// The score of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The wall-clock time in milliseconds since 1970. It is for display only; no rule compares it.
    pub at_ms: u64,
    /// The percentage of rules that passed.
    pub score: u32,
}

/// A readiness report, as the control table stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// The Region whose readiness function judged the facts.
    pub region: Region,
    /// The number of the report, which increases by one with each report.
    pub counter: u64,
    /// The wall-clock time in milliseconds since 1970. It is for display only; no rule compares it.
    pub at_ms: u64,
    /// The percentage of rules that passed.
    pub score: u32,
    /// The findings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// The scores of earlier reports, the newest last.
    pub trend: Vec<Score>,
}

impl Readiness {
    /// The number of earlier scores that a report keeps: one day of hourly reports.
    pub const TREND: usize = 24;

    /// Returns the number of rules that did not pass.
    pub fn failed(&self) -> usize {
        self.findings.iter().filter(|finding| finding.state != State::Passed).count()
    }
}
