//! Health documents. Route 53 and load balancers read only the HTTP status, which is 200 or 503.

use leeward_model::Region;
use serde::{Deserialize, Serialize};

/// The only state of a process that responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Liveness {
    /// The process responds.
    Alive,
}

/// The response of `GET /health`, which shows that the process responds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LivenessHealth {
    /// The state, always `alive`.
    pub status: Liveness,
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// The response of `GET /health/traffic`, which states whether the public name may resolve to this Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrafficHealth {
    /// Whether the Region is active and accepts orders. True with status 200, false with status 503.
    pub traffic: bool,
    /// Whether the authority names this Region as the active one. The authority was read for this request.
    pub active: bool,
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// The response of `GET /health/accepting`, which states whether this Region accepts orders, regardless of the
/// authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AcceptingHealth {
    /// Whether a canary order was accepted within the last two ticks. True with status 200, false with status 503.
    pub accepting: bool,
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}
