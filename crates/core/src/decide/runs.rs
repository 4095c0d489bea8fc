//! Watches an open run on behalf of a sentinel (LIVE-2).

use super::Case;
use leeward_model::{Alert, NoAction, Run, Verdict};

/// Judges an open run. The run belongs to its executor until its progress stands still. Then the target's own sentinel
/// takes the run over first; the other sentinels wait twice as long.
pub(super) fn watch(case: &Case<'_>, run: &Run) -> Verdict {
    if run.parked.is_some() {
        return Verdict::Alert(Alert::RunParked);
    }
    if run.paused {
        return Verdict::NoAction(NoAction::RunInProgress);
    }
    let patience = match run.target == case.evidence.me.sentinel {
        // A run that an operator started has no executor yet.
        true if run.attempt == 0 && !run.automatic => 0,
        true => 1,
        false => 2,
    };
    if case.evidence.run_still_ticks >= case.policy.takeover_ticks * patience {
        return Verdict::TakeOver { run: run.id.clone() };
    }
    Verdict::NoAction(NoAction::RunInProgress)
}

/// Returns the verdict that takes an open run over, if the run stands still.
pub(super) fn orphaned(case: &Case<'_>) -> Option<Verdict> {
    let run = case.evidence.authority.run.as_ref()?;
    let watched = watch(case, run);
    matches!(watched, Verdict::TakeOver { .. }).then_some(watched)
}
