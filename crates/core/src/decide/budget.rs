//! Cooldown and daily limit, counted in ticks of the sentinels (LIVE-3). A period of n ticks has passed when the
//! counters of two of the three sentinels have advanced by n. Therefore neither a wrong clock nor one frozen sentinel
//! can block a move (S13).

use super::{Evidence, Policy};
use leeward_model::{Alert, Class, Counters, NoAction, Verdict};

/// Returns whether at least two sentinels have made `ticks` ticks since the counters in `since` were recorded.
pub(super) fn passed(since: &Counters, now: &Counters, ticks: u64) -> bool {
    let advanced = now
        .iter()
        .filter(|(region, counter)| {
            let then = since.get(*region).copied().unwrap_or(0);
            counter.saturating_sub(then) >= ticks
        })
        .count();
    advanced >= 2
}

/// Returns the verdict if the budgets hold a move back, or `None` if they allow it.
///
/// LIVE-3: a doubtful move waits for the cooldown and the daily limit. The first and the second move away from a dark
/// Region wait for neither. The third one waits for the cooldown and raises an alert.
pub(super) fn holds_back(
    policy: &Policy,
    evidence: &Evidence<'_>,
    class: Class,
) -> Option<Verdict> {
    let now = evidence.counters();
    let moves = &evidence.authority.budgets.moves;
    let within = |ticks: u64| moves.iter().filter(|m| !passed(&m.counters, &now, ticks)).count();
    match class {
        Class::Dark if within(policy.cooldown_ticks) >= 2 => Some(Verdict::Alert(Alert::MoveWaits)),
        Class::Dark => None,
        Class::Doubtful if within(policy.cooldown_ticks) > 0 => {
            Some(Verdict::NoAction(NoAction::CoolingDown))
        }
        Class::Doubtful if within(policy.day_ticks) >= policy.moves_per_day => {
            Some(Verdict::NoAction(NoAction::DailyLimit))
        }
        Class::Doubtful => None,
    }
}

/// Returns whether a realign may start. At most one may start in each cooldown (docs/spec/moves.md).
pub(super) fn realign_allowed(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let now = evidence.counters();
    let marks = &evidence.authority.marks;
    marks.realigned.as_ref().is_none_or(|since| passed(since, &now, policy.cooldown_ticks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeward_model::Region;

    #[test]
    fn a_period_passes_when_two_counters_advance() {
        let counters = |a: u64, b: u64, w: u64| -> Counters {
            [("a", a), ("b", b), ("w", w)]
                .into_iter()
                .map(|(name, n)| (Region::new(name).expect("valid"), n))
                .collect()
        };
        let since = counters(10, 10, 10);
        assert!(!passed(&since, &counters(10, 10, 99), 5), "one counter is not enough");
        assert!(passed(&since, &counters(10, 15, 15), 5), "a frozen counter blocks nothing (S13)");
    }
}
