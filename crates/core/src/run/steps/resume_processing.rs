//! resume-processing: waits until the target's processor reports that it folds for this run. The processor reads the
//! authority itself.

use super::{Next, StepRules};
use crate::run::{Command, Event, RunSettings};
use leeward_model::{ProcessorState, Run};

pub(super) const RULES: StepRules = StepRules { begin, on_answer, on_called: None };

fn on_answer(run: &Run, event: &Event, settings: &RunSettings) -> Option<Next> {
    match event {
        Event::Processor(state) => {
            Some(read(run, state.as_ref().and_then(Option::as_ref), settings))
        }
        _ => None,
    }
}

fn begin(run: &Run) -> Next {
    Next::Ask(Command::ReadProcessor { region: run.target.clone() })
}

fn read(run: &Run, state: Option<&ProcessorState>, settings: &RunSettings) -> Next {
    match state {
        Some(state) if state.run.as_ref() == Some(&run.id) => Next::Done,
        _ if run.tries.waited_ms > settings.resume_wait_ms => {
            Next::Park(format!("the processor in {} does not resume", run.target))
        }
        _ => Next::Wait,
    }
}
