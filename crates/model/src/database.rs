//! What a control plane says of the global database.

use crate::Region;
use serde::{Deserialize, Serialize};

/// The global cluster as one Region's control plane describes it. It may be stale or wrong: safety
/// rests on the row lock, the watermark and the fold, never on this (SAFE-6).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct DatabaseView {
    pub writer: Option<Region>,
    /// A switchover or failover is under way.
    pub moving: bool,
    /// Clusters that can be promoted now.
    pub members: Vec<Region>,
    /// Old primaries that are copied anew: members again once that is done.
    #[serde(default)]
    pub resyncing: Vec<Region>,
    /// Clusters that left the global cluster and take writes.
    pub detached: Vec<Region>,
}

impl DatabaseView {
    /// Whether writes in `region` reach a database that is meant to take them.
    pub fn writes_at(&self, region: &Region) -> bool {
        (!self.moving && self.writer.as_ref() == Some(region)) || self.detached.contains(region)
    }
}
