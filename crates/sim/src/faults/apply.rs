//! Switches faults on and off in a world. Faults of one kind may overlap; an effect ends when no active fault causes it
//! any more.

use super::{Fault, Part, Site};
use crate::nodes::Input;
use crate::world::{CLUSTER, Env, Event, PerRegion, World};
use leeward_cloud::Service;
use leeward_cloud::aurora::AuroraFault;

/// The active faults, as the parts of the world outside the cloud see them. The cloud keeps its own state of faults.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults {
    /// The indexes of the planned faults that are on.
    on: Vec<usize>,
    pub(crate) lossy_permille: PerRegion<u64>,
    pub(crate) reorder_us: u64,
    pub(crate) repeats_permille: u64,
    pub(crate) short_pages_permille: u64,
    /// The Regions whose order path is broken; the value is `true` if the path is silent.
    pub(crate) order_path: PerRegion<Option<bool>>,
    pub(crate) checkers_permille: u64,
    /// The share of probes that fail, by the Region of the observer and the Region that is probed.
    pub(crate) blind_permille: PerRegion<PerRegion<u64>>,
}

impl World {
    pub(crate) fn switch_fault(&mut self, index: usize, on: bool) {
        let env = &mut self.env;
        let fault = env.fault(index).clone();
        let (now_us, verb) = (env.now_us, if on { "begins" } else { "ends" });
        env.watch.trace.add_word((index as u64) << 1 | u64::from(on));
        env.watch.trace.log(now_us, || format!("fault {verb}: {fault:?}"));
        if on {
            env.active_faults.on.push(index);
        } else {
            env.active_faults.on.retain(|i| *i != index);
        }
        env.note_cause(&fault);
        match &fault {
            Fault::Operator { act } if on => {
                let operator = env.hosts.iter().position(|host| host.part.is_none());
                self.step_node(operator.expect("each world has an operator"), Input::Act(*act));
            }
            Fault::Operator { .. } => {}
            Fault::Crash { site, part } => self.crash_part(*site, *part, on),
            Fault::Pause { site, part } if on => {
                let for_ms = env.scenario.faults[index].for_ms;
                env.pause_part(*site, *part, now_us + for_ms * 1_000);
            }
            Fault::Pause { .. } => {}
            Fault::Dark { .. } | Fault::Isolated { .. } | Fault::OneWay { .. } => {
                self.apply_links()
            }
            _ => env.apply_rates(),
        }
    }

    /// Applies dark Regions and cut links, from all active faults.
    fn apply_links(&mut self) {
        let active = self.env.list_active_faults();
        self.env.apply_cuts(&active);
        for site in Site::ALL {
            let dark = active.iter().any(|f| matches!(f, Fault::Dark { site: s } if *s == site));
            let was = self.env.cloud.net().is_dark(site.ix());
            self.env.cloud.set_dark(self.env.now_us, site.ix(), dark);
            if dark && !was {
                self.lose_region(site);
            } else if was && !dark {
                self.env.queue_restarts(site);
                self.end_measurement(site);
            }
        }
        self.env.ship_pages();
        self.env.plan_pages();
    }

    fn lose_region(&mut self, site: Site) {
        for process in 0..self.env.hosts.len() {
            let host = &self.env.hosts[process];
            if host.region == site.ix() && host.part.is_some() {
                self.crash(process);
            }
        }
        self.env.regions[site.ix()] = Default::default();
        self.measure_loss(site);
    }

    fn crash_part(&mut self, site: Site, part: Part, on: bool) {
        for process in self.env.list_processes(site, part) {
            if on {
                self.crash(process);
            } else {
                self.restart(process);
            }
        }
    }

    /// Ends every active fault and starts every process that is down.
    pub(crate) fn end_all_faults(&mut self) {
        self.env.active_faults.on.clear();
        self.apply_links();
        self.env.apply_rates();
        for process in 0..self.env.hosts.len() {
            self.env.hosts[process].paused_until_us = self.env.now_us;
            self.restart(process);
        }
    }
}

impl Env {
    pub(crate) fn list_active_faults(&self) -> Vec<Fault> {
        self.active_faults.on.iter().map(|i| self.fault(*i).clone()).collect()
    }

    fn list_processes(&self, site: Site, part: Part) -> Vec<usize> {
        (0..self.hosts.len())
            .filter(|process| {
                let host = &self.hosts[*process];
                host.region == site.ix() && host.part == Some(part) && !host.retired
            })
            .collect()
    }

    fn pause_part(&mut self, site: Site, part: Part, until_us: u64) {
        for process in self.list_processes(site, part) {
            let host = &mut self.hosts[process];
            host.paused_until_us = host.paused_until_us.max(until_us);
        }
    }

    fn queue_restarts(&mut self, site: Site) {
        let tick_us = self.tick_us();
        for process in 0..self.hosts.len() {
            if self.hosts[process].region == site.ix() && !self.hosts[process].up {
                let after_us = self.jitter.below(tick_us);
                self.queue.at(self.now_us + after_us, Event::Restart { process });
            }
        }
    }

    fn apply_cuts(&mut self, active: &[Fault]) {
        for from in Site::ALL {
            for to in Site::ALL {
                let cut = active.iter().any(|fault| match fault {
                    Fault::Isolated { site } => *site == from || *site == to,
                    Fault::OneWay { from: f, to: t } => (*f, *t) == (from, to),
                    _ => false,
                });
                self.cloud.set_cut(self.now_us, from.ix(), to.ix(), cut && from != to);
            }
        }
    }

    /// Resets the numeric effects of faults in the cloud and on the disks.
    fn clear_rates(&mut self) {
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
    }

    /// Applies the numeric effects of all active faults.
    fn apply_rates(&mut self) {
        let active = self.list_active_faults();
        let on = std::mem::take(&mut self.active_faults.on);
        let mut fresh = ActiveFaults { on, ..ActiveFaults::default() };
        let mut moves = AuroraFault::default();
        self.clear_rates();
        for fault in active {
            match fault {
                Fault::Slow { from, to, extra_ms } => {
                    self.cloud.set_slow(from.ix(), to.ix(), extra_ms * 1_000);
                }
                Fault::Lossy { site, permille } => fresh.lossy_permille[site.ix()] = permille,
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
                Fault::OrderPath { site, silent } => fresh.order_path[site.ix()] = Some(silent),
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
                        fresh.blind_permille[eye.ix()][of.ix()] = permille;
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
        self.cloud.set_database_fault(CLUSTER, moves);
        self.active_faults = fresh;
        self.ship_pages();
    }
}
