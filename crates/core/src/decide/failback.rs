//! The automatic failback: a planned move that sentinels start once the home Region is healthy again.
//!
//! Only an automatic failover is followed by an automatic failback. A platform that an operator moved stays where it is
//! (S9). The gates require only what a hand-over and the next outage need, because a gate that requires everything to
//! be green never opens (S12).

use super::{Case, Evidence, Gate, Policy, budget, first_held, mode_allows, quorum};
use leeward_model::{Class, Counters, Diagnosis, NoAction, RegionView, RunKind, Verdict};

/// The gates of a failback, in order. If no failback is wanted, the verdict is `AllWell`.
pub(super) const GATES: [Gate; 5] = [
    is_wanted_here,
    mode_allows,
    home_was_healthy_for_long,
    no_failback_was_tried_lately,
    home_is_ready,
];

pub(super) fn decide(case: &Case<'_>) -> Verdict {
    if let Some(held_back) = first_held(&GATES, case) {
        return held_back;
    }
    let (policy, [home, _]) = (case.policy, &case.policy.regions);
    Verdict::Start {
        kind: RunKind::Failback,
        from: case.evidence.authority.active.clone(),
        target: home.clone(),
        class: Class::Doubtful,
        reason: format!("{home} has been healthy for {} ticks", policy.failback_ticks),
    }
}

const WAITS: Verdict = Verdict::NoAction(NoAction::FailbackWaits);

/// Lets no failback start unless the platform moved away automatically, because an operator's placement stays (S9).
fn is_wanted_here(case: &Case<'_>) -> Option<Verdict> {
    let wanted = is_wanted(case.policy, case.evidence);
    (!wanted).then_some(Verdict::NoAction(NoAction::AllWell))
}

/// Waits until home has been healthy for the whole period, counted in ticks (LIVE-3).
fn home_was_healthy_for_long(case: &Case<'_>) -> Option<Verdict> {
    let since = case.evidence.authority.marks.home_whole.as_ref();
    let long_enough = since.is_some_and(|since| has_passed(case, since));
    (!long_enough).then_some(WAITS)
}

/// Waits for the same period after the last failback, so that an abandoned failback is not retried immediately
/// (LIVE-3).
fn no_failback_was_tried_lately(case: &Case<'_>) -> Option<Verdict> {
    let tried = case.evidence.authority.marks.failed_back.as_ref();
    tried.is_some_and(|since| !has_passed(case, since)).then_some(WAITS)
}

/// Waits until home can take the database over. The gate checks what a hand-over and the next loss need, and nothing
/// else (S12).
fn home_is_ready(case: &Case<'_>) -> Option<Verdict> {
    (!can_hand_over(case.policy, case.evidence)).then_some(WAITS)
}

fn has_passed(case: &Case<'_>, since: &Counters) -> bool {
    budget::passed(since, &case.evidence.counters(), case.policy.failback_ticks)
}

/// Returns the new value of the mark `home_whole`, or `None` if the mark does not change.
pub(super) fn mark(policy: &Policy, evidence: &Evidence<'_>) -> Option<Option<Counters>> {
    let [home, _] = &policy.regions;
    let marked = evidence.authority.marks.home_whole.is_some();
    let wanted = is_wanted(policy, evidence);
    if marked && (!wanted || quorum::is_bad(policy, evidence, home)) {
        return Some(None);
    }
    let begins = !marked && wanted && can_hand_over(policy, evidence);
    begins.then(|| Some(evidence.counters()))
}

/// Returns whether the platform moved away automatically and should return home.
fn is_wanted(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let authority = evidence.authority;
    let by_itself = authority.budgets.moves.last().is_some_and(|m| m.epoch == authority.epoch);
    by_itself
        && authority.active != policy.regions[0]
        && policy.failback_ticks > 0
        && authority.marks.detached.is_none()
}

/// Returns whether a hand-over of the database to home can succeed. Home must accept orders, answer a strong read, and
/// have a cluster that can be promoted. The active Region must be healthy too.
fn can_hand_over(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let healthy = |view: &RegionView| view.diagnosis == Diagnosis::Healthy && view.ledger.is_good();
    let can_take = |view: &RegionView| healthy(view) && view.member && !view.resyncing;
    quorum::two_see(policy, evidence, &policy.regions[0], can_take)
        && quorum::two_see(policy, evidence, &evidence.authority.active, healthy)
}
