//! The customers' path: requests to a Region's front door, and answers on their way back.

use super::{ClientInput, Event, Input, Process, ProcessIx, Role, World};
use crate::rng::Draw;
use leeward_cloud::{Place, RegionIx};
use leeward_model::{ClientId, ContentHash, Payload, Seq};

/// Half of a customer's round trip to a Region, over the internet and on one machine.
pub(super) const LAST_MILE_US: [u64; 2] = [15_000, 150];

/// Who waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    Client { client: u32, operation: u32, attempt: u32 },
    Process { process: ProcessIx, incarnation: u32, slot: u32 },
    Checker { probe: u32 },
}

#[derive(Debug, Clone)]
pub(crate) enum HttpRequest {
    Order {
        account: u16,
        id: ClientId,
        hash: ContentHash,
        payload: Payload,
        asker: Asker,
    },
    /// `/health/traffic`, else `/health/accepting`.
    Health {
        traffic: bool,
        asker: Asker,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HttpAnswer {
    Accepted {
        seq: Seq,
        index: u32,
    },
    Conflict,
    /// 503: not known, or not well.
    Unavailable,
    /// 5xx of something in front of the process.
    Error,
    /// 200 of a health path.
    Well,
}

impl HttpRequest {
    fn asker(&self) -> Asker {
        match self {
            HttpRequest::Order { asker, .. } | HttpRequest::Health { asker, .. } => *asker,
        }
    }
}

impl World {
    fn place_of(&self, asker: Asker) -> Place {
        match asker {
            Asker::Client { .. } | Asker::Checker { .. } => Place::Internet,
            Asker::Process { process, .. } => self.place(process),
        }
    }

    fn distance_us(&mut self, from: Place, to: Place) -> u64 {
        match (from, to) {
            (Place::Region(_), Place::Region(_)) => {
                let extra = self.standing.reorder_us;
                self.cloud.net().delay_us(from, to) + self.network.below(extra + 1)
            }
            _ => {
                let us = self.last_mile_us;
                us + self.network.below(us / 4)
            }
        }
    }

    /// Sends a request; when it does not get through nobody hears of it.
    pub(super) fn http(&mut self, to: RegionIx, request: HttpRequest) {
        let (from, there) = (self.place_of(request.asker()), Place::Region(to));
        if !self.cloud.net().passes(from, there) || self.is_lost(from, there) {
            return;
        }
        if self.blinded(request.asker(), to) {
            return;
        }
        let at_us = self.now_us + self.distance_us(from, there);
        self.queue.at(at_us, Event::Arrive { to, request: Box::new(request) });
    }

    /// An observer's own fault: its probes of a Region fail although the Region is well.
    fn blinded(&mut self, asker: Asker, to: RegionIx) -> bool {
        let Asker::Process { process, .. } = asker else { return false };
        let eye = self.processes[process].region;
        self.is_blind(eye, to)
    }

    pub(super) fn is_blind(&mut self, eye: RegionIx, to: RegionIx) -> bool {
        let permille = self.standing.blind_permille[eye.0 as usize][to.0 as usize];
        eye != to && self.network.permille(permille)
    }

    pub(super) fn arrive(&mut self, to: RegionIx, request: Box<HttpRequest>) {
        if self.cloud.net().is_dark(to) {
            return;
        }
        let asker = request.asker();
        let order = matches!(*request, HttpRequest::Order { .. });
        if order && let Some(silent) = self.standing.order_path[to.0 as usize] {
            if !silent {
                self.answer_http(to, asker, HttpAnswer::Error);
            }
            return;
        }
        let serves = |p: &Process| match &p.role {
            Role::Api(_) => order,
            Role::Health(_) => !order,
            _ => false,
        };
        let up = |(_, p): &(ProcessIx, &Process)| p.region == to && p.up && serves(p);
        let behind = self.processes.iter().enumerate().filter(up).count();
        if behind == 0 {
            // The balancer has nobody behind it.
            return self.answer_http(to, asker, HttpAnswer::Error);
        }
        let picked = self.network.below(behind as u64) as usize;
        let picked = self.processes.iter().enumerate().filter(up).nth(picked);
        let (process, p) = picked.expect("one of them");
        let incarnation = p.incarnation;
        self.meet(process, incarnation, Input::Http(request));
    }

    /// An answer leaves a Region.
    pub(super) fn answer_http(&mut self, from: RegionIx, asker: Asker, answer: HttpAnswer) {
        let (here, there) = (Place::Region(from), self.place_of(asker));
        if !self.cloud.net().passes(here, there) || self.is_lost(here, there) {
            return;
        }
        let at_us = self.now_us + self.distance_us(here, there);
        let event = match asker {
            Asker::Client { client, operation, attempt } => Event::Client {
                client,
                input: ClientInput::Answered { operation, attempt, from, answer },
            },
            Asker::Process { process, incarnation, slot } => {
                Event::To { process, incarnation, input: Input::Answered { slot, answer } }
            }
            Asker::Checker { probe } => {
                let good = answer == HttpAnswer::Well;
                return self.checker_heard(probe, good);
            }
        };
        self.queue.at(at_us, event);
    }
}
