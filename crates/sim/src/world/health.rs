//! What Route 53's checkers ask, and how a Region's health function answers (docs/spec/moves.md, R1).

use super::calls::Purpose;
use super::http::Asker;
use super::{
    Ask, Event, HttpAnswer, HttpRequest, Input, PUBLIC_NAME, ProcessIx, Role, Told, World,
};
use crate::faults::Site;
use crate::rng::Draw;
use leeward_cloud::RegionIx;
use leeward_cloud::route53::{HealthCheckSpec, Probe, Record, Role as RecordRole};
use std::collections::BTreeMap;

/// A checker's question under way.
pub(crate) struct CheckerProbe {
    check: String,
    checker: u32,
    done: bool,
}

#[derive(Default)]
pub(crate) struct Health {
    /// Requests in work, by number.
    requests: BTreeMap<u32, Asker>,
    number: u32,
    canaries: u64,
}

impl Health {
    pub(super) fn next_canary(&mut self) -> (u32, u64) {
        self.canaries += 1;
        (0, self.canaries)
    }
}

impl World {
    pub(super) fn publish_name(&mut self) {
        let t = self.scenario.timing.clone();
        for (site, id, role) in [
            (Site::Primary, "primary", RecordRole::Primary),
            (Site::Secondary, "secondary", RecordRole::Secondary),
        ] {
            self.cloud.add_health_check(
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
            self.cloud.add_record(Record {
                name: PUBLIC_NAME.to_owned(),
                address: (site as u8).to_string(),
                role,
                health_check: id.to_owned(),
                ttl_s: t.ttl_s,
            });
        }
    }

    /// A checker asks now; it stands outside all Regions.
    pub(super) fn checker_asks(&mut self, probe: Probe) {
        let to = RegionIx(probe.target.parse().expect("written by publish_name"));
        let number = self.probes.len() as u32;
        let wrong = self.network.permille(self.standing.checkers_permille);
        self.probes.push(CheckerProbe { check: probe.check, checker: probe.checker, done: false });
        let timeout_us = self.scenario.timing.check_timeout_ms * 1_000;
        if wrong {
            let good = self.network.permille(500);
            return self.checker_heard(number, good);
        }
        self.queue.at(self.now_us + timeout_us, Event::CheckerOverdue { probe: number });
        let traffic = to == Site::Primary.ix();
        let asker = Asker::Checker { probe: number };
        self.http(to, HttpRequest::Health { traffic, asker });
    }

    /// The answer counts from now on; what little time it takes back is within the interval.
    pub(super) fn checker_heard(&mut self, probe: u32, good: bool) {
        let probe = &mut self.probes[probe as usize];
        if std::mem::replace(&mut probe.done, true) {
            return;
        }
        let (check, checker) = (std::mem::take(&mut probe.check), probe.checker);
        let before = self.cloud.is_check_healthy(&check);
        self.cloud.probe_answered(self.now_us, &check, checker, good);
        let after = self.cloud.is_check_healthy(&check);
        if before != after {
            self.trace.word(u64::from(after));
        }
    }

    pub(super) fn checker_overdue(&mut self, probe: u32) {
        self.checker_heard(probe, false);
    }

    fn health(&mut self, ix: ProcessIx) -> &mut Health {
        match &mut self.processes[ix].role {
            Role::Health(health) => health,
            _ => unreachable!("only asked of a health function"),
        }
    }

    pub(super) fn health_input(&mut self, ix: ProcessIx, input: Input) {
        match input {
            Input::Http(request) => self.on_health_request(ix, *request),
            Input::Told(Purpose::HealthAuthority(number), told) => {
                self.on_health_authority(ix, number, told.as_ref());
            }
            Input::Answered { slot, answer } => {
                let good = matches!(answer, HttpAnswer::Accepted { .. });
                if good {
                    let region = usize::from(self.processes[ix].region.0);
                    self.shared[region].canary_good_us = Some(self.now_us);
                }
                self.answer_health(ix, slot, good);
            }
            Input::HealthOver(number) => self.answer_health(ix, number, false),
            _ => unreachable!("not for a health function"),
        }
    }

    fn on_health_request(&mut self, ix: ProcessIx, request: HttpRequest) {
        let HttpRequest::Health { traffic, asker } = request else {
            unreachable!("orders have their own processes")
        };
        let region = self.processes[ix].region;
        let patience_ms = self.scenario.timing.probe_timeout_ms;
        let health = self.health(ix);
        health.number += 1;
        let number = health.number;
        health.requests.insert(number, asker);
        if traffic {
            let purpose = Purpose::HealthAuthority(number);
            self.ask(ix, region, purpose, patience_ms, Ask::Authority);
        } else {
            self.answer_if_accepting(ix, number);
        }
    }

    /// 200 only while the authority, read strongly for this very request, names this Region.
    fn on_health_authority(&mut self, ix: ProcessIx, number: u32, told: Option<&Told>) {
        let region = self.processes[ix].region;
        let authority = self.bodies.authority(told);
        self.note_authority(region, authority.as_ref());
        let name = &self.names[usize::from(region.0)];
        if authority.is_some_and(|a| a.active == *name) {
            self.answer_if_accepting(ix, number);
        } else {
            self.answer_health(ix, number, false);
        }
    }

    /// A canary within two ticks; if the sentinel is silent the function sends one itself.
    fn answer_if_accepting(&mut self, ix: ProcessIx, number: u32) {
        let t = &self.scenario.timing;
        let limit_us = (2 * t.tick_ms + t.probe_timeout_ms) * 1_000;
        let patience_ms = t.probe_timeout_ms;
        let region = self.processes[ix].region;
        let good = self.shared[usize::from(region.0)].canary_good_us;
        if good.is_some_and(|at_us| self.now_us - at_us <= limit_us) {
            return self.answer_health(ix, number, true);
        }
        self.canary(ix, region, number);
        self.send_after_ms(ix, patience_ms, Input::HealthOver(number));
    }

    fn answer_health(&mut self, ix: ProcessIx, number: u32, good: bool) {
        let region = self.processes[ix].region;
        let Some(asker) = self.health(ix).requests.remove(&number) else { return };
        let answer = if good { HttpAnswer::Well } else { HttpAnswer::Unavailable };
        self.answer_http(region, asker, answer);
    }
}
