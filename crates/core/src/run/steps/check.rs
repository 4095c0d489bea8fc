//! check: lets a planned move begin only if it can succeed. If an obstacle lasts longer than the limit of the step, the
//! run is abandoned, because nothing has changed yet (SAFE-9).

use super::{Next, StepRules};
use crate::run::{Command, Event, RunSettings};
use leeward_model::{DatabaseView, Run};

pub(super) const RULES: StepRules = StepRules { begin, on_answer, on_called: None };

fn on_answer(run: &Run, event: &Event, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Database(view) => Some(described(run, view.as_ref(), settings)),
        Event::Canary(accepted) => Some(answered(run, *accepted, settings)),
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    Next::Ask(Command::DescribeDatabase { at: run.from.clone() })
}

fn described(run: &Run, view: Option<&DatabaseView>, settings: &RunSettings) -> Next {
    match obstacle(run, view) {
        None => Next::Ask(Command::Canary { region: run.target.clone() }),
        Some(why) => wait_or_abandon(run, why, settings),
    }
}

fn answered(run: &Run, accepted: bool, settings: &RunSettings) -> Next {
    if accepted {
        return Next::Done;
    }
    let why = format!("{} does not accept canary orders", run.target);
    wait_or_abandon(run, why, settings)
}

/// Returns the obstacle to a hand-over of the database, if there is one. RDS itself checks that the versions are equal
/// (docs/spec/aws-facts.md).
fn obstacle(run: &Run, view: Option<&DatabaseView>) -> Option<String> {
    let Some(view) = view else {
        return Some(format!("the control plane of {} does not answer", run.from));
    };
    if view.moving {
        return Some("the database is moving".to_owned());
    }
    if view.writer.as_ref() != Some(&run.from) {
        return Some(format!("the database's writer is not in {}", run.from));
    }
    if view.resyncing.contains(&run.target) {
        return Some(format!("the cluster in {} is still being copied", run.target));
    }
    if !view.members.contains(&run.target) {
        return Some(format!("{} is not a member of the global cluster", run.target));
    }
    None
}

fn wait_or_abandon(run: &Run, why: String, settings: &RunSettings) -> Next {
    if run.tries.waited_ms > settings.check_wait_ms { Next::Abandon(why) } else { Next::Wait }
}
