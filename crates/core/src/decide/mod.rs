//! From three observations and the authority to one verdict.
//!
//! Detection is always on; acting is gated. [`decide`] first asks for the quorum's opinion of the active
//! Region, and then walks the list of gates of what would follow: [`moves::GATES`], [`realign::GATES`] or
//! [`failback::GATES`]. A gate is a pure function that cites its rule; the first one that holds an action
//! back gives the verdict, with a `NoAction` or `Alert` of its own, so that the log names it.
//!
//! Rejected: gates as conditions inside one function. What held a move back could not be read from the code
//! from top to bottom, nor tested gate by gate.

mod budget;
mod failback;
mod moves;
mod policy;
mod quorum;
mod realign;
mod runs;

pub use policy::{Evidence, Policy};

use leeward_model::{Authority, Class, Mode, NoAction, Verdict};
use quorum::Opinion;

/// What a gate looks at.
struct Case<'a> {
    policy: &'a Policy,
    evidence: &'a Evidence<'a>,
    /// How sure the quorum is that the active Region fails.
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
        Opinion::Failing(class) => moves::decide(&case(class)),
        Opinion::Undecided => match decide_in_calm(&case(Class::Doubtful)) {
            // SAFE-8: one sentinel's opinion moves nothing, and it is not 'all well' either.
            Verdict::NoAction(NoAction::AllWell) => Verdict::NoAction(NoAction::NoQuorum),
            other => other,
        },
        Opinion::Healthy => decide_in_calm(&case(Class::Doubtful)),
    }
}

/// Decides while no quorum holds the active Region for failing.
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
