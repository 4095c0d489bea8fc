//! The requests to the readiness function, and the documents that it exports. Its report is
//! [`leeward_model::readiness::Readiness`], which is stored and shown in the same form.

use leeward_model::ChainHead;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The verb of a call to the readiness function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadinessVerb {
    /// Return the facts about this Region. The other Region's readiness function sends this verb.
    Facts,
    /// Return the last report.
    Report,
}

/// The event that invokes the readiness function. The schedule sends it without a verb, and the function then judges
/// both Regions and stores the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessCall {
    /// The verb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<crate::Open<ReadinessVerb>>,
}

/// The heads of all audit chains. Each report exports them to a bucket to which the writers of the chains cannot write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHeads {
    /// The wall-clock time of the report, in milliseconds since 1970.
    pub at_ms: u64,
    /// The version of the authority that names the writers.
    pub version: u64,
    /// The head of each writer's chain.
    pub heads: BTreeMap<String, ChainHead>,
}
