//! Parsed requests and responses, and the description of a global cluster.

use crate::net::RegionIx;
use std::collections::BTreeMap;

/// A request to the RDS API, of which only the operations on global clusters are modelled.
#[derive(Debug, Clone)]
pub enum RdsRequest {
    /// Describes one global cluster or all of them.
    DescribeGlobalClusters {
        /// The id of the global cluster, or `None` for all of them.
        id: Option<String>,
    },
    /// Makes a secondary the writer. With `allow_data_loss` the call is a failover, which must be called in the Region
    /// of the target. Otherwise it is a switchover (`docs/spec/aws-facts.md`, section 1).
    FailoverGlobalCluster {
        /// The id of the global cluster.
        id: String,
        /// The ARN of the cluster that becomes the writer.
        target: String,
        /// Whether changes that have not been replicated may be lost.
        allow_data_loss: bool,
        /// Whether the request names a switchover explicitly, which excludes `allow_data_loss`.
        switchover: bool,
    },
    /// Makes a secondary the writer without data loss. The call must be made in the Region of the current writer.
    SwitchoverGlobalCluster {
        /// The id of the global cluster.
        id: String,
        /// The ARN of the cluster that becomes the writer.
        target: String,
    },
    /// Detaches a cluster, which accepts writes from then on. The old writer is not fenced. The writer itself can be
    /// detached only as the last member.
    RemoveFromGlobalCluster {
        /// The id of the global cluster.
        id: String,
        /// The ARN of the cluster that leaves.
        member: String,
    },
}

/// A response of the RDS API.
#[derive(Debug, Clone)]
pub enum RdsResponse {
    /// The descriptions of the requested global clusters, in the order of their ids.
    Clusters(Vec<GlobalCluster>),
    /// The description of a global cluster immediately after a request changed it. After a failover or switchover
    /// request, the description shows the move in progress. Removing a cluster starts no move.
    Cluster(Box<GlobalCluster>),
}

/// The description of a global cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalCluster {
    /// The id, which is the same in all Regions.
    pub id: String,
    /// The database engine by the name that RDS uses, such as `aurora-postgresql`.
    pub engine: String,
    /// The version of the engine, a constant of the model.
    pub engine_version: String,
    /// The status: `available`, `failing-over` or `switching-over`.
    pub status: &'static str,
    /// The Region whose cluster becomes the writer at the end of the move in progress.
    pub target: Option<RegionIx>,
    /// The Region of the writer, which changes at the end of a move.
    pub writer: RegionIx,
    /// The state of each Region's cluster, including the writer and detached clusters.
    pub members: BTreeMap<RegionIx, Member>,
}

impl GlobalCluster {
    /// Returns the ARN of the cluster in the named Region, whether or not that cluster is a member.
    pub fn arn(&self, region_name: &str) -> String {
        format!("arn:aws:rds:{region_name}:000000000000:cluster:{}-{region_name}", self.id)
    }
}

/// The state of one Region's cluster within its global cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// The cluster is the writer, or a secondary that can be promoted.
    Available,
    /// The cluster was the primary of a failover, and could not be reached yet or waits for its new volume.
    Rebuilding,
    /// The cluster left the global cluster and accepts writes.
    Detached,
}
