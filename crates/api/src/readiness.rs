//! What the readiness function is asked, and what it exports. Its report is
//! [`leeward_model::readiness::Readiness`], which is stored as it is shown.

use leeward_model::ChainHead;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the readiness function is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadinessVerb {
    /// Return what this Region sees of itself; the other Region asks this.
    Facts,
    /// Return the last report.
    Report,
}

/// The event of the readiness function. Without a verb, as the schedule sends it, the function judges
/// both Regions and keeps the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessCall {
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<crate::Open<ReadinessVerb>>,
}

/// The heads of all audit chains, as exported with each report to a bucket that the writers of the
/// chains cannot write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHeads {
    /// Wall clock of the report, in milliseconds since 1970.
    pub at_ms: u64,
    /// The version of the authority that names the writers.
    pub version: u64,
    /// The head of each writer's chain.
    pub heads: BTreeMap<String, ChainHead>,
}
