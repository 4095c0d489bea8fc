//! Cooldown and daily limit, counted in ticks of the sentinels (LIVE-3). A period of n ticks has passed when two of the
//! three counters have advanced by n, so that neither a clock nor one frozen sentinel can block a move (S13).

use super::{Evidence, Policy};
use leeward_model::{Alert, Class, Counters, NoAction, Verdict};

/// Returns whether two of the sentinels have made `ticks` ticks since.
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

/// Checks a move against the budgets (LIVE-3). A doubtful move waits for the cooldown and the daily limit. The first
/// and
/// second moves away from a dark Region wait for neither. The third waits for the cooldown and alerts.
pub(super) fn allows(
    policy: &Policy,
    evidence: &Evidence<'_>,
    class: Class,
) -> Result<(), Verdict> {
    let now = evidence.counters();
    let moves = &evidence.authority.budgets.moves;
    let within = |ticks: u64| moves.iter().filter(|m| !passed(&m.counters, &now, ticks)).count();
    match class {
        Class::Dark if within(policy.cooldown_ticks) >= 2 => Err(Verdict::Alert(Alert::MoveWaits)),
        Class::Dark => Ok(()),
        Class::Doubtful if within(policy.cooldown_ticks) > 0 => {
            Err(Verdict::NoAction(NoAction::CoolingDown))
        }
        Class::Doubtful if within(policy.day_ticks) >= policy.moves_per_day => {
            Err(Verdict::NoAction(NoAction::DailyLimit))
        }
        Class::Doubtful => Ok(()),
    }
}

/// Returns whether a realign may start, which is once in a cooldown (docs/spec/moves.md).
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
