//! The responses of a Region to the health checks of Route 53 and of load balancers (docs/spec/moves.md, attack R1).
//! Traffic follows these responses and nothing else.
//!
//! `/health/accepting` responds "good" while this Region accepts canary orders, even if another Region is active,
//! because acceptance never fails over (LIVE-1). `/health/traffic` also requires that the authority, read strongly for
//! this very request, names this Region. If the authority is unknown, the response is "bad".
//!
//! Rejected: responding from the last read of the authority. A Region that can no longer read it would keep its
//! traffic.

use leeward_model::{Authority, Region};

/// The endpoint that a health request calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// `/health/traffic`
    Traffic,
    /// `/health/accepting`
    Accepting,
}

/// An input of an inquiry.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The request arrived.
    Asked,
    /// The authority from a strong read; `None` if it is unknown or does not exist.
    Authority(Option<Box<Authority>>),
    /// Whether the canary that this inquiry sent was accepted in time.
    Canary(bool),
}

/// An output of an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Read the authority strongly, within the timeout of a probe.
    ReadAuthority,
    /// Send a canary order through the Region's own host name, within the timeout of a probe.
    SendCanary,
    /// Respond to the request.
    Answer {
        /// Whether the response is "good".
        good: bool,
        /// Whether the authority was read and names this Region.
        active: bool,
    },
}

/// The limits on the age of the last accepted canary order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthSettings {
    /// The interval between two ticks of the Region's sentinel.
    pub tick_ms: u64,
    /// The timeout of one probe.
    pub probe_timeout_ms: u64,
}

impl HealthSettings {
    /// Returns whether a canary order that was accepted this long ago still proves that the Region accepts orders. The
    /// limit is two ticks plus the timeout of one probe.
    pub fn is_fresh(self, canary_age_ms: Option<u64>) -> bool {
        canary_age_ms.is_some_and(|age_ms| age_ms <= 2 * self.tick_ms + self.probe_timeout_ms)
    }
}

/// One health request.
#[derive(Debug, Clone)]
pub struct Inquiry {
    question: Question,
    region: Region,
    settings: HealthSettings,
    active: bool,
}

impl Inquiry {
    /// Creates the inquiry for one request.
    pub fn new(question: Question, region: Region, settings: HealthSettings) -> Inquiry {
        Inquiry { question, region, settings, active: false }
    }

    /// Takes one event and returns the next command. `canary_age_ms` is the time since this Region last accepted a
    /// canary order; `None` if it never did.
    pub fn step(&mut self, canary_age_ms: Option<u64>, event: Event) -> Command {
        match event {
            Event::Asked if self.question == Question::Traffic => Command::ReadAuthority,
            Event::Asked => self.judge_canary(canary_age_ms),
            Event::Authority(read) => {
                self.active = read.is_some_and(|authority| authority.active == self.region);
                if self.active { self.judge_canary(canary_age_ms) } else { self.answer(false) }
            }
            Event::Canary(accepted) => self.answer(accepted),
        }
    }

    /// Responds "good" if the last accepted canary order is fresh, and otherwise sends a new one. A dead sentinel must
    /// not take a working Region out of DNS.
    fn judge_canary(&self, age_ms: Option<u64>) -> Command {
        if self.settings.is_fresh(age_ms) {
            return self.answer(true);
        }
        Command::SendCanary
    }

    fn answer(&self, good: bool) -> Command {
        Command::Answer { good, active: self.active }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: HealthSettings = HealthSettings { tick_ms: 100, probe_timeout_ms: 50 };

    fn region(name: &str) -> Region {
        Region::new(name).expect("a valid name")
    }

    fn check(question: Question, age_ms: Option<u64>, events: Vec<Event>, expect: Command) {
        let mut inquiry = Inquiry::new(question, region("a"), SETTINGS);
        let mut last = inquiry.step(age_ms, Event::Asked);
        for event in events {
            last = inquiry.step(age_ms, event);
        }
        assert_eq!(last, expect);
    }

    fn authority(active: &str) -> Event {
        Event::Authority(Some(Box::new(Authority::initial(region(active)))))
    }

    #[test]
    fn r1_a_blind_region_loses_its_traffic_and_keeps_accepting() {
        let bad = Command::Answer { good: false, active: false };
        check(Question::Traffic, Some(0), vec![], Command::ReadAuthority);
        check(Question::Traffic, Some(0), vec![Event::Authority(None)], bad);
        check(Question::Traffic, Some(0), vec![authority("b")], bad);
        let good = Command::Answer { good: true, active: true };
        check(Question::Traffic, Some(0), vec![authority("a")], good);
        check(Question::Accepting, Some(0), vec![], Command::Answer { good: true, active: false });
    }

    #[test]
    fn a_silent_sentinel_does_not_take_a_working_region_out_of_dns() {
        let stale = [None, Some(251)];
        for age_ms in stale {
            check(Question::Accepting, age_ms, vec![], Command::SendCanary);
            check(Question::Traffic, age_ms, vec![authority("a")], Command::SendCanary);
            for accepted in [true, false] {
                let answer = Command::Answer { good: accepted, active: true };
                check(
                    Question::Traffic,
                    age_ms,
                    vec![authority("a"), Event::Canary(accepted)],
                    answer,
                );
            }
        }
        let good = Command::Answer { good: true, active: false };
        check(Question::Accepting, Some(250), vec![], good);
    }
}
