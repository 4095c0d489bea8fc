//! The steps of a run, one file each. The file defines what the step asks, when the step is done, and when it waits or
//! parks.
//!
//! A new step needs one file with its `RULES`, one name in [`Step`] with its place in the plans, and one line in
//! [`rules`].

mod announce;
mod check;
mod fence;
pub(super) mod hand_over_database;
mod promote_database;
mod reconcile;
mod resume_processing;
mod verify;

use super::{CallReply, Command, Event, RunSettings};
use leeward_model::{Run, Step};

/// The next action of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Next {
    /// Make a read, which is harmless whichever executor makes it.
    Ask(Command),
    /// Make a call that has an effect. A conditional write counts the call in the run just before it is made (R4).
    Act(Command),
    /// Poll again; the wait itself counts as progress.
    Wait,
    Done,
    Park(String),
    /// End the run and record the reason. Everything is as it was before the run (SAFE-9).
    Abandon(String),
}

/// The rules of one step.
pub(super) struct StepRules {
    /// Returns the first action.
    pub(super) begin: fn(&Run) -> Next,
    /// Returns the action that follows a reply; `None` if the step does not wait for this reply.
    pub(super) on_answer: fn(&Run, &Event, &RunSettings) -> Option<Next>,
    /// Returns the action that follows the reply to a call that has an effect; `None` if the step makes no such calls.
    pub(super) on_called: Option<fn(&CallReply) -> Next>,
}

/// Returns the rules of a step.
pub(super) fn rules(step: Step) -> &'static StepRules {
    match step {
        Step::Check => &check::RULES,
        Step::HandOverDatabase => &hand_over_database::RULES,
        Step::Fence => &fence::RULES,
        Step::PromoteDatabase => &promote_database::RULES,
        Step::ResumeProcessing => &resume_processing::RULES,
        Step::Reconcile => &reconcile::RULES,
        Step::Verify => &verify::RULES,
        Step::Announce => &announce::RULES,
    }
}
