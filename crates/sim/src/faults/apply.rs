//! Switching faults on and off in a world. Faults of one kind may overlap: what is off is what no
//! fault that is still standing wants on.

use super::{Fault, Part, Site};
use crate::world::{Event, World};
use leeward_cloud::Service;
use leeward_cloud::aurora::AuroraFault;

/// What the world's own parts look at; the cloud keeps its share itself.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Planned faults that are on, by number.
    on: Vec<usize>,
    pub(crate) lossy_permille: [u64; 3],
    pub(crate) reorder_us: u64,
    pub(crate) repeats_permille: u64,
    pub(crate) short_pages_permille: u64,
    /// `Some(silent)`.
    pub(crate) order_path: [Option<bool>; 3],
    pub(crate) checkers_permille: u64,
    pub(crate) blind_permille: [[u64; 2]; 3],
}

impl World {
    pub(crate) fn switch_fault(&mut self, index: usize, on: bool) {
        let fault = self.fault(index).clone();
        let (now_us, word) = (self.now_us, if on { "begins" } else { "ends" });
        self.trace.word((index as u64) << 1 | u64::from(on));
        self.trace.say(now_us, || format!("fault {word}: {fault:?}"));
        if on {
            self.standing.on.push(index);
        } else {
            self.standing.on.retain(|i| *i != index);
        }
        self.note_hurt(&fault);
        match &fault {
            Fault::Operator { act } if on => self.act(*act),
            Fault::Operator { .. } => {}
            Fault::Crash { site, part } => self.crash_part(*site, *part, on),
            Fault::Pause { site, part } if on => {
                let for_ms = self.scenario.faults[index].for_ms;
                self.pause_part(*site, *part, now_us + for_ms * 1_000);
            }
            Fault::Pause { .. } => {}
            Fault::Dark { .. } | Fault::Isolated { .. } | Fault::OneWay { .. } => self.set_links(),
            _ => self.set_others(),
        }
    }

    pub(crate) fn standing(&self) -> Vec<Fault> {
        self.standing.on.iter().map(|i| self.fault(*i).clone()).collect()
    }

    /// Darkness and cuts, from all that stands.
    fn set_links(&mut self) {
        let standing = self.standing();
        for from in Site::ALL {
            for to in Site::ALL {
                let cut = standing.iter().any(|fault| match fault {
                    Fault::Isolated { site } => from != to && (*site == from || *site == to),
                    Fault::OneWay { from: f, to: t } => (*f, *t) == (from, to),
                    _ => false,
                });
                self.cloud.set_cut(self.now_us, from.ix(), to.ix(), cut && from != to);
            }
        }
        for site in Site::ALL {
            let dark = standing.iter().any(|f| matches!(f, Fault::Dark { site: s } if *s == site));
            let was = self.cloud.net().is_dark(site.ix());
            self.cloud.set_dark(self.now_us, site.ix(), dark);
            if dark && !was {
                self.region_lost(site);
            } else if was && !dark {
                self.region_back(site);
            }
        }
        self.pages_flow();
        self.plan_pages();
    }

    fn region_lost(&mut self, site: Site) {
        for ix in 0..self.processes.len() {
            if self.processes[ix].region == site.ix() && self.processes[ix].role.part().is_some() {
                self.crash(ix);
            }
        }
        self.shared[site as usize] = Default::default();
        self.loss_began(site);
    }

    fn region_back(&mut self, site: Site) {
        let tick_us = self.machines.policy.tick_ms * 1_000;
        for ix in 0..self.processes.len() {
            if self.processes[ix].region == site.ix() && !self.processes[ix].up {
                let after_us = self.jitter.below(tick_us);
                self.queue.at(self.now_us + after_us, Event::Restart { process: ix });
            }
        }
        self.loss_ended(site);
    }

    fn of_part(&self, site: Site, part: Part) -> Vec<usize> {
        (0..self.processes.len())
            .filter(|ix| {
                let p = &self.processes[*ix];
                p.region == site.ix() && p.role.part() == Some(part) && !p.retired
            })
            .collect()
    }

    fn crash_part(&mut self, site: Site, part: Part, on: bool) {
        for ix in self.of_part(site, part) {
            if on {
                self.crash(ix);
            } else {
                self.restart(ix);
            }
        }
    }

    fn pause_part(&mut self, site: Site, part: Part, until_us: u64) {
        for ix in self.of_part(site, part) {
            let p = &mut self.processes[ix];
            p.paused_until_us = p.paused_until_us.max(until_us);
        }
    }

    /// Everything that is a number somewhere, from all that stands.
    fn set_others(&mut self) {
        let standing = self.standing();
        let mut fresh =
            Standing { on: std::mem::take(&mut self.standing.on), ..Standing::default() };
        let mut moves = AuroraFault::default();
        for site in Site::ALL {
            self.disks.stall(site, 0);
            self.cloud.set_lag(site.ix(), 0);
            for service in [Service::DynamoDb, Service::Sqs, Service::Rds, Service::Sns] {
                self.cloud.set_fault(site.ix(), service, leeward_cloud::Fault::default());
            }
            for other in Site::ALL {
                self.cloud.set_slow(site.ix(), other.ix(), 0);
            }
        }
        for fault in standing {
            match fault {
                Fault::Slow { from, to, extra_ms } => {
                    self.cloud.set_slow(from.ix(), to.ix(), extra_ms * 1_000);
                }
                Fault::Lossy { site, permille } => fresh.lossy_permille[site as usize] = permille,
                Fault::Reorder { extra_ms } => fresh.reorder_us = extra_ms * 1_000,
                Fault::Repeats { permille } => fresh.repeats_permille = permille,
                Fault::ShortPages { permille } => fresh.short_pages_permille = permille,
                Fault::Service { site, service, fault } => {
                    self.cloud.set_fault(site.ix(), service, fault);
                }
                Fault::ControlPlane { site } => {
                    let dead = leeward_cloud::Fault { dead: true, ..Default::default() };
                    self.cloud.set_fault(site.ix(), Service::Rds, dead);
                }
                Fault::OrderPath { site, silent } => fresh.order_path[site as usize] = Some(silent),
                Fault::Lag { site, ms } => self.cloud.set_lag(site.ix(), ms * 1_000),
                Fault::Moves { slower_ms, fail, lies } => {
                    let slower_us = slower_ms * 1_000;
                    moves = AuroraFault { slower_us, moves_fail: fail, lies, ..moves };
                }
                Fault::Refusals => moves.refuses = true,
                Fault::Checkers { permille } => fresh.checkers_permille = permille,
                Fault::DiskStall { site, ms } => self.disks.stall(site, ms),
                Fault::Observers { eyes, of, permille } => {
                    for eye in eyes {
                        fresh.blind_permille[eye as usize][of as usize] = permille;
                    }
                }
                Fault::Dark { .. }
                | Fault::Isolated { .. }
                | Fault::OneWay { .. }
                | Fault::Crash { .. }
                | Fault::Pause { .. }
                | Fault::Operator { .. } => {}
            }
        }
        self.cloud.set_database_fault(crate::world::CLUSTER, moves);
        self.standing = fresh;
        self.pages_flow();
    }

    /// Everything that stands ends, and everything that is down starts.
    pub(crate) fn end_all_faults(&mut self) {
        self.standing.on.clear();
        self.set_links();
        self.set_others();
        for ix in 0..self.processes.len() {
            self.processes[ix].paused_until_us = self.now_us;
            self.restart(ix);
        }
    }
}
