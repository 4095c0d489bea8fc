//! The decision: three observations and the authority in, one verdict out.
//!
//! Detection is always on; acting is gated. [`decide`] first asks for the quorum's opinion of the active Region. The
//! opinion determines the action in question: a failover, a realign or a failback. [`decide`] then asks the gates of
//! that action one after the other: [`MOVE`], [`realign::GATES`] or [`failback::GATES`]. A gate is a pure function that
//! cites its rule. The first gate that holds the action back returns the verdict. Each gate returns a `NoAction` or
//! `Alert` of its own, so that the log shows which gate it was.
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
    /// The certainty with which the quorum holds that the active Region fails.
    class: Class,
}

/// Returns the verdict that holds an action back, or `None` to let it pass.
type Gate = fn(&Case<'_>) -> Option<Verdict>;

/// Returns the verdict of the first gate that does not let the action pass.
fn first_held(gates: &[Gate], case: &Case<'_>) -> Option<Verdict> {
    gates.iter().find_map(|gate| gate(case))
}

/// Returns this sentinel's verdict of this tick.
pub fn decide(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    let case = |class| Case { policy, evidence, class };
    if quorum::own_view_sick(evidence.me) {
        // SAFE-8: a sentinel that reaches no Region is itself cut off; it abstains.
        return Verdict::NoAction(NoAction::OwnViewSick);
    }
    match quorum::opinion(policy, evidence) {
        Opinion::Failing(class) => decide_move(&case(class)),
        Opinion::Undecided => match decide_in_calm(&case(Class::Doubtful)) {
            // SAFE-8: one sentinel's opinion moves nothing, and it is not 'all well' either.
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
        // LIVE-2: whatever holds a new move back, an open run that no executor carries on is taken over.
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

/// REQ-X1: the mode governs only whether a move starts. In mode `observe` the sentinel reports the move instead.
fn mode_allows_a_move(case: &Case<'_>) -> Option<Verdict> {
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

/// Decides while no quorum diagnoses the active Region as failing.
fn decide_in_calm(case: &Case<'_>) -> Verdict {
    if let Some(run) = &case.evidence.authority.run {
        return runs::watch(case, run);
    }
    match quorum::writer_elsewhere(case.policy, case.evidence) {
        Some(writer) => realign::decide(case, writer),
        None => failback::decide(case),
    }
}

/// Returns the authority with the marks that this sentinel updates beside its verdict; `None`: no change.
pub fn note(policy: &Policy, evidence: &Evidence<'_>) -> Option<Authority> {
    // Executors write the item while a run is open, and a sick view is no view (SAFE-8).
    if evidence.authority.run.is_some() || quorum::own_view_sick(evidence.me) {
        return None;
    }
    let home_whole = failback::mark(policy, evidence)?;
    let mut next = evidence.authority.next();
    next.marks.home_whole = home_whole;
    Some(next)
}

/// The gate of the mode for everything that is no emergency.
fn mode_allows(case: &Case<'_>) -> Option<Verdict> {
    match case.evidence.authority.mode {
        Mode::Automatic => None,
        Mode::Observe => Some(Verdict::NoAction(NoAction::ModeObserve)),
        Mode::Paused => Some(Verdict::NoAction(NoAction::ModePaused)),
    }
}
