//! The state of the global database as a control plane reports it.

use crate::Region;
use serde::{Deserialize, Serialize};

/// The global cluster as one Region's control plane describes it. The description may be stale or wrong. Safety depends
/// on the row lock, the watermark and the fold, and never on this description (SAFE-6).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct DatabaseView {
    /// The Region whose cluster is the writer, if the control plane names one.
    pub writer: Option<Region>,
    /// Whether a switchover or failover of the database is under way.
    pub moving: bool,
    /// Regions whose clusters can be promoted now.
    pub members: Vec<Region>,
    /// Regions whose clusters were the writer before and are being copied again; they become members when the copy is
    /// complete.
    #[serde(default)]
    pub resyncing: Vec<Region>,
    /// Regions whose clusters left the global cluster and accept writes on their own.
    pub detached: Vec<Region>,
}

impl DatabaseView {
    /// Returns whether the cluster in `region` is the writer and does not move, or is detached and accepts writes.
    pub fn writes_at(&self, region: &Region) -> bool {
        (!self.moving && self.writer.as_ref() == Some(region)) || self.detached.contains(region)
    }
}
