//! Many worlds on all cores, and what they say together.

use crate::outcome::{Outcome, Violation};
use crate::scenario::{Kind, Scenario};
use crate::trace::combine;
use leeward_blueprint::Timing;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What to run.
#[derive(Debug, Clone)]
pub struct Campaign {
    pub first_seed: u64,
    pub worlds: u64,
    pub timing: Timing,
    /// Of each hundred worlds so many lose a Region and nothing else; the others are swarms.
    pub loss_percent: u64,
    /// Customers send nothing but large batches: for many orders, not for many failovers.
    pub heavy: bool,
    pub threads: usize,
    /// Worlds of which violations are kept, at most.
    pub violations_max: usize,
}

/// A rule that a world broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub seed: u64,
    pub kind: Kind,
    pub violation: Violation,
}

/// Everything that the worlds came to. Sums and samples do not depend on which thread ran what.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub worlds: u64,
    pub broken_worlds: u64,
    pub broken: Vec<Broken>,
    pub events: u64,
    pub failovers: u64,
    pub simulated_ms: u64,
    pub orders_acked: u64,
    pub orders_booked: u64,
    pub false_moves: u64,
    pub parked: u64,
    pub takeovers: u64,
    pub pages_lost: u64,
    pub detect_ms: Vec<u64>,
    pub acceptance_ms: Vec<u64>,
    pub processing_ms: Vec<u64>,
    pub trace_hash: u64,
}

impl Summary {
    pub fn add(&mut self, seed: u64, kind: Kind, outcome: &Outcome, violations_max: usize) {
        self.worlds += 1;
        self.events += outcome.events();
        self.failovers += outcome.failovers;
        self.simulated_ms += outcome.simulated_ms;
        self.orders_acked += outcome.orders_acked;
        self.orders_booked += outcome.orders_booked;
        self.false_moves += outcome.false_moves;
        self.parked += outcome.parked;
        self.takeovers += outcome.takeovers;
        self.pages_lost += outcome.pages_lost;
        self.detect_ms.extend(&outcome.detect_ms);
        self.acceptance_ms.extend(&outcome.acceptance_ms);
        self.processing_ms.extend(&outcome.processing_ms);
        self.trace_hash = combine(self.trace_hash, seed, outcome.trace_hash);
        if let Some(violation) = outcome.violations.first() {
            self.broken_worlds += 1;
            let violation = violation.clone();
            self.broken.push(Broken { seed, kind, violation });
            self.broken.sort_by_key(|b| b.seed);
            self.broken.truncate(violations_max);
        }
    }

    fn merge(&mut self, other: Summary, violations_max: usize) {
        self.worlds += other.worlds;
        self.broken_worlds += other.broken_worlds;
        self.events += other.events;
        self.failovers += other.failovers;
        self.simulated_ms += other.simulated_ms;
        self.orders_acked += other.orders_acked;
        self.orders_booked += other.orders_booked;
        self.false_moves += other.false_moves;
        self.parked += other.parked;
        self.takeovers += other.takeovers;
        self.pages_lost += other.pages_lost;
        self.detect_ms.extend(other.detect_ms);
        self.acceptance_ms.extend(other.acceptance_ms);
        self.processing_ms.extend(other.processing_ms);
        self.trace_hash = self.trace_hash.wrapping_add(other.trace_hash);
        self.broken.extend(other.broken);
        self.broken.sort_by_key(|b| b.seed);
        self.broken.truncate(violations_max);
    }
}

impl Campaign {
    /// The kind of the world of this seed: seeds mean the same in every campaign with the same mix.
    pub fn kind(&self, seed: u64) -> Kind {
        if seed % 100 < self.loss_percent { Kind::Loss } else { Kind::Swarm }
    }

    pub fn scenario(&self, seed: u64) -> Scenario {
        let mut scenario = Scenario::draw(seed, self.kind(seed), &self.timing);
        if self.heavy {
            (scenario.shape.batch_max, scenario.shape.batch_permille) = (500, 1_000);
        }
        scenario
    }

    /// Runs until all worlds are through or `stop` is set; `done` counts them as they end.
    pub fn run(&self, stop: &AtomicBool, done: &AtomicU64) -> Summary {
        let next = AtomicU64::new(0);
        let total = Mutex::new(Summary::default());
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    let mut mine = Summary::default();
                    while !stop.load(Ordering::Relaxed) {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= self.worlds {
                            break;
                        }
                        let seed = self.first_seed + n;
                        let outcome = crate::run(&self.scenario(seed), false);
                        mine.add(seed, self.kind(seed), &outcome, self.violations_max);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    let mut total = total.lock().expect("no world panics while it is held");
                    total.merge(mine, self.violations_max);
                });
            }
        });
        let mut summary = total.into_inner().expect("all threads have ended");
        for samples in
            [&mut summary.detect_ms, &mut summary.acceptance_ms, &mut summary.processing_ms]
        {
            samples.sort_unstable();
        }
        summary
    }
}
