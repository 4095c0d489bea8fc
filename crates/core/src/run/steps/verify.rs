//! verify: sends a canary order through the target's own host name. With the public name, the other Region could
//! respond while resolvers still cache its address (S7).

use super::{Next, StepRules};
use crate::run::{Command, Event, RunSettings};
use leeward_model::Run;

pub(super) const RULES: StepRules = StepRules { begin, on_answer, on_called: None };

fn on_answer(run: &Run, event: &Event, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Canary(accepted) => Some(answered(run, *accepted, settings)),
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    Next::Ask(Command::Canary { region: run.target.clone() })
}

fn answered(run: &Run, accepted: bool, settings: &RunSettings) -> Next {
    if accepted {
        Next::Done
    } else if run.tries.waited_ms > settings.verify_wait_ms {
        Next::Park(format!("{} does not accept canary orders after the move", run.target))
    } else {
        Next::Wait
    }
}
