//! The way home: a switchover that policy starts once the Region that was left is whole again.
//!
//! Only what moved by itself comes back by itself: where a person has put the platform, it stays (S9).
//! The gate asks for what a hand-over and the next loss need and for nothing else: a gate that asks
//! for everything to be green is never open (S12).

use super::{Evidence, Policy, budget, by_mode, quorum};
use leeward_model::{Class, Counters, Diagnosis, NoAction, RegionView, RunKind, Verdict};

pub(super) fn decide(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    let authority = evidence.authority;
    if !is_wanted(policy, evidence) {
        return Verdict::NoAction(NoAction::AllWell);
    }
    if let Some(held_back) = by_mode(authority.mode) {
        return held_back;
    }
    // LIVE-3: in ticks. If one was given up, not soon after that either.
    let now = evidence.counters();
    let passed = |since: &Counters| budget::passed(since, &now, policy.failback_ticks);
    let long_enough = authority.marks.home_whole.as_ref().is_some_and(passed);
    let tried = authority.marks.failed_back.as_ref().is_some_and(|since| !passed(since));
    if !long_enough || tried || !is_whole(policy, evidence) {
        return Verdict::NoAction(NoAction::FailbackWaits);
    }
    let [home, _] = &policy.regions;
    Verdict::Start {
        kind: RunKind::Failback,
        from: authority.active.clone(),
        target: home.clone(),
        class: Class::Doubtful,
        reason: format!("{home} has been whole for {} ticks", policy.failback_ticks),
    }
}

/// What `home_whole` is to be, where it is not that yet.
pub(super) fn mark(policy: &Policy, evidence: &Evidence<'_>) -> Option<Option<Counters>> {
    let [home, _] = &policy.regions;
    let marked = evidence.authority.marks.home_whole.is_some();
    let wanted = is_wanted(policy, evidence);
    if marked && (!wanted || quorum::is_bad(policy, evidence, home)) {
        return Some(None);
    }
    let begins = !marked && wanted && is_whole(policy, evidence);
    begins.then(|| Some(evidence.counters()))
}

/// The platform is away, by a move of its own, and shall not stay there.
fn is_wanted(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let authority = evidence.authority;
    let by_itself = authority.budgets.moves.last().is_some_and(|m| m.epoch == authority.epoch);
    by_itself
        && authority.active != policy.regions[0]
        && policy.failback_ticks > 0
        && authority.marks.detached.is_none()
}

/// Home takes orders, answers a strong read, and its cluster can be handed the database; the Region
/// that hands it over is well too.
fn is_whole(policy: &Policy, evidence: &Evidence<'_>) -> bool {
    let healthy = |view: &RegionView| view.diagnosis == Diagnosis::Healthy && view.ledger.is_good();
    let can_take = |view: &RegionView| healthy(view) && view.member && !view.resyncing;
    quorum::two_see(policy, evidence, &policy.regions[0], can_take)
        && quorum::two_see(policy, evidence, &evidence.authority.active, healthy)
}
