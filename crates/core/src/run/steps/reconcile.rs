//! reconcile: waits until each account has reached the head that was read after the fence, or is listed as parked.
//! Nothing weaker is enough (docs/spec/order-path.md).

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
        // Found by simulation: an old writer that could not be fenced reconciled a volume that the promotion then
        // discarded. Only a report for this run describes the current volume.
        Some(state) if state.run.as_ref() == Some(&run.id) && state.reconciled => Next::Done,
        _ if run.tries.waited_ms > settings.reconcile_wait_ms => {
            let left = state.map_or(0, |s| s.remaining);
            Next::Park(format!("{left} accounts are still behind the ledger in {}", run.target))
        }
        _ => Next::Wait,
    }
}
