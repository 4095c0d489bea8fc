//! The automatic move away from a failing Region.

use super::{Case, Gate, budget, first_held, quorum, runs};
use leeward_model::{Alert, Class, Mode, NoAction, RunKind, Verdict};

/// The gates of a failover, in order: is there somewhere to go, may the platform move by itself, does the
/// open run give way, do the budgets allow it.
pub(super) const GATES: [Gate; 5] =
    [target_is_not_failing, target_accepts, mode_allows, run_gives_way, budgets_allow];

pub(super) fn decide(case: &Case<'_>) -> Verdict {
    match first_held(&GATES, case) {
        // LIVE-2: whatever holds a new move back, an open run that no executor carries on is taken over.
        Some(held_back) => runs::orphaned(case).unwrap_or(held_back),
        None => start(case),
    }
}

fn start(case: &Case<'_>) -> Verdict {
    let active = &case.evidence.authority.active;
    Verdict::Start {
        kind: RunKind::Failover,
        from: active.clone(),
        target: case.policy.other(active).clone(),
        class: case.class,
        reason: quorum::reason(case.policy, case.evidence, active),
    }
}

/// REQ-X1: with both Regions failing there is nowhere to go, and an operator is needed.
fn target_is_not_failing(case: &Case<'_>) -> Option<Verdict> {
    let target = case.policy.other(&case.evidence.authority.active);
    let failing = quorum::is_bad(case.policy, case.evidence, target);
    failing.then_some(Verdict::Alert(Alert::BothRegionsDown))
}

/// SAFE-8: missing data about the target is not health.
fn target_accepts(case: &Case<'_>) -> Option<Verdict> {
    let target = case.policy.other(&case.evidence.authority.active);
    let accepts = quorum::accepts(case.policy, case.evidence, target);
    (!accepts).then_some(Verdict::NoAction(NoAction::TargetNotReady))
}

/// REQ-X1: the modes govern starting only. `observe` reports the move that it does not make.
fn mode_allows(case: &Case<'_>) -> Option<Verdict> {
    match case.evidence.authority.mode {
        Mode::Automatic => None,
        Mode::Observe => Some(Verdict::Alert(Alert::WouldHaveMoved)),
        Mode::Paused => Some(Verdict::NoAction(NoAction::ModePaused)),
    }
}

/// R5: a move starts over an open or parked run only away from a dark Region.
fn run_gives_way(case: &Case<'_>) -> Option<Verdict> {
    let run = case.evidence.authority.run.as_ref()?;
    (case.class != Class::Dark).then(|| runs::watch(case, run))
}

/// LIVE-3: cooldown and daily limit.
fn budgets_allow(case: &Case<'_>) -> Option<Verdict> {
    budget::holds_back(case.policy, case.evidence, case.class)
}
