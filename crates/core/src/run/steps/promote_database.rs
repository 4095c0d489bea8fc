//! promote-database: makes the target the writer, whatever state the database is in, or parks the run.

use super::{Next, StepRules};
use crate::run::{CallReply, Command, CommandId, Event, RunSettings};
use leeward_model::{DatabaseView, Run, RunKind};

pub(super) const RULES: StepRules = StepRules { begin, on_answer, on_called: Some(called) };

fn on_answer(run: &Run, event: &Event, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Database(view) => Some(described(run, view.as_ref(), settings)),
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    Next::Ask(Command::DescribeDatabase { at: run.target.clone() })
}

/// Decides from the description of the database, because the reply to a call does not prove where the writer is
/// (SAFE-7).
fn described(run: &Run, view: Option<&DatabaseView>, settings: &RunSettings) -> Next {
    let too_long = run.tries.waited_ms > settings.promote_wait_ms;
    let Some(view) = view else {
        return if too_long {
            Next::Park(format!("the control plane of {} does not answer", run.target))
        } else {
            Next::Wait
        };
    };
    if view.writes_at(&run.target) {
        return Next::Done;
    }
    if view.moving {
        return if too_long {
            Next::Park(
                "the database has been moving for too long; check the global cluster in RDS".into(),
            )
        } else {
            Next::Wait
        };
    }
    if view.resyncing.contains(&run.target) && !too_long {
        return Next::Wait;
    }
    if !view.members.contains(&run.target) {
        return Next::Park(format!(
            "{} is not a member of the global cluster: rebuild it, or detach and promote",
            run.target
        ));
    }
    if run.tries.calls >= settings.promote_calls {
        return Next::Park(format!(
            "{} promotions were requested, and none took effect",
            run.tries.calls
        ));
    }
    let id =
        CommandId { run: run.id.clone(), step: run.step, attempt: run.attempt, epoch: run.epoch.0 };
    let to = run.target.clone();
    Next::Act(match &view.writer {
        // In a realign, both Regions are usually healthy, so nothing need be lost. If the hand-over has no effect for
        // any reason, the next call forces the failover.
        Some(from) if run.kind == RunKind::Realign && run.tries.calls == 0 => {
            Command::SwitchoverDatabase { id, from: from.clone(), to }
        }
        _ => Command::FailoverDatabase { id, to },
    })
}

/// Waits for the next description, because a refusal may mean that another executor's call was accepted first (S8).
fn called(_reply: &CallReply) -> Next {
    Next::Wait
}
