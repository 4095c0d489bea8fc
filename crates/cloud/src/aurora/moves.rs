//! The moves of a global cluster: how a failover and a switchover begin, wait and end.

use super::{Aurora, AuroraEvent, AuroraTimer, GlobalCluster, Member, RdsResponse, invalid_state};
use crate::ServiceError;
use crate::net::{Net, RegionIx};

/// The kind of a move, with the Region that becomes the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    Failover { target: RegionIx },
    Switchover { target: RegionIx },
}

impl Movement {
    pub(super) fn target(self) -> RegionIx {
        match self {
            Movement::Failover { target } | Movement::Switchover { target } => target,
        }
    }
}

/// The progress of the keeper of the pages in synchronising the target of a switchover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drain {
    /// The keeper has not reported yet. A failover starts as [`Drain::Complete`], because it waits for nothing.
    Pending,
    Complete,
    Failed,
}

/// A move in progress.
#[derive(Debug)]
pub(super) struct Moving {
    pub(super) movement: Movement,
    pub(super) number: u64,
    drain: Drain,
    /// Whether the duration of the move has passed, so that only the drain is outstanding.
    pub(super) due: bool,
}

impl Aurora {
    fn begin(
        &mut self,
        now_us: u64,
        id: &str,
        movement: Movement,
        takes_us: u64,
    ) -> Result<RdsResponse, ServiceError> {
        let cluster = self.clusters.get_mut(id).expect("checked by the caller");
        self.moves += 1;
        let (status, drain) = match movement {
            Movement::Failover { .. } => ("failing-over", Drain::Complete),
            Movement::Switchover { .. } => ("switching-over", Drain::Pending),
        };
        (cluster.shown.status, cluster.shown.target) = (status, Some(movement.target()));
        cluster.moving = Some(Moving { movement, number: self.moves, drain, due: false });
        let at_us = now_us + takes_us + cluster.fault.slower_us;
        let timer = AuroraTimer::Done { id: id.to_owned(), number: self.moves };
        self.timers.push((at_us, timer));
        Ok(RdsResponse::Cluster(Box::new(self.clusters[id].shown.clone())))
    }

    fn check_idle(&self, id: &str, target: RegionIx) -> Result<&GlobalCluster, ServiceError> {
        let cluster = &self.clusters[id];
        if cluster.moving.is_some() {
            return Err(invalid_state("The global cluster is already moving"));
        }
        if cluster.shown.writer == target {
            return Err(invalid_state("The target is already the primary"));
        }
        if cluster.shown.members[&target] != Member::Available {
            return Err(invalid_state("The target is not an available secondary"));
        }
        Ok(&cluster.shown)
    }

    pub(super) fn failover(
        &mut self,
        now_us: u64,
        id: &str,
        target: RegionIx,
        net: &Net,
    ) -> Result<RdsResponse, ServiceError> {
        let writer = self.check_idle(id, target)?.writer;
        // Write fencing is best effort: it affects only clusters that the target can reach.
        if net.connected(target, writer) {
            self.events.push(AuroraEvent::Fence { region: writer });
        }
        let takes_us = self.timing.failover_us;
        self.begin(now_us, id, Movement::Failover { target }, takes_us)
    }

    pub(super) fn switchover(
        &mut self,
        now_us: u64,
        id: &str,
        target: RegionIx,
        net: &Net,
    ) -> Result<RdsResponse, ServiceError> {
        let writer = self.check_idle(id, target)?.writer;
        if self.clusters[id].fault.refuses {
            return Err(invalid_state("A cluster of the global cluster is being modified"));
        }
        if !net.connected(target, writer) {
            return Err(invalid_state("The primary and the target cannot reach each other"));
        }
        self.events.push(AuroraEvent::Fence { region: writer });
        let takes_us = self.timing.switchover_us;
        let begun = self.begin(now_us, id, Movement::Switchover { target }, takes_us);
        self.events.push(AuroraEvent::Drain { from: writer, to: target, number: self.moves });
        begun
    }

    /// Records whether the target has everything that the source has, as the keeper of the pages reports it after
    /// [`AuroraEvent::Drain`]. A report about an earlier move is ignored.
    pub(crate) fn report_drain(
        &mut self,
        now_us: u64,
        id: &str,
        number: u64,
        complete: bool,
        net: &Net,
    ) {
        let moving = self.clusters.get_mut(id).and_then(|cluster| cluster.moving.as_mut());
        if let Some(moving) = moving.filter(|moving| moving.number == number) {
            moving.drain = if complete { Drain::Complete } else { Drain::Failed };
            self.finish_move(now_us, id, net);
        }
    }

    /// Ends a move whose duration has passed. A switchover also waits for full synchronisation, however long that takes
    /// (Aurora User Guide: the switchover completes once the secondary is in sync).
    pub(super) fn finish_move(&mut self, now_us: u64, id: &str, net: &Net) {
        let Some(cluster) = self.clusters.get_mut(id) else { return };
        let old = cluster.shown.writer;
        let Some(moving) = cluster.moving.take_if(|moving| {
            let parted = !net.connected(moving.movement.target(), old);
            moving.due && (moving.drain != Drain::Pending || parted)
        }) else {
            return;
        };
        (cluster.shown.status, cluster.shown.target) = ("available", None);
        let target = moving.movement.target();
        let planned = matches!(moving.movement, Movement::Switchover { .. });
        // A switchover succeeds only while the two Regions can reach each other. Otherwise it ends, and the writer
        // stays where it was. This is an assumption, because the User Guide does not say how such a switchover ends.
        let parted = planned && !net.connected(target, old);
        if cluster.fault.moves_fail || parted || moving.drain == Drain::Failed {
            self.events.push(AuroraEvent::Promote { region: old });
            return;
        }
        cluster.shown.writer = target;
        if !planned {
            cluster.shown.members.insert(old, Member::Rebuilding);
        }
        self.events.push(AuroraEvent::Promote { region: target });
        if !planned {
            self.rebuild_if_reachable(now_us, old, net);
        }
    }

    /// Starts to rebuild an old primary once it can be reached, as AWS does automatically.
    pub(super) fn rebuild_if_reachable(&mut self, now_us: u64, region: RegionIx, net: &Net) {
        for (id, cluster) in &self.clusters {
            let waits = cluster.shown.members.get(&region) == Some(&Member::Rebuilding);
            if waits && net.connected(region, cluster.shown.writer) {
                self.events.push(AuroraEvent::Fence { region });
                let timer = AuroraTimer::Rebuilt { id: id.clone(), region };
                self.timers.push((now_us + self.timing.rebuild_us, timer));
            }
        }
    }
}
