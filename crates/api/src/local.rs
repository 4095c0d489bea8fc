//! What the local verbs print and what the supervisor answers.

use serde::{Deserialize, Serialize};

/// `leeward up --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpReport {
    /// Both Regions accept orders.
    pub ready: bool,
    /// Milliseconds from the start until then.
    pub ready_ms: u64,
    /// The Regions' API addresses as `host:port`, the primary's first.
    pub apis: [String; 2],
    /// The DNS server's address as `host:port`.
    pub dns: String,
    /// The local cloud's base address.
    pub cloud: String,
    /// The file that keeps the tokens.
    pub tokens_file: String,
    /// The trader's token at the first start; null afterwards.
    pub trader_token: Option<String>,
    /// The operator's token at the first start; null afterwards.
    pub operator_token: Option<String>,
}

/// What the supervisor answers to `fault` and `down`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What was done, in a sentence.
    pub done: String,
}
