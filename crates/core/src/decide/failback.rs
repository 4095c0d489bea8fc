//! The automatic failback: a planned move that sentinels start once the home Region is healthy again.
//!
//! Only an automatic failover is followed by a failback. A platform that an operator moved stays where it is (S9). The
//! gate requires what a handover and the next outage need and nothing else, because a gate that requires everything to
//! be green never opens (S12).

use super::{Evidence, Policy, budget, by_mode, quorum};
use leeward_model::{Class, Counters, Diagnosis, NoAction, RegionView, RunKind, Verdict};

/// Decides whether a failback starts now.
pub(super) fn decide(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    let authority = evidence.authority;
    if !is_wanted(policy, evidence) {
        return Verdict::NoAction(NoAction::AllWell);
    }
    if let Some(held_back) = by_mode(authority.mode) {
        return held_back;
    }
    // LIVE-3: both periods are counted in ticks. A failback that was given up is not retried soon.
    let now = evidence.counters();
    let passed = |since: &Counters| budget::passed(since, &now, policy.failback_ticks);
    let long_enough = authority.marks.home_whole.as_ref().is_some_and(passed);
    let tried_recently = authority.marks.failed_back.as_ref().is_some_and(|since| !passed(since));
    if !long_enough || tried_recently || !can_hand_over(policy, evidence) {
        return Verdict::NoAction(NoAction::FailbackWaits);
    }
    let [home, _] = &policy.regions;
    Verdict::Start {
        kind: RunKind::Failback,
        from: authority.active.clone(),
        target: home.clone(),
        class: Class::Doubtful,
        reason: format!("{home} has been healthy for {} ticks", policy.failback_ticks),
    }
}

/// Returns the new value of the mark `home_whole`; `None` if it does not change.
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

/// Returns whether a handover of the database to home can succeed: home accepts orders, answers a strong read, and its
/// cluster can be promoted; and the active Region is healthy too.
fn can_hand_over(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let healthy = |view: &RegionView| view.diagnosis == Diagnosis::Healthy && view.ledger.is_good();
    let can_take = |view: &RegionView| healthy(view) && view.member && !view.resyncing;
    quorum::two_see(policy, evidence, &policy.regions[0], can_take)
        && quorum::two_see(policy, evidence, &evidence.authority.active, healthy)
}
