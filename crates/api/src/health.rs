//! Health documents. Route 53 and load balancers read only the HTTP status: 200 or 503.

use leeward_model::Region;
use serde::{Deserialize, Serialize};

/// The one state of a process that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Liveness {
    /// The process answers.
    Alive,
}

/// `GET /health`: the process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LivenessHealth {
    /// Always `alive`.
    pub status: Liveness,
    /// The Region that answers.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// `GET /health/traffic`: whether the public name may lead here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrafficHealth {
    /// The Region is active and accepts orders; with 200 true, with 503 false.
    pub traffic: bool,
    /// The authority, read for this request, names this Region.
    pub active: bool,
    /// The Region that answers.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}

/// `GET /health/accepting`: whether this Region accepts orders, whatever the authority says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AcceptingHealth {
    /// A canary order was accepted within two ticks; with 200 true, with 503 false.
    pub accepting: bool,
    /// The Region that answers.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
}
