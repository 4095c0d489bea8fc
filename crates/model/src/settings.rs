//! The settings of the platform's processes: one document that is written from the blueprint and read by agents,
//! functions and the simulator.
//!
//! The stacks keep [`PlatformSettings`] in Parameter Store, and local mode puts them into each agent's file as part of
//! [`AgentSettings`]. An agent rejects a document that has an unknown field. A newer version must read what an older
//! version wrote, so a new field has a default, and a renamed field keeps its old name as an alias. Secrets are in
//! separate files or in Secrets Manager.

use crate::Region;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The time after which the load balancer of the `instances` profile closes an idle connection. The stacks configure it,
/// and the servers behind it keep their connections for longer.
pub const BALANCER_IDLE: Duration = Duration::from_secs(30);

/// The settings that all processes of one Region share: the names and addresses of resources, and the times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSettings {
    /// The Region that the processes run in.
    pub region: Region,
    /// The blueprint's suffix, a dimension of every metric.
    #[serde(default)]
    pub suffix: String,
    /// The home Region.
    pub primary: Region,
    /// The other Region that accepts orders.
    pub secondary: Region,
    /// Whether the public name leads to the active Region only. If so, a Region that is not active closes its
    /// connections (attack S15).
    pub failover_routing: bool,
    /// The base URL of each Region's own API, as reached from this Region.
    pub apis: BTreeMap<Region, String>,
    /// The maximum number of orders of one account that may wait in one process.
    pub account_ceiling: usize,
    /// The name of the table of entries, claims and accounts.
    pub ledger_table: String,
    /// The name of the table of authority, observations and audit records.
    pub control_table: String,
    /// The name of the table of sessions.
    pub sessions_table: String,
    /// The URL of each Region's queue of hints, as reached from this Region.
    pub queue_urls: BTreeMap<Region, String>,
    /// The ARN of each Region's topic of notices.
    pub notice_topics: BTreeMap<Region, String>,
    /// The destination of the events of booked orders.
    pub events: EventTarget,
    /// The identifier of the database's global cluster.
    pub global_cluster: String,
    /// The ARN of each Region's database cluster.
    pub cluster_arns: BTreeMap<Region, String>,
    /// The ARN of each Region's state machine, which carries out the runs that functions start. Empty if the process
    /// that starts a run also carries it out.
    #[serde(default)]
    pub state_machines: BTreeMap<Region, String>,
    /// Intervals, timeouts and thresholds.
    pub timing: TimingSettings,
}

impl PlatformSettings {
    /// Returns the two Regions that accept orders, home first.
    pub fn pair(&self) -> [Region; 2] {
        [self.primary.clone(), self.secondary.clone()]
    }
}

/// The destination of the events of booked orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventTarget {
    /// An SNS topic, by its ARN.
    Topic(String),
    /// An EventBridge bus, by its name.
    Bus(String),
}

/// Intervals, timeouts and thresholds of processes. Times are in milliseconds on the clock of the machine that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimingSettings {
    /// The interval between two ticks of a sentinel.
    pub tick_ms: u64,
    /// The number of consecutive bad ticks that a diagnosis needs.
    pub misses: u32,
    /// The timeout of one probe.
    pub probe_timeout_ms: u64,
    /// The number of ticks after an automatic move before a doubtful move is allowed (LIVE-3).
    pub cooldown_ticks: u64,
    /// The number of ticks in a day, over which `moves_per_day` applies.
    pub day_ticks: u64,
    /// The number of automatic moves per day after which no doubtful move starts.
    pub moves_per_day: usize,
    /// The number of ticks without progress after which a run is taken over.
    pub takeover_ticks: u64,
    /// The number of ticks for which home must have been healthy before the platform fails back automatically; 0
    /// disables failback.
    pub failback_ticks: u64,
    /// The deadline of an order, after which its caller gets 503.
    pub deadline_ms: u64,
    /// The timeout of one put into the ledger.
    pub put_timeout_ms: u64,
    /// The timeout of any other call to AWS.
    pub call_timeout_ms: u64,
    /// The delay during which hints for the same account are coalesced.
    pub hint_delay_ms: u64,
    /// The interval between two passes of the sweeper.
    pub sweep_ms: u64,
    /// The interval at which expired sessions are deleted.
    pub expiry_ms: u64,
    /// The interval at which a run polls for progress.
    pub poll_ms: u64,
    /// The longest time that a run waits for a promotion.
    pub promote_wait_ms: u64,
}

/// The role of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentRole {
    /// Takes orders, books them, and runs a sentinel.
    Full,
    /// Runs a sentinel only.
    Witness,
}

/// The settings of one agent, as its JSON file holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentSettings {
    /// The settings of the agent's Region.
    pub platform: PlatformSettings,
    /// The role of the agent.
    pub role: AgentRole,
    /// The address at which the agent serves the API.
    pub listen: SocketAddr,
    /// The Region's own database.
    pub database: DatabaseSettings,
    /// A JSON list of grants with hashed tokens, mode 0600.
    pub grants_file: PathBuf,
    /// The token of canary orders, mode 0600.
    pub canary_token_file: PathBuf,
    /// Whether the agent stops when its standard input closes, so that it does not outlive its supervisor.
    pub stop_with_stdin: bool,
}

/// A Region's own database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseSettings {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A database server.
    Server(DatabaseServer),
}

/// A database server and how to log in to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseServer {
    /// The name that RDS uses for the engine, such as `aurora-postgresql`.
    pub engine: String,
    /// `host` or `host:port`.
    pub address: String,
    /// The file with a password, or with a document in the format of an RDS secret; mode 0600.
    pub credentials_file: PathBuf,
    /// The file with the certificate authorities of the server, in PEM.
    pub authorities_file: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document that version 0.1.0 wrote for the agent of a witness Region.
    const FIRST: &str = r#"{
        "platform": {
            "region": "us-west-2", "primary": "us-east-1", "secondary": "us-east-2",
            "failover_routing": true,
            "apis": {"us-east-1": "http://127.0.0.1:1", "us-east-2": "http://127.0.0.1:2"},
            "account_ceiling": 2000,
            "ledger_table": "l", "control_table": "c", "sessions_table": "s",
            "queue_urls": {"us-east-1": "http://127.0.0.1:3/q"},
            "notice_topics": {"us-east-1": "arn:aws:sns:us-east-1:000000000000:n"},
            "events": {"topic": "arn:aws:sns:us-west-2:000000000000:e"},
            "global_cluster": "g", "cluster_arns": {},
            "timing": {
                "tick_ms": 1, "misses": 2, "probe_timeout_ms": 3, "cooldown_ticks": 4, "day_ticks": 5,
                "moves_per_day": 6, "takeover_ticks": 7, "failback_ticks": 8, "deadline_ms": 9,
                "put_timeout_ms": 10, "call_timeout_ms": 11, "hint_delay_ms": 12, "sweep_ms": 13,
                "expiry_ms": 14, "poll_ms": 15, "promote_wait_ms": 16
            }
        },
        "role": "witness", "listen": "127.0.0.1:4", "database": {"sqlite": "/p/projection.db"},
        "grants_file": "/p/grants", "canary_token_file": "/p/canary", "stop_with_stdin": true
    }"#;

    #[test]
    fn documents_of_the_first_version_are_read() {
        let settings: AgentSettings = serde_json::from_str(FIRST).expect("an older document");
        assert_eq!(settings.role, AgentRole::Witness);
        assert_eq!(settings.platform.timing.promote_wait_ms, 16);
        assert!(settings.platform.state_machines.is_empty());
        let text = serde_json::to_string(&settings).expect("it is plain data");
        assert_eq!(serde_json::from_str::<AgentSettings>(&text).expect("its own"), settings);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let text = FIRST.replace("\"tick_ms\"", "\"tock_ms\": 1, \"tick_ms\"");
        let error = serde_json::from_str::<AgentSettings>(&text).expect_err("a field too many");
        assert!(error.to_string().contains("tock_ms"), "{error}");
    }
}
