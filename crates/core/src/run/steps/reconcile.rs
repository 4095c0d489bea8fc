//! reconcile: waits until each account has reached its head, read after the fence, or is listed as parked. Nothing
//! weaker counts (docs/spec/order-path.md).

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
        // Found by simulation: an old writer that could not be fenced reconciled a volume that the promotion then
        // discarded. Only a report for this run is about this volume.
        Some(state) if state.run.as_ref() == Some(&run.id) && state.reconciled => Next::Done,
        _ if tries.waited_ms > settings.reconcile_wait_ms => {
            let left = state.map_or(0, |s| s.remaining);
            Next::Park(format!("{left} accounts are still behind the ledger in {}", run.target))
        }
        _ => Next::Wait,
    }
}
