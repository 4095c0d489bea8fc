//! promote-database: whatever state it finds, it ends with the target as the writer or parks.

use super::{Next, StepRules, Tries};
use crate::run::{CallReply, Command, CommandId, Event, RunSettings};
use leeward_model::{DatabaseView, Run, RunKind};

pub(super) const RULES: StepRules =
    StepRules { begin: |run, _| begin(run), on_answer, on_called: Some(called) };

fn on_answer(run: &Run, event: &Event, tries: Tries, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Database(view) => Some(described(run, view.as_ref(), tries, settings)),
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    Next::Ask(Command::DescribeDatabase { at: run.target.clone() })
}

/// SAFE-7: only describing says where the writer is, never the answer to a call.
fn described(run: &Run, view: Option<&DatabaseView>, tries: Tries, settings: &RunSettings) -> Next {
    let too_long = tries.waited_ms > settings.promote_wait_ms;
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
            Next::Park("the database has been moving for too long; look at it in RDS".into())
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
    if tries.calls >= settings.promote_calls {
        return Next::Park(format!("{} promotions were asked for, none took", tries.calls));
    }
    let id =
        CommandId { run: run.id.clone(), step: run.step, attempt: run.attempt, epoch: run.epoch.0 };
    let to = run.target.clone();
    Next::Act(match &view.writer {
        // A realignment usually meets two Regions that are well, and then nothing need be lost. If
        // the hand-over does not take, whatever the reason, the next call is the forced one.
        Some(from) if run.kind == RunKind::Realign && tries.calls == 0 => {
            Command::SwitchoverDatabase { id, from: from.clone(), to }
        }
        _ => Command::FailoverDatabase { id, to },
    })
}

/// S8: a refusal may mean that the other executor's call was accepted first; describing says.
fn called(_reply: &CallReply) -> Next {
    Next::Wait
}
