//! The realign, which moves the database's writer back to the active Region (R4).

use super::{Case, Gate, budget, first_held, mode_allows};
use leeward_model::{Class, NoAction, Region, RunKind, Verdict};

/// The gates of a realign, in order.
pub(super) const GATES: [Gate; 4] =
    [database_is_not_detached, database_can_be_promoted, mode_allows, cooldown_has_passed];

pub(super) fn decide(case: &Case<'_>, writer: Region) -> Verdict {
    if let Some(held_back) = first_held(&GATES, case) {
        return held_back;
    }
    let active = case.evidence.authority.active.clone();
    Verdict::Start {
        kind: RunKind::Realign,
        reason: format!("the database's writer is in {writer}, authority names {active}"),
        from: writer,
        target: active,
        class: Class::Doubtful,
    }
}

/// Lets no realign start if an operator detached the database on purpose (S9).
fn database_is_not_detached(case: &Case<'_>) -> Option<Verdict> {
    let detached = case.evidence.authority.marks.detached.is_some();
    detached.then_some(Verdict::NoAction(NoAction::DatabaseDetached))
}

/// Waits until the active Region's cluster can be promoted, instead of starting a run that would park. RDS first copies
/// the data to a cluster that was the writer before (LIVE-2).
fn database_can_be_promoted(case: &Case<'_>) -> Option<Verdict> {
    let view = case.evidence.me.regions.get(&case.evidence.authority.active)?;
    view.resyncing.then_some(Verdict::NoAction(NoAction::DatabaseResyncing))
}

/// Lets one realign start per cooldown (LIVE-3).
fn cooldown_has_passed(case: &Case<'_>) -> Option<Verdict> {
    let allowed = budget::realign_allowed(case.policy, case.evidence);
    (!allowed).then_some(Verdict::NoAction(NoAction::CoolingDown))
}
