//! Aurora global clusters: which Region is the writer, and how the writer moves.
//!
//! The source is the Aurora User Guide, "Using switchover or failover in an Aurora global database":
//!
//! - A switchover is called in the current primary's Region and waits for full synchronisation.
//! - A failover is called in the target's Region with `AllowDataLoss`. It loses what had not been replicated, fences
//!   the old primary as well as it can, and rebuilds it later as a secondary on a new volume.
//! - Detaching leaves a writable cluster without fencing.
//!
//! The durations are settings, because AWS publishes only "minutes".
//!
//! The caller keeps the pages of the database; [`AuroraEvent`]s report what happens to them.

mod moves;
mod request;

pub use request::{GlobalCluster, Member, RdsRequest, RdsResponse};

use crate::ServiceError;
use crate::net::{Net, RegionIx};
use moves::{Movement, Moving};
use std::collections::BTreeMap;

/// The durations of moves, in microseconds. AWS publishes rough figures only (`docs/spec/aws-facts.md`,
/// section 1).
#[derive(Debug, Clone, Copy)]
pub struct AuroraTiming {
    /// The minimum duration of a switchover. It lasts longer if copying the last pages takes longer.
    pub switchover_us: u64,
    /// The duration of a failover.
    pub failover_us: u64,
    /// The time from an old primary's return until the old primary is a secondary again.
    pub rebuild_us: u64,
}

impl AuroraTiming {
    /// Returns settings in which a switchover takes half the time of a failover, which is an assumption.
    pub fn of(failover_us: u64, rebuild_us: u64) -> AuroraTiming {
        AuroraTiming { switchover_us: failover_us / 2, failover_us, rebuild_us }
    }
}

/// The injected faults of moves, apart from network faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuroraFault {
    /// The extra duration of each move that begins under this fault, in microseconds.
    pub slower_us: u64,
    /// Whether moves that end under this fault leave the writer where it was.
    pub moves_fail: bool,
    /// Whether a description names the target as the writer while the move to it is still in progress.
    pub lies: bool,
    /// Whether planned moves are refused, as AWS does while it modifies an instance.
    pub refuses: bool,
}

/// An action that the keeper of the pages, which is the caller, must take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuroraEvent {
    /// Accept no more writes in this Region. In a switchover this event precedes the copying of the last pages.
    Fence {
        /// The Region of the cluster.
        region: RegionIx,
    },
    /// Switchover: copy everything from one Region to the other now, and report the result, with the number of the
    /// move, to [`crate::Cloud::report_drain`]. The switchover waits for the report, unless its Regions lose each
    /// other.
    Drain {
        /// The Region of the writer.
        from: RegionIx,
        /// The Region of the target.
        to: RegionIx,
        /// The number of the move.
        number: u64,
    },
    /// Accept writes in this Region's cluster from now on.
    Promote {
        /// The Region of the cluster. It is the target of a move, the old writer after a move that failed, or the
        /// Region of a detached cluster.
        region: RegionIx,
    },
    /// Discard the pages in `region` and copy all pages of `from`.
    Rebuild {
        /// The Region of the old primary, which is a secondary from now on.
        region: RegionIx,
        /// The Region of the writer.
        from: RegionIx,
    },
}

#[derive(Debug)]
pub(crate) enum AuroraTimer {
    Done { id: String, number: u64 },
    Rebuilt { id: String, region: RegionIx },
}

#[derive(Debug)]
struct Cluster {
    shown: GlobalCluster,
    moving: Option<Moving>,
    fault: AuroraFault,
}

#[derive(Debug)]
pub(crate) struct Aurora {
    clusters: BTreeMap<String, Cluster>,
    timing: AuroraTiming,
    moves: u64,
    pub(crate) events: Vec<AuroraEvent>,
    pub(crate) timers: Vec<(u64, AuroraTimer)>,
}

fn not_found(id: &str) -> ServiceError {
    let text = format!("Global cluster {id} not found");
    ServiceError { status: 404, ..ServiceError::new("GlobalClusterNotFoundFault", text) }
}

fn invalid_state(text: &str) -> ServiceError {
    ServiceError::new("InvalidGlobalClusterStateFault", text)
}

impl Aurora {
    pub(crate) fn new(timing: AuroraTiming) -> Aurora {
        Aurora {
            clusters: BTreeMap::new(),
            timing,
            moves: 0,
            events: Vec::new(),
            timers: Vec::new(),
        }
    }

    pub(crate) fn create(
        &mut self,
        id: &str,
        engine: &str,
        writer: RegionIx,
        members: &[RegionIx],
    ) {
        let members = members.iter().map(|r| (*r, Member::Available)).collect();
        let shown = GlobalCluster {
            id: id.to_owned(),
            engine: engine.to_owned(),
            engine_version: "16.13".to_owned(),
            status: "available",
            target: None,
            writer,
            members,
        };
        let cluster = Cluster { shown, moving: None, fault: AuroraFault::default() };
        self.clusters.insert(id.to_owned(), cluster);
    }

    pub(crate) fn cluster(&self, id: &str) -> Option<&GlobalCluster> {
        self.clusters.get(id).map(|c| &c.shown)
    }

    /// Restores a cluster after a restart.
    pub(crate) fn restore(&mut self, id: &str, writer: RegionIx, detached: &[RegionIx]) {
        let Some(cluster) = self.clusters.get_mut(id) else { return };
        cluster.shown.writer = writer;
        for region in detached {
            cluster.shown.members.insert(*region, Member::Detached);
        }
    }

    pub(crate) fn set_fault(&mut self, id: &str, fault: AuroraFault) {
        if let Some(cluster) = self.clusters.get_mut(id) {
            cluster.fault = fault;
        }
    }

    pub(crate) fn handle(
        &mut self,
        now_us: u64,
        region: RegionIx,
        request: &RdsRequest,
        names: &[String],
        net: &Net,
    ) -> Result<RdsResponse, ServiceError> {
        match request {
            RdsRequest::DescribeGlobalClusters { id } => self.describe(id.as_deref()),
            RdsRequest::FailoverGlobalCluster { id, target, allow_data_loss, switchover } => {
                if *switchover && *allow_data_loss {
                    let text = "AllowDataLoss and Switchover exclude each other";
                    return Err(ServiceError::new("InvalidParameterCombination", text));
                }
                let target = self.target(id, target, names)?;
                // A call without AllowDataLoss is a switchover (API_FailoverGlobalCluster).
                if *switchover || !*allow_data_loss {
                    self.switchover(now_us, id, target, net)
                } else if region != target {
                    Err(invalid_state("Failover must be called in the Region of the target"))
                } else {
                    self.failover(now_us, id, target, net)
                }
            }
            RdsRequest::SwitchoverGlobalCluster { id, target } => {
                let target = self.target(id, target, names)?;
                if region != self.clusters[id].shown.writer {
                    return Err(invalid_state("Switchover must be called in the primary Region"));
                }
                self.switchover(now_us, id, target, net)
            }
            RdsRequest::RemoveFromGlobalCluster { id, member } => {
                let target = self.target(id, member, names)?;
                let cluster = self.clusters.get_mut(id).expect("found by target");
                let members = cluster.shown.members.values();
                let others = members.filter(|member| **member != Member::Detached).count() > 1;
                if cluster.shown.writer == target && others {
                    return Err(invalid_state(
                        "The writer cannot be removed while there are readers",
                    ));
                }
                cluster.shown.members.insert(target, Member::Detached);
                if cluster.shown.writer != target {
                    self.events.push(AuroraEvent::Promote { region: target });
                }
                Ok(RdsResponse::Cluster(Box::new(self.clusters[id].shown.clone())))
            }
        }
    }

    fn describe(&self, id: Option<&str>) -> Result<RdsResponse, ServiceError> {
        let shown = |cluster: &Cluster| {
            let mut shown = cluster.shown.clone();
            if cluster.fault.lies
                && let Some(moving) = &cluster.moving
            {
                (shown.writer, shown.status, shown.target) =
                    (moving.movement.target(), "available", None);
            }
            shown
        };
        match id {
            Some(id) => {
                let cluster = self.clusters.get(id).ok_or_else(|| not_found(id))?;
                Ok(RdsResponse::Clusters(vec![shown(cluster)]))
            }
            None => Ok(RdsResponse::Clusters(self.clusters.values().map(shown).collect())),
        }
    }

    /// Returns the member that an ARN names.
    fn target(&self, id: &str, arn: &str, names: &[String]) -> Result<RegionIx, ServiceError> {
        let cluster = self.clusters.get(id).ok_or_else(|| not_found(id))?;
        let by_arn = |region: &RegionIx| cluster.shown.arn(&names[region.0 as usize]) == arn;
        // A detached cluster is not a member, whichever Region receives the call.
        let members = cluster.shown.members.iter().filter(|(_, is)| **is != Member::Detached);
        members.map(|(region, _)| *region).find(by_arn).ok_or_else(|| ServiceError {
            status: 404,
            ..ServiceError::new("DBClusterNotFoundFault", format!("DBCluster {arn} not found"))
        })
    }

    pub(crate) fn on_timer(&mut self, now_us: u64, timer: AuroraTimer, net: &Net) {
        match timer {
            AuroraTimer::Done { id, number } => {
                let cluster = self.clusters.get_mut(&id);
                let moving = cluster.and_then(|cluster| cluster.moving.as_mut());
                if let Some(moving) = moving.filter(|moving| moving.number == number) {
                    moving.due = true;
                    self.finish_move(now_us, &id, net);
                }
            }
            AuroraTimer::Rebuilt { id, region } => {
                let Some(cluster) = self.clusters.get_mut(&id) else { return };
                let waits = cluster.shown.members.get(&region) == Some(&Member::Rebuilding);
                if waits && net.connected(region, cluster.shown.writer) {
                    cluster.shown.members.insert(region, Member::Available);
                    let from = cluster.shown.writer;
                    self.events.push(AuroraEvent::Rebuild { region, from });
                }
            }
        }
    }

    /// Ends the switchovers whose Regions have lost each other.
    pub(crate) fn connectivity_lost(&mut self, now_us: u64, net: &Net) {
        let ids: Vec<String> = self.clusters.keys().cloned().collect();
        for id in ids {
            self.finish_move(now_us, &id, net);
        }
    }

    pub(crate) fn connectivity_back(&mut self, now_us: u64, net: &Net) {
        for region in net.regions() {
            self.rebuild_if_reachable(now_us, region, net);
        }
    }

    /// Returns the pairs of Regions between which pages are currently replicated.
    pub(crate) fn replication(&self, id: &str, net: &Net) -> Vec<(RegionIx, RegionIx)> {
        let Some(cluster) = self.clusters.get(id) else { return Vec::new() };
        let from = cluster.shown.writer;
        let flows = |(region, member): (&RegionIx, &Member)| {
            let to = *region;
            let flows = to != from && *member == Member::Available && net.connected(from, to);
            flows.then_some((from, to))
        };
        // During a failover, the old primary's pages are not replicated.
        match &cluster.moving {
            Some(Moving { movement: Movement::Failover { .. }, .. }) => Vec::new(),
            _ => cluster.shown.members.iter().filter_map(flows).collect(),
        }
    }
}
