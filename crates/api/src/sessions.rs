//! Sessions: small client documents that both Regions can read and write.
//!
//! A session's body is the client's own bytes with the client's own content type. The session's version is in the
//! `ETag` header, and `If-Match` and `If-None-Match: *` make a write conditional.

use serde::{Deserialize, Serialize};

/// The query parameters of `PUT /v1/sessions/{id}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionParameters {
    /// The lifetime in seconds, at least 1. The server reduces longer lifetimes to [`SessionParameters::TTL_MAX_S`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u64>,
}

impl SessionParameters {
    /// The default lifetime in seconds: one hour.
    pub const TTL_DEFAULT_S: u64 = 3_600;
    /// The maximum lifetime in seconds: 30 days.
    pub const TTL_MAX_S: u64 = 30 * 86_400;
}
