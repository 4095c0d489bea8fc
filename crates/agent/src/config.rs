//! What an agent is told, as one JSON file. Secrets are in files of their own, named here.

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

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    pub region: Region,
    pub role: Role,
    pub primary: Region,
    pub secondary: Region,
    pub listen: SocketAddr,
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
    pub event_topic: String,
    pub global_cluster: String,
    pub cluster_arns: BTreeMap<Region, String>,
    /// The Region's own cluster endpoint; a file for SQLite.
    pub database: PathBuf,
    /// JSON list of grants with hashed tokens, mode 0600.
    pub grants_file: PathBuf,
    /// The canary's token, mode 0600.
    pub canary_token_file: PathBuf,
    pub timing: AgentTiming,
    /// End when standard input does: a supervisor that dies leaves nobody behind.
    pub stop_with_stdin: bool,
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
