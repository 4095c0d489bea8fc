//! The database's writer back to where authority is (R4).

use super::{Case, Gate, budget, first_held, mode_allows};
use leeward_model::{Class, NoAction, Region, RunKind, Verdict};

/// The gates of a realignment, in order.
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

/// S9: an operator detached the database on purpose.
fn database_is_not_detached(case: &Case<'_>) -> Option<Verdict> {
    let detached = case.evidence.authority.marks.detached.is_some();
    detached.then_some(Verdict::NoAction(NoAction::DatabaseDetached))
}

/// LIVE-2: a cluster that cannot be promoted yet is waited for, not parked on: an old primary is copied
/// first.
fn database_can_be_promoted(case: &Case<'_>) -> Option<Verdict> {
    let view = case.evidence.me.regions.get(&case.evidence.authority.active)?;
    view.resyncing.then_some(Verdict::NoAction(NoAction::DatabaseResyncing))
}

/// LIVE-3: a realignment happens once per cooldown.
fn cooldown_has_passed(case: &Case<'_>) -> Option<Verdict> {
    let allowed = budget::realign_allowed(case.policy, case.evidence);
    (!allowed).then_some(Verdict::NoAction(NoAction::CoolingDown))
}
