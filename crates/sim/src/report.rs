//! The report of a campaign, for operators and programs.

use crate::campaign::{Broken, Summary};
use leeward_blueprint::{Budget, Timing, TimingProfile};
use serde::Serialize;

/// The number of milliseconds in a year of 365.25 days.
pub const YEAR_MS: f64 = 31_557_600_000.0;

/// The quantiles of a set of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Quantiles {
    pub n: usize,
    pub p50: u64,
    pub p90: u64,
    pub p99: u64,
    pub max: u64,
}

impl Quantiles {
    /// Computes the quantiles of sorted samples by the nearest-rank method.
    pub fn of(sorted: &[u64]) -> Quantiles {
        let at = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
        };
        Quantiles { n: sorted.len(), p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }
}

/// A violation, with the seed of its world.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    pub seed: u64,
    pub rule: &'static str,
    /// The virtual time of the violation, in milliseconds.
    pub at: u64,
    pub what: String,
}

/// The availability of acceptance at an assumed rate of losses, with an interval of one standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Availability {
    pub losses_per_year: f64,
    pub percent: f64,
    pub nines: f64,
    pub nines_low: f64,
    pub nines_high: f64,
}

impl Availability {
    /// Computes the availability. Each loss costs the time until customers are accepted again. Returns `None` for fewer
    /// than two samples.
    pub fn of(acceptance_ms: &[u64], losses_per_year: f64) -> Option<Availability> {
        if acceptance_ms.len() < 2 {
            return None;
        }
        let n = acceptance_ms.len() as f64;
        let mean = acceptance_ms.iter().sum::<u64>() as f64 / n;
        let variance =
            acceptance_ms.iter().map(|ms| (*ms as f64 - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        let lost = |ms: f64| (losses_per_year * ms / YEAR_MS).max(1e-12);
        let nines = |ms: f64| -lost(ms).log10();
        Some(Availability {
            losses_per_year,
            percent: 100.0 * (1.0 - lost(mean)),
            nines: nines(mean),
            nines_low: nines(mean + error),
            nines_high: nines((mean - error).max(0.0)),
        })
    }
}

/// The results of a campaign in the form in which they are printed.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub worlds: u64,
    /// The number of worlds that were requested. It is larger than `worlds` if the campaign was stopped.
    pub asked: u64,
    /// The number of worlds that broke a rule. The violations list only the first of them.
    pub broken_worlds: u64,
    pub events: u64,
    pub events_per_second: f64,
    pub failovers: u64,
    /// The number of planned moves, that is, of completed switchovers and failbacks.
    pub planned: u64,
    pub simulated_hours: f64,
    pub orders: u64,
    pub violations: Vec<Found>,
    pub detect_ms: Quantiles,
    pub acceptance_ms: Quantiles,
    pub processing_ms: Quantiles,
    pub false_moves: u64,
    /// The rate of false moves under the faults of the swarm, which are far more frequent than those of a real
    /// platform. The curve of `--years` gives the figure for a real platform.
    pub false_moves_per_year: f64,
    pub parked: u64,
    /// The first seeds of parked worlds. `leeward simulate --seed` replays one of them.
    pub parked_seeds: Vec<u64>,
    pub takeovers: u64,
    pub availability: Option<Availability>,
    /// The missed targets, with the settings to change.
    pub misses: Vec<String>,
    pub trace_hash: String,
}

impl Report {
    /// Builds the report from the summary and the duration of a campaign; `seconds` is the duration.
    pub fn of(
        summary: &Summary,
        asked: u64,
        seconds: f64,
        timing: &Timing,
        losses_per_year: f64,
    ) -> Report {
        let found = |b: &Broken| Found {
            seed: b.seed,
            rule: b.violation.rule,
            at: b.violation.at_ms,
            what: b.violation.what.clone(),
        };
        let years = summary.simulated_ms as f64 / YEAR_MS;
        let mut report = Report {
            worlds: summary.worlds,
            asked,
            broken_worlds: summary.broken_worlds,
            events: summary.events,
            events_per_second: summary.events as f64 / seconds.max(1e-9),
            failovers: summary.failovers,
            planned: summary.planned,
            simulated_hours: summary.simulated_ms as f64 / 3_600_000.0,
            orders: summary.orders_acked,
            violations: summary.broken.iter().map(found).collect(),
            detect_ms: Quantiles::of(&summary.detect_ms),
            acceptance_ms: Quantiles::of(&summary.acceptance_ms),
            processing_ms: Quantiles::of(&summary.processing_ms),
            false_moves: summary.false_moves,
            false_moves_per_year: if years > 0.0 {
                summary.false_moves as f64 / years
            } else {
                0.0
            },
            parked: summary.parked,
            parked_seeds: summary.parked_seeds.clone(),
            takeovers: summary.takeovers,
            availability: Availability::of(&summary.acceptance_ms, losses_per_year),
            misses: Vec::new(),
            trace_hash: format!("{:016x}", summary.trace_hash),
        };
        report.misses = misses(&report, timing);
        report
    }
}

/// Compares the report with the targets for a lost Region. With fast timing, the target for acceptance is the sum of
/// the settings.
fn misses(report: &Report, timing: &Timing) -> Vec<String> {
    let budget = Budget::of(timing);
    let (detect, acceptance) = match timing.profile {
        TimingProfile::Aws => (30_000, 60_000),
        TimingProfile::Local => (1_000, budget.acceptance_ms),
    };
    let mut out = Vec::new();
    let mut judge = |what: &str, q: Quantiles, target: u64, change: &str| {
        if q.p99 > target {
            out.push(format!(
                "{what} took {} ms at the 99th percentile, above the target of {target} ms: {change}",
                q.p99
            ));
        }
    };
    judge("detection", report.detect_ms, detect, "lower timing.tick_ms or timing.misses");
    judge(
        "acceptance",
        report.acceptance_ms,
        acceptance,
        "lower timing.ttl_s, timing.check_interval_ms or timing.check_threshold",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_use_the_nearest_rank() {
        let samples: Vec<u64> = (1..=200).collect();
        let q = Quantiles::of(&samples);
        assert_eq!((q.p50, q.p90, q.p99, q.max), (100, 180, 198, 200));
        assert_eq!(Quantiles::of(&[]), Quantiles::default());
        assert_eq!(Quantiles::of(&[7]).p99, 7);
    }

    #[test]
    fn a_minute_a_year_is_nearly_six_nines() {
        let a = Availability::of(&[60_000, 60_000, 60_000], 1.0).expect("enough samples");
        assert!((a.nines - 5.72).abs() < 0.01, "{a:?}");
        assert!((a.nines_low - a.nines_high).abs() < 1e-9, "no spread, no error");
    }
}
