//! The customers' path: requests to a Region's load balancer, and the answers on their way back.

use super::Event;
use super::ProcessIx;
use super::env::{Env, Signal};
use super::lifecycle::Host;
use crate::faults::Part;
use crate::nodes::{ClientInput, Input};
use crate::rng::Draw;
use leeward_blueprint::TimingProfile;
use leeward_cloud::{Place, RegionIx};
use leeward_model::{ClientId, ContentHash, Payload, Seq};

/// The sender of a request, which waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requester {
    Client { client: u32, operation: u32, attempt: u32 },
    Process { process: ProcessIx, incarnation: u32, slot: u32 },
    Checker { probe: u32 },
}

#[derive(Debug, Clone)]
pub(crate) enum Request {
    Order { account: u16, id: ClientId, hash: ContentHash, payload: Payload, requester: Requester },
    Health { path: HealthPath, requester: Requester },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HealthPath {
    /// `/health/traffic`
    Traffic,
    /// `/health/accepting`
    Accepting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted {
        seq: Seq,
        index: u32,
    },
    Conflict,
    /// A 503: the effect is unknown, or the Region is not healthy.
    Unavailable,
    /// A 5xx from a component in front of the process.
    Error,
    /// A 200 from a health path.
    Healthy,
}

impl Answer {
    pub(crate) fn is_accepted(self) -> bool {
        matches!(self, Answer::Accepted { .. })
    }
}

impl Request {
    fn requester(&self) -> Requester {
        match self {
            Request::Order { requester, .. } | Request::Health { requester, .. } => *requester,
        }
    }
}

/// Returns half of a customer's round-trip time to a Region, over the internet or on one machine.
fn last_mile_us(profile: TimingProfile) -> u64 {
    match profile {
        TimingProfile::Aws => 15_000,
        TimingProfile::Local => 150,
    }
}

impl Env {
    fn place_of(&self, requester: Requester) -> Place {
        match requester {
            Requester::Client { .. } | Requester::Checker { .. } => Place::Internet,
            Requester::Process { process, .. } => Place::Region(self.hosts[process].region),
        }
    }

    fn draw_delay_us(&mut self, from: Place, to: Place) -> u64 {
        match (from, to) {
            (Place::Region(_), Place::Region(_)) => {
                let extra = self.active_faults.reorder_us;
                self.cloud.net().delay_us(from, to) + self.network.below(extra + 1)
            }
            _ => {
                let us = last_mile_us(self.scenario.timing.profile);
                us + self.network.below(us / 4)
            }
        }
    }

    /// Sends a request. The requester gets no error if the request is lost.
    pub(crate) fn request_http(&mut self, to: RegionIx, request: Request) {
        let (from, there) = (self.place_of(request.requester()), Place::Region(to));
        if !self.cloud.net().passes(from, there) || self.loses_message(from, there) {
            return;
        }
        if let Requester::Process { process, .. } = request.requester()
            && self.blinds_observer(self.hosts[process].region, to)
        {
            return;
        }
        let at_us = self.now_us + self.draw_delay_us(from, there);
        self.queue.at(at_us, Event::Arrive { to, request: Box::new(request) });
    }

    /// Draws whether an observer's probe of a Region fails although the Region is healthy.
    pub(crate) fn blinds_observer(&mut self, observer: RegionIx, to: RegionIx) -> bool {
        let permille = self.active_faults.blind_permille[observer][to];
        observer != to && self.network.permille(permille)
    }

    /// Draws whether a health checker gets a wrong result. Returns the wrong result if it does.
    pub(crate) fn draw_wrong_check(&mut self) -> Option<bool> {
        let wrong = self.network.permille(self.active_faults.checkers_permille);
        wrong.then(|| self.network.permille(500))
    }

    /// Routes a request that has arrived, and returns the input for the process that serves it.
    pub(super) fn route(&mut self, to: RegionIx, request: Box<Request>) -> Option<Event> {
        if self.cloud.net().is_dark(to) {
            return None;
        }
        let requester = request.requester();
        let order = matches!(*request, Request::Order { .. });
        if order && let Some(silent) = self.active_faults.order_path[to] {
            if !silent {
                self.answer(to, requester, Answer::Error);
            }
            return None;
        }
        let part = if order { Part::Api } else { Part::Health };
        let serves = |(_, host): &(ProcessIx, &Host)| {
            host.region == to && host.up && host.part == Some(part)
        };
        let targets = self.hosts.iter().enumerate().filter(serves).count();
        if targets == 0 {
            // The load balancer has no healthy target.
            self.answer(to, requester, Answer::Error);
            return None;
        }
        let picked = self.network.below(targets as u64) as usize;
        let (process, host) = self.hosts.iter().enumerate().filter(serves).nth(picked)?;
        let incarnation = host.incarnation;
        Some(Event::Input { process, incarnation, input: Input::Request(request) })
    }

    /// Sends an answer from a Region to the requester.
    pub(super) fn answer(&mut self, from: RegionIx, requester: Requester, answer: Answer) {
        let (here, there) = (Place::Region(from), self.place_of(requester));
        if !self.cloud.net().passes(here, there) || self.loses_message(here, there) {
            return;
        }
        let at_us = self.now_us + self.draw_delay_us(here, there);
        let event = match requester {
            Requester::Client { client, operation, attempt } => Event::Client {
                client,
                input: ClientInput::Answered { operation, attempt, from, answer },
            },
            Requester::Process { process, incarnation, slot } => {
                Event::Input { process, incarnation, input: Input::Answered { slot, answer } }
            }
            Requester::Checker { probe } => {
                let healthy = answer == Answer::Healthy;
                return self.signals.push_back(Signal::CheckerResult { probe, healthy });
            }
        };
        self.queue.at(at_us, event);
    }
}
