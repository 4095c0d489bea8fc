//! Route 53's health checkers, which are outside all Regions, and the public name that they switch.

use crate::faults::Site;
use crate::world::{Env, Event, HealthPath, PUBLIC_NAME, Request, Requester};
use leeward_cloud::RegionIx;
use leeward_cloud::route53::{HealthCheckSpec, Probe, Record, Role};

/// A checker's request in progress.
struct CheckerProbe {
    check: String,
    checker: u32,
    done: bool,
}

#[derive(Default)]
pub(crate) struct HealthCheckers {
    probes: Vec<CheckerProbe>,
}

impl HealthCheckers {
    /// Publishes the customers' name, with a health check for each Region that can be active.
    pub(crate) fn publish_name(env: &mut Env) {
        let t = env.scenario.timing.clone();
        for (site, id, role) in [
            (Site::Primary, "primary", Role::Primary),
            (Site::Secondary, "secondary", Role::Secondary),
        ] {
            env.cloud.add_health_check(
                0,
                HealthCheckSpec {
                    id: id.to_owned(),
                    target: (site as u8).to_string(),
                    interval_us: t.check_interval_ms * 1_000,
                    threshold: t.check_threshold,
                    checkers: t.checkers,
                    propagation_us: t.propagation_ms * 1_000,
                },
            );
            env.cloud.add_record(Record {
                name: PUBLIC_NAME.to_owned(),
                address: (site as u8).to_string(),
                role,
                health_check: id.to_owned(),
                ttl_s: t.ttl_s,
            });
        }
    }

    /// Sends the request of a checker whose interval has passed.
    pub(crate) fn probe(&mut self, env: &mut Env, probe: Probe) {
        let to = RegionIx(probe.target.parse().expect("written by publish_name"));
        let number = self.probes.len() as u32;
        let wrong = env.draw_wrong_check();
        self.probes.push(CheckerProbe { check: probe.check, checker: probe.checker, done: false });
        if let Some(healthy) = wrong {
            return self.on_result(env, number, healthy);
        }
        let overdue_us = env.now_us + env.scenario.timing.check_timeout_ms * 1_000;
        env.queue.at(overdue_us, Event::CheckerTimeout { probe: number });
        let primary = to == Site::Primary.ix();
        let path = if primary { HealthPath::Traffic } else { HealthPath::Accepting };
        let requester = Requester::Checker { probe: number };
        env.request_http(to, Request::Health { path, requester });
    }

    /// Counts a result as soon as the Region responds. The travel time of the response is ignored, because it is short
    /// compared with the interval.
    pub(crate) fn on_result(&mut self, env: &mut Env, probe: u32, healthy: bool) {
        let probe = &mut self.probes[probe as usize];
        if std::mem::replace(&mut probe.done, true) {
            return;
        }
        let (check, checker) = (std::mem::take(&mut probe.check), probe.checker);
        let before = env.cloud.is_check_healthy(&check);
        env.cloud.probe_answered(env.now_us, &check, checker, healthy);
        let after = env.cloud.is_check_healthy(&check);
        if before != after {
            env.watch.trace.add_word(u64::from(after));
        }
    }
}
