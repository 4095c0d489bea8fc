//! Quiet years: measures how often the platform moves without a cause. Every Region is healthy, but the probes of the
//! observers (the sentinels) fail in bursts.
//!
//! Each observer has its own bursts, at a fixed rate and of exponential length, during which its probes of one Region
//! fail. A share β of all bursts has a common cause and affects all observers of a Region at the same time (the
//! β-factor model of IEC 61508-6). Between bursts each tick finds every Region healthy and changes nothing, so only the
//! bursts are simulated, with some time around them. Bursts that overlap share a world.

use crate::campaign::spread;
use crate::faults::{Fault, Planned, Site};
use crate::rng::Draw;
use crate::scenario::{Kind, Lives, Runner, Scenario, Workload};
use leeward_blueprint::Timing;
use leeward_cloud::rng::Rng;
use std::sync::atomic::AtomicBool;

/// The rate and the shape of the bursts.
#[derive(Debug, Clone)]
pub struct Years {
    pub timing: Timing,
    pub seed: u64,
    /// The number of bursts per year for each of the three observers.
    pub bursts_per_year: u64,
    pub mean_burst_ms: u64,
    /// The share of bursts that have a common cause, per mille.
    pub beta_permille: u64,
    /// The share of a burst's probes that fail, per mille.
    pub loss_permille: u64,
}

/// The results of one or more quiet years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Year {
    /// The number of years.
    pub years: u64,
    pub bursts: u64,
    pub worlds: u64,
    pub false_moves: u64,
    pub events: u64,
    pub broken: u64,
}

impl Year {
    fn add(&mut self, other: Year) {
        self.years += other.years;
        self.bursts += other.bursts;
        self.worlds += other.worlds;
        self.false_moves += other.false_moves;
        self.events += other.events;
        self.broken += other.broken;
    }
}

const YEAR_MS: u64 = 31_557_600_000;

impl Years {
    /// Simulates years on several threads, until all have ended or `stop` is set.
    pub fn run(
        &self,
        years: u64,
        threads: usize,
        stop: &AtomicBool,
        done: impl Fn() + Send + Sync,
    ) -> Year {
        let mut total = Year::default();
        spread(
            threads,
            years,
            stop,
            |number| self.year(number),
            |year| {
                total.add(year);
                done();
            },
        );
        total
    }

    /// Simulates one year. The same seed and settings always give the same year.
    pub fn year(&self, number: u64) -> Year {
        let mut rng = Rng::new(self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let bursts = self.draw_bursts(&mut rng);
        let mut year = Year { years: 1, bursts: bursts.len() as u64, ..Year::default() };
        let apart_ms = 20 * self.timing.tick_ms;
        let mut group: Vec<Planned> = Vec::new();
        let mut end_ms = 0;
        for burst in bursts {
            if !group.is_empty() && burst.at_ms > end_ms + apart_ms {
                self.run_world(std::mem::take(&mut group), &mut rng, &mut year);
            }
            end_ms = end_ms.max(burst.at_ms + burst.for_ms);
            group.push(burst);
        }
        if !group.is_empty() {
            self.run_world(group, &mut rng, &mut year);
        }
        year
    }

    fn draw_bursts(&self, rng: &mut Rng) -> Vec<Planned> {
        let mut all = Vec::new();
        let total = 3 * self.bursts_per_year;
        for _ in 0..total {
            let common = rng.permille(self.beta_permille);
            let eyes = if common { Site::ALL.to_vec() } else { vec![*rng.pick(&Site::ALL)] };
            let fault =
                Fault::Observers { eyes, of: *rng.pick(&Site::PAIR), permille: self.loss_permille };
            let at_ms = rng.below(YEAR_MS);
            all.push(Planned { at_ms, for_ms: rng.exponential(self.mean_burst_ms) + 1, fault });
        }
        all.sort_by_key(|burst| burst.at_ms);
        all
    }

    /// Simulates overlapping bursts in one separate world.
    fn run_world(&self, mut bursts: Vec<Planned>, rng: &mut Rng, year: &mut Year) {
        let before_ms = 8 * self.timing.tick_ms + rng.below(self.timing.tick_ms);
        let begin_ms = bursts[0].at_ms;
        let mut end_ms = 0;
        for burst in &mut bursts {
            burst.at_ms = burst.at_ms - begin_ms + before_ms;
            end_ms = end_ms.max(burst.at_ms + burst.for_ms);
        }
        let mut timing = self.timing.clone();
        // Sentinels do not depend on the customers' resolvers, so one health checker is enough.
        timing.checkers = 1;
        let scenario = Scenario {
            format: Scenario::FORMAT,
            seed: rng.next_u64(),
            kind: Kind::Scripted,
            note: String::new(),
            shape: Workload {
                clients: 1,
                accounts: 1,
                think_ms: 60_000,
                batch_max: 1,
                batch_permille: 0,
                api_processes: 1,
                runner: Runner::Sentinel,
                sentinels: Lives::Loop,
                drift_ppm: 50,
                wall_error_ms: 0,
                stretched_ttl: 1,
                safety_ms: end_ms + 4 * self.timing.tick_ms,
                liveness_ms: 60 * crate::scenario::settle_ms(&self.timing),
                until_home: false,
                lost_starts: false,
            },
            timing,
            faults: bursts,
        };
        let outcome = crate::run(&scenario, false);
        year.worlds += 1;
        year.events += outcome.events();
        year.false_moves += outcome.false_moves;
        year.broken += u64::from(outcome.is_broken());
    }
}
