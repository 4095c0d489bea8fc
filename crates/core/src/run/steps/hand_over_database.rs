//! hand-over-database: RDS waits until the target has all changes and then makes it the writer. This full
//! synchronisation drains the source. Once RDS accepts the call, there is no way back. Until then the run may be given
//! up, but only after several descriptions: a refusal may mean that another executor's call came first (S8), and a call
//! without a reply may have been accepted (SAFE-7).

use super::{Next, StepRules};
use crate::run::{CallReply, Command, CommandId, Event, RunSettings};
use leeward_model::{DatabaseView, Run};

pub(super) const RULES: StepRules = StepRules { begin, on_answer, on_called: Some(called) };

fn on_answer(run: &Run, event: &Event, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Database(view) => Some(described(run, view.as_ref(), settings)),
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    // If one control plane does not answer, the other one may.
    let at = if run.tries.failures.is_multiple_of(2) { &run.from } else { &run.target };
    Next::Ask(Command::DescribeDatabase { at: at.clone() })
}

fn described(run: &Run, view: Option<&DatabaseView>, settings: &RunSettings) -> Next {
    let too_long = run.tries.waited_ms > settings.promote_wait_ms;
    let wait_or = |why: String| if too_long { Next::Park(why) } else { Next::Wait };
    let Some(view) = view else {
        return wait_or("no control plane describes the database".to_owned());
    };
    if view.writes_at(&run.target) {
        return Next::Done;
    }
    if view.moving {
        return wait_or(
            "the database has been moving for too long; check the global cluster in RDS".to_owned(),
        );
    }
    if view.writer.as_ref() != Some(&run.from) {
        return wait_or("the database's writer is in neither Region".to_owned());
    }
    // SAFE-9: here, the source is still the writer and the database is not moving.
    let can_take = view.members.contains(&run.target);
    let is_idle = run.tries.idle_looks >= settings.idle_looks;
    if is_idle && (run.tries.calls >= settings.hand_over_calls || !can_take || too_long) {
        return Next::Abandon(format!(
            "the database was not handed over to {}: asked {} times, {}",
            run.target,
            run.tries.calls,
            if can_take { "it stays where it is" } else { "and its cluster cannot be promoted" }
        ));
    }
    // A call of any executor may have been accepted although its effect has not begun yet.
    if !can_take || (run.tries.calls > 0 && !is_idle) {
        return Next::Wait;
    }
    let id =
        CommandId { run: run.id.clone(), step: run.step, attempt: run.attempt, epoch: run.epoch.0 };
    Next::Act(Command::SwitchoverDatabase { id, from: run.from.clone(), to: run.target.clone() })
}

/// Returns whether the description shows the source as the writer and the database at rest. The executor counts these
/// descriptions, and `described` uses the count.
pub(in crate::run) fn is_idle(run: &Run, view: Option<&DatabaseView>) -> bool {
    view.is_some_and(|view| !view.moving && view.writer.as_ref() == Some(&run.from))
}

/// Waits for the next description, because only the description shows whether the call took effect (S8).
fn called(_reply: &CallReply) -> Next {
    Next::Wait
}
