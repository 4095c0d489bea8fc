//! resume-processing: waits until the target's processor, which reads the authority itself, reports that it folds for
//! this run.

use super::{Next, Tries};
use crate::run::{Command, RunSettings};
use leeward_model::{ProcessorState, Run};

pub(in crate::run) fn begin(run: &Run) -> Next {
    Next::Ask(Command::ReadProcessor { region: run.target.clone() })
}

pub(in crate::run) fn read(
    run: &Run,
    state: Option<&ProcessorState>,
    tries: Tries,
    settings: &RunSettings,
) -> Next {
    match state {
        Some(state) if state.run.as_ref() == Some(&run.id) => Next::Done,
        _ if tries.waited_ms > settings.resume_wait_ms => {
            Next::Park(format!("the processor in {} does not resume", run.target))
        }
        _ => Next::Wait,
    }
}
