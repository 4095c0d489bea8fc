//! Campaigns: many worlds on all cores, and their combined results.

use crate::outcome::{Outcome, Violation};
use crate::scenario::{Kind, Scenario};
use crate::trace::combine;
use leeward_blueprint::Timing;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The number of seeds of parked worlds that the summary keeps for inspection.
const PARKED_KEPT: usize = 20;

/// The worlds to run.
#[derive(Debug, Clone)]
pub struct Campaign {
    pub first_seed: u64,
    pub worlds: u64,
    pub timing: Timing,
    /// The percentage of worlds that lose a Region and have no other fault. All other worlds are swarms.
    pub loss_percent: u64,
    /// Whether customers send only large batches, to test many orders instead of many failovers.
    pub heavy: bool,
    pub threads: usize,
    /// The maximum number of violations that are kept.
    pub violations_max: usize,
}

/// A world that broke a rule, with its first violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub seed: u64,
    pub kind: Kind,
    pub violation: Violation,
}

/// The combined results, which do not depend on which thread ran which world.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub worlds: u64,
    pub broken_worlds: u64,
    pub broken: Vec<Broken>,
    pub events: u64,
    pub failovers: u64,
    pub planned: u64,
    /// The first seeds whose worlds ended with a run that waits for an operator.
    pub parked_seeds: Vec<u64>,
    pub simulated_ms: u64,
    pub orders_acked: u64,
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
    fn of(seed: u64, kind: Kind, outcome: Outcome) -> Summary {
        let first = outcome.violations.first().cloned();
        Summary {
            worlds: 1,
            events: outcome.events(),
            broken_worlds: u64::from(first.is_some()),
            broken: first.into_iter().map(|violation| Broken { seed, kind, violation }).collect(),
            failovers: outcome.failovers,
            planned: outcome.planned,
            parked_seeds: if outcome.parked > 0 { vec![seed] } else { Vec::new() },
            simulated_ms: outcome.simulated_ms,
            orders_acked: outcome.orders_acked,
            false_moves: outcome.false_moves,
            parked: outcome.parked,
            takeovers: outcome.takeovers,
            pages_lost: outcome.pages_lost,
            trace_hash: combine(0, seed, outcome.trace_hash),
            detect_ms: outcome.detect_ms,
            acceptance_ms: outcome.acceptance_ms,
            processing_ms: outcome.processing_ms,
        }
    }

    fn merge(&mut self, other: Summary, violations_max: usize) {
        self.worlds += other.worlds;
        self.broken_worlds += other.broken_worlds;
        self.events += other.events;
        self.failovers += other.failovers;
        self.planned += other.planned;
        self.parked_seeds.extend(other.parked_seeds);
        self.parked_seeds.sort_unstable();
        self.parked_seeds.truncate(PARKED_KEPT);
        self.simulated_ms += other.simulated_ms;
        self.orders_acked += other.orders_acked;
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

/// Calls `work` with each number below `count` on several threads, until no number is left or `stop` is set. `take`
/// receives the results one by one, in the order in which the calls end.
pub fn spread<T: Send>(
    threads: usize,
    count: u64,
    stop: &AtomicBool,
    work: impl Fn(u64) -> T + Sync,
    take: impl FnMut(T) + Send,
) {
    let (next, take) = (AtomicU64::new(0), Mutex::new(take));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        break;
                    }
                    let done = work(n);
                    take.lock().expect("taking a result does not panic")(done);
                }
            });
        }
    });
}

impl Campaign {
    /// Returns the kind of world for a seed. A seed has the same kind in every campaign with the same `loss_percent`.
    pub fn kind(&self, seed: u64) -> Kind {
        if seed % 100 < self.loss_percent { Kind::Loss } else { Kind::Swarm }
    }

    /// Draws the scenario for a seed.
    pub fn scenario(&self, seed: u64) -> Scenario {
        let mut scenario = Scenario::draw(seed, self.kind(seed), &self.timing);
        if self.heavy {
            (scenario.shape.batch_max, scenario.shape.batch_permille) = (500, 1_000);
        }
        scenario
    }

    /// Runs worlds until all have ended or `stop` is set. `done` counts the worlds as they end.
    pub fn run(&self, stop: &AtomicBool, done: &AtomicU64) -> Summary {
        let mut summary = Summary::default();
        let world = |n: u64| {
            let seed = self.first_seed.wrapping_add(n);
            Summary::of(seed, self.kind(seed), crate::run(&self.scenario(seed), false))
        };
        spread(self.threads, self.worlds, stop, world, |one| {
            summary.merge(one, self.violations_max);
            done.fetch_add(1, Ordering::Relaxed);
        });
        for samples in
            [&mut summary.detect_ms, &mut summary.acceptance_ms, &mut summary.processing_ms]
        {
            samples.sort_unstable();
        }
        summary
    }
}
