//! Client sessions (REQ-S2).

use serde::{Deserialize, Serialize};

/// A session as stored: the body is the client's own bytes, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    /// Name of the token that made it: another token gets 404.
    pub owner: String,
    pub content_type: String,
    pub body_hex: String,
    /// Grows with each write; the `ETag`.
    pub version: u64,
    /// Seconds since 1970, by the writer's clock. An hour's skew moves an expiry, nothing else.
    pub expires_at_s: u64,
}

impl Session {
    pub const MAX_BODY_BYTES: usize = 64 * 1024;
}
