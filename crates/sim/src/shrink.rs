//! Shrinks a world that breaks a rule to fewer faults, fewer customers and less time.

use crate::outcome::Violation;
use crate::scenario::Scenario;

/// The smallest scenario that was found, with the violation that it causes.
#[derive(Debug, Clone)]
pub struct Shrunk {
    pub scenario: Scenario,
    pub violation: Violation,
    /// The number of worlds that were run.
    pub tries: u32,
}

struct Shrinker {
    best: Shrunk,
    rule: &'static str,
    tries_max: u32,
}

impl Shrinker {
    /// Runs a candidate. If the candidate still breaks the rule, it becomes the new best scenario.
    fn try_candidate(&mut self, candidate: Scenario) -> bool {
        if self.best.tries >= self.tries_max {
            return false;
        }
        self.best.tries += 1;
        let outcome = crate::run(&candidate, false);
        let Some(violation) = outcome.violations.into_iter().find(|v| v.rule == self.rule) else {
            return false;
        };
        self.best.scenario = candidate;
        self.best.violation = violation;
        true
    }

    /// Removes faults by delta debugging (Zeller, Hildebrandt 2002): first halves, then single faults.
    fn remove_faults(&mut self) {
        let mut chunk = self.best.scenario.faults.len().div_ceil(2);
        while chunk > 0 {
            let mut at = 0;
            while at < self.best.scenario.faults.len() {
                let mut candidate = self.best.scenario.clone();
                let end = (at + chunk).min(candidate.faults.len());
                candidate.faults.drain(at..end);
                if !self.try_candidate(candidate) {
                    at += chunk;
                }
            }
            chunk /= 2;
        }
    }

    fn reduce_shape(&mut self) {
        let simpler: [fn(&mut Scenario); 8] = [
            |s| s.shape.clients = 1,
            |s| s.shape.clients = (s.shape.clients / 2).max(1),
            |s| s.shape.accounts = 1,
            |s| s.shape.api_processes = 1,
            |s| s.shape.batch_permille = 0,
            |s| s.shape.drift_ppm = 0,
            |s| s.shape.wall_error_ms = 0,
            |s| s.shape.stretched_ttl = 1,
        ];
        for change in simpler {
            let mut candidate = self.best.scenario.clone();
            change(&mut candidate);
            if candidate != self.best.scenario {
                self.try_candidate(candidate);
            }
        }
    }

    /// Shortens the faults, and then the phase in which they occur.
    fn shorten(&mut self) {
        for i in 0..self.best.scenario.faults.len() {
            for _ in 0..6 {
                let mut candidate = self.best.scenario.clone();
                candidate.faults[i].for_ms /= 2;
                if candidate.faults[i].for_ms == 0 || !self.try_candidate(candidate) {
                    break;
                }
            }
        }
        for percent in [25, 50, 75] {
            let mut candidate = self.best.scenario.clone();
            candidate.shape.safety_ms = candidate.shape.safety_ms * percent / 100 + 1;
            if self.try_candidate(candidate) {
                break;
            }
        }
    }
}

/// Shrinks a scenario by running at most `tries_max` worlds. Returns `None` if the scenario breaks no rule.
pub fn shrink(scenario: &Scenario, tries_max: u32) -> Option<Shrunk> {
    let outcome = crate::run(scenario, false);
    let violation = outcome.violations.into_iter().next()?;
    let rule = violation.rule;
    let best = Shrunk { scenario: scenario.clone(), violation, tries: 1 };
    let mut shrinker = Shrinker { best, rule, tries_max };
    for _ in 0..2 {
        let before = shrinker.best.scenario.clone();
        shrinker.remove_faults();
        shrinker.reduce_shape();
        shrinker.shorten();
        if shrinker.best.scenario == before {
            break;
        }
    }
    Some(shrinker.best)
}
