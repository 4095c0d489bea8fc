//! Client sessions (REQ-S2).

use serde::{Deserialize, Serialize};

/// A stored session. Its body is the client's own bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The id of the session.
    pub id: String,
    /// The name of the token that created the session. A request with another token gets a 404.
    pub owner: String,
    /// The client's content type.
    pub content_type: String,
    /// The body, in hex.
    pub body_hex: String,
    /// The version, which grows with each write and serves as the `ETag`.
    pub version: u64,
    /// The expiry time in seconds since 1970, by the writer's clock. Clock skew shifts the expiry and has no other
    /// effect.
    pub expires_at_s: u64,
}

impl Session {
    /// The largest body in bytes.
    pub const MAX_BODY_BYTES: usize = 64 * 1024;

    /// The attribute of a stored session that holds its expiry. DynamoDB deletes expired items by this attribute, so the
    /// table and its items must agree on the name.
    pub const EXPIRES_ATTRIBUTE: &str = "expires";
}
