//! Requests and answers, already parsed, and the description of a global cluster.

use crate::net::RegionIx;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub enum RdsRequest {
    DescribeGlobalClusters { id: Option<String> },
    FailoverGlobalCluster { id: String, target: String, allow_data_loss: bool, switchover: bool },
    SwitchoverGlobalCluster { id: String, target: String },
    RemoveFromGlobalCluster { id: String, member: String },
}

#[derive(Debug, Clone)]
pub enum RdsResponse {
    Clusters(Vec<GlobalCluster>),
    Cluster(Box<GlobalCluster>),
}

/// The description of a global cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalCluster {
    pub id: String,
    pub engine: String,
    pub engine_version: String,
    /// The status: `available`, `failing-over` or `switching-over`.
    pub status: &'static str,
    pub target: Option<RegionIx>,
    pub writer: RegionIx,
    pub members: BTreeMap<RegionIx, Member>,
}

impl GlobalCluster {
    pub fn arn(&self, region_name: &str) -> String {
        format!("arn:aws:rds:{region_name}:000000000000:cluster:{}-{region_name}", self.id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    Available,
    /// The cluster was the primary of a failover and could not be reached, or waits for its new volume.
    Rebuilding,
    /// The cluster left the global cluster and accepts writes.
    Detached,
}
