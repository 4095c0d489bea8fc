//! The output of the local commands, and the responses of the supervisor.

use serde::{Deserialize, Serialize};

/// The output of `leeward up --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpReport {
    /// Whether both Regions accept orders.
    pub ready: bool,
    /// The time from the start until both Regions accepted orders, in milliseconds.
    pub ready_ms: u64,
    /// The Regions' API addresses as `host:port`, the primary's first.
    pub apis: [String; 2],
    /// The DNS server's address as `host:port`.
    pub dns: String,
    /// The local cloud's base address.
    pub cloud: String,
    /// The file that holds the tokens.
    pub tokens_file: String,
    /// The trader's token at the first start. Null at later starts.
    pub trader_token: Option<String>,
    /// The operator's token at the first start. Null at later starts.
    pub operator_token: Option<String>,
}

/// The response of the supervisor to `fault` and `down`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// A sentence that states what the supervisor did.
    pub done: String,
}
