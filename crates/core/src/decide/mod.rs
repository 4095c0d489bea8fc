//! Makes the decision: turns three observations and the authority into one verdict.
//!
//! Detection always runs, and gates hold actions back. [`decide`] first determines the quorum's opinion of the active
//! Region. The opinion selects the action to consider: a failover, a realign or a failback. [`decide`] then checks the
//! gates of that action in order: [`MOVE`], [`realign::GATES`] or [`failback::GATES`]. A gate is a pure function that
//! cites its rule. The first gate that holds the action back returns the verdict, and its `NoAction` or `Alert` shows
//! the reason in the log.
//!
//! Rejected: gates as conditions inside one function. A reader could not see from top to bottom what holds a move back,
//! and a test could not check one gate alone.

mod budget;
mod failback;
mod policy;
mod quorum;
mod realign;
mod runs;

pub use policy::{Evidence, Policy};

use leeward_model::{Alert, Authority, Class, Mode, NoAction, RunKind, Verdict};
use quorum::Opinion;

/// The facts that a gate judges.
struct Case<'a> {
    policy: &'a Policy,
    evidence: &'a Evidence<'a>,
    /// The quorum's certainty that the active Region is failing.
    class: Class,
}

/// A gate: a function that returns a verdict to hold an action back, or `None` to let it pass.
type Gate = fn(&Case<'_>) -> Option<Verdict>;

/// Returns the verdict of the first gate that holds the action back, or `None` if every gate lets it pass.
fn first_held(gates: &[Gate], case: &Case<'_>) -> Option<Verdict> {
    gates.iter().find_map(|gate| gate(case))
}

/// Returns the verdict of this sentinel for this tick.
pub fn decide(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    let case = |class| Case { policy, evidence, class };
    if quorum::own_view_sick(evidence.me) {
        // SAFE-8: a sentinel that gets no answer from any Region is itself cut off, so it abstains.
        return Verdict::NoAction(NoAction::OwnViewSick);
    }
    match quorum::opinion(policy, evidence) {
        Opinion::Failing(class) => decide_move(&case(class)),
        Opinion::Undecided => match decide_in_calm(&case(Class::Doubtful)) {
            // SAFE-8: the opinion of one sentinel starts no move, but `AllWell` would be wrong as well.
            Verdict::NoAction(NoAction::AllWell) => Verdict::NoAction(NoAction::NoQuorum),
            other => other,
        },
        Opinion::Healthy => decide_in_calm(&case(Class::Doubtful)),
    }
}

/// The gates of a failover, in order: the target can take over, the mode allows a move, an open run gives way, and
/// the budgets allow the move.
const MOVE: [Gate; 5] =
    [target_is_not_failing, target_accepts, mode_allows_a_move, run_gives_way, budgets_allow];

fn decide_move(case: &Case<'_>) -> Verdict {
    match first_held(&MOVE, case) {
        // LIVE-2: even if a gate holds a new move back, this sentinel takes over an open run that makes no progress.
        Some(held_back) => runs::orphaned(case).unwrap_or(held_back),
        None => start_failover(case),
    }
}

fn start_failover(case: &Case<'_>) -> Verdict {
    let active = &case.evidence.authority.active;
    Verdict::Start {
        kind: RunKind::Failover,
        from: active.clone(),
        target: case.policy.other(active).clone(),
        class: case.class,
        reason: quorum::reason(case.policy, case.evidence, active),
    }
}

/// Raises an alert if both Regions fail, because there is no target and an operator must act (REQ-X1).
fn target_is_not_failing(case: &Case<'_>) -> Option<Verdict> {
    let target = case.policy.other(&case.evidence.authority.active);
    let failing = quorum::is_bad(case.policy, case.evidence, target);
    failing.then_some(Verdict::Alert(Alert::BothRegionsDown))
}

/// Requires that the target accepts orders. Missing data about the target does not count as health (SAFE-8).
fn target_accepts(case: &Case<'_>) -> Option<Verdict> {
    let target = case.policy.other(&case.evidence.authority.active);
    let accepts = quorum::accepts(case.policy, case.evidence, target);
    (!accepts).then_some(Verdict::NoAction(NoAction::TargetNotReady))
}

/// Applies the mode, which governs only whether a move starts (REQ-X1). In mode `observe` the sentinel reports the move
/// instead of starting it.
fn mode_allows_a_move(case: &Case<'_>) -> Option<Verdict> {
    match case.evidence.authority.mode {
        Mode::Automatic => None,
        Mode::Observe => Some(Verdict::Alert(Alert::WouldHaveMoved)),
        Mode::Paused => Some(Verdict::NoAction(NoAction::ModePaused)),
    }
}

/// Lets a move start over an open or parked run only if the active Region is dark (R5).
fn run_gives_way(case: &Case<'_>) -> Option<Verdict> {
    let run = case.evidence.authority.run.as_ref()?;
    (case.class != Class::Dark).then(|| runs::watch(case, run))
}

/// Applies the cooldown and the daily limit (LIVE-3).
fn budgets_allow(case: &Case<'_>) -> Option<Verdict> {
    budget::holds_back(case.policy, case.evidence, case.class)
}

/// Decides in a tick in which no quorum diagnoses the active Region as failing.
fn decide_in_calm(case: &Case<'_>) -> Verdict {
    if let Some(run) = &case.evidence.authority.run {
        return runs::watch(case, run);
    }
    match quorum::writer_elsewhere(case.policy, case.evidence) {
        Some(writer) => realign::decide(case, writer),
        None => failback::decide(case),
    }
}

/// Returns the authority with the marks that this sentinel updates in addition to its verdict, or `None` if no mark
/// changes.
pub fn note(policy: &Policy, evidence: &Evidence<'_>) -> Option<Authority> {
    // While a run is open, executors write the item. A sentinel whose own view is sick must not judge health (SAFE-8).
    if evidence.authority.run.is_some() || quorum::own_view_sick(evidence.me) {
        return None;
    }
    let home_whole = failback::mark(policy, evidence)?;
    let mut next = evidence.authority.next();
    next.marks.home_whole = home_whole;
    Some(next)
}

/// Applies the mode to an action that is not an emergency.
fn mode_allows(case: &Case<'_>) -> Option<Verdict> {
    match case.evidence.authority.mode {
        Mode::Automatic => None,
        Mode::Observe => Some(Verdict::NoAction(NoAction::ModeObserve)),
        Mode::Paused => Some(Verdict::NoAction(NoAction::ModePaused)),
    }
}
