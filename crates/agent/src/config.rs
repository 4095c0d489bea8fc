//! What a process of the platform is told. Secrets are in files of their own, or in Secrets Manager.

use leeward_core::decide::{Pace, Policy};
use leeward_core::run::RunSettings;
use leeward_model::Region;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes orders, books them, watches.
    Full,
    /// Watches.
    Witness,
}

/// The same for every process of a Region: where everything is, and how long things take.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    pub region: Region,
    /// Tells this platform's metrics from another's.
    #[serde(default)]
    pub suffix: String,
    /// Home.
    pub primary: Region,
    pub secondary: Region,
    /// Of the public name: a Region that is not active closes connections (S15).
    pub failover_routing: bool,
    /// Base URL of each Region's own API, as reached from here.
    pub apis: BTreeMap<Region, String>,
    /// Orders of one account that may wait here.
    pub account_ceiling: usize,
    pub ledger_table: String,
    pub control_table: String,
    pub sessions_table: String,
    pub queue_urls: BTreeMap<Region, String>,
    pub notice_topics: BTreeMap<Region, String>,
    pub events: EventsTo,
    pub global_cluster: String,
    pub cluster_arns: BTreeMap<Region, String>,
    /// ARNs of what carries out the runs that functions start; empty where whoever starts one carries it out.
    #[serde(default)]
    pub state_machines: BTreeMap<Region, String>,
    pub timing: AgentTiming,
}

/// Where booked orders are told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventsTo {
    /// An SNS topic's ARN.
    Topic(String),
    /// An EventBridge bus's name.
    Bus(String),
}

/// One agent's own, as one JSON file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    pub platform: PlatformConfig,
    pub role: Role,
    pub listen: SocketAddr,
    pub database: Database,
    /// JSON list of grants with hashed tokens, mode 0600.
    pub grants_file: PathBuf,
    /// The canary's token, mode 0600.
    pub canary_token_file: PathBuf,
    /// End when standard input does: a supervisor that dies leaves nobody behind.
    pub stop_with_stdin: bool,
}

/// The Region's own database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    Server(DatabaseServer),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseServer {
    /// By RDS's names, such as `aurora-postgresql`.
    pub engine: String,
    /// `host` or `host:port`.
    pub address: String,
    /// A password, or a document as RDS keeps it in a secret; mode 0600.
    pub credentials_file: PathBuf,
    /// Who signs for the server, in PEM.
    pub authorities_file: PathBuf,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentTiming {
    pub tick_ms: u64,
    pub misses: u32,
    pub probe_timeout_ms: u64,
    pub cooldown_ticks: u64,
    pub day_ticks: u64,
    pub moves_per_day: usize,
    pub takeover_ticks: u64,
    pub failback_ticks: u64,
    pub deadline_ms: u64,
    pub put_timeout_ms: u64,
    pub call_timeout_ms: u64,
    pub hint_delay_ms: u64,
    pub sweep_ms: u64,
    pub expiry_ms: u64,
    pub poll_ms: u64,
    pub promote_wait_ms: u64,
}

impl PlatformConfig {
    /// Home first.
    pub fn pair(&self) -> [Region; 2] {
        [self.primary.clone(), self.secondary.clone()]
    }

    pub fn policy(&self) -> Policy {
        let t = &self.timing;
        let pace = Pace {
            tick_ms: t.tick_ms,
            probe_timeout_ms: t.probe_timeout_ms,
            misses: t.misses,
            cooldown_ticks: t.cooldown_ticks,
            day_ticks: t.day_ticks,
            moves_per_day: t.moves_per_day,
            takeover_ticks: t.takeover_ticks,
            failback_ticks: t.failback_ticks,
        };
        Policy::of(self.pair(), pace)
    }

    pub fn run_settings(&self) -> RunSettings {
        RunSettings::of(self.timing.poll_ms, self.timing.promote_wait_ms)
    }
}
