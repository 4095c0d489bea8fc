//! Health documents. Route 53 and load balancers read only the HTTP status: 200 or 503.

use leeward_model::Region;
use serde::{Deserialize, Serialize};

/// The only state of a process that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Liveness {
    /// The process answers.
    Alive,
}

/// The response to `GET /health`: the process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LivenessHealth {
    /// The state, always `alive`.
    pub status: Liveness,
    /// The Region that answered.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// The response to `GET /health/traffic`: whether the public name may resolve to this Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrafficHealth {
    /// Whether the Region is active and accepts orders: true with status 200, false with 503.
    pub traffic: bool,
    /// Whether the authority, which was read for this request, names this Region.
    pub active: bool,
    /// The Region that answered.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// The response to `GET /health/accepting`: whether this Region accepts orders, regardless of the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AcceptingHealth {
    /// Whether a canary order was accepted within the last two ticks: true with status 200, false with 503.
    pub accepting: bool,
    /// The Region that answered.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}
