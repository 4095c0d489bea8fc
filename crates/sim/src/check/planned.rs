//! Judges SAFE-9: a planned move loses nothing. If anything fails before its point of no return, the move is abandoned
//! and nothing has changed.

use super::Findings;
use leeward_model::{Authority, Epoch, Region, RunEnd, RunKind};
use std::collections::BTreeMap;

/// A planned run that was open, with the epoch and the active Region before it.
struct Planned {
    kind: RunKind,
    epoch: Epoch,
    active: Region,
    /// The number of calls for a hand-over of the database since the run began or was parked, by all executors.
    calls: u32,
    /// The number of descriptions of the database since the last call, by all executors.
    looks: u32,
}

/// The true state of the database when an executor gave up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroundTruth {
    /// The time at which the service accepted a hand-over that is in progress or complete; `None` if there is none.
    pub(crate) handed_over_us: Option<u64>,
    /// The time at which this executor last asked for the state of the database.
    pub(crate) asked_us: u64,
}

/// The number of descriptions of the database that are required before a run may be abandoned.
const LOOKS: u32 = 2;

/// The maximum number of calls for a hand-over before the run gives up. The count includes calls of executors that
/// died.
const CALLS_MAX: u32 = 2;

#[derive(Default)]
pub(crate) struct PlannedWatch {
    pub(super) findings: Findings,
    /// The planned runs, by their ids.
    runs: BTreeMap<String, Planned>,
    /// The id of the run whose end was judged last.
    judged: Option<String>,
}

impl PlannedWatch {
    /// Checks a new version of the authority.
    pub(crate) fn observe_authority(&mut self, now_us: u64, next: &Authority, operator: &str) {
        if let Some(run) = &next.run
            && matches!(run.kind, RunKind::Switchover | RunKind::Failback)
        {
            let planned = self.runs.entry(run.id.clone()).or_insert_with(|| Planned {
                kind: run.kind,
                epoch: next.epoch,
                active: next.active.clone(),
                calls: 0,
                looks: 0,
            });
            if run.parked.is_some() {
                planned.calls = 0;
            }
        }
        let Some(last) = &next.marks.last_run else { return };
        if self.judged.as_ref() == Some(&last.id) {
            return;
        }
        self.judged = Some(last.id.clone());
        let Some(before) = self.runs.get(&last.id) else { return };
        let moved = next.epoch != before.epoch || next.active != before.active;
        let by_operator = last.why.as_ref().is_some_and(|why| why.starts_with(operator));
        if last.end == RunEnd::Abandoned && moved && !by_operator && last.epoch == before.epoch {
            let what =
                format!("{} was abandoned, and epoch {} did not stay", last.id, before.epoch);
            self.findings.add(now_us, "SAFE-9", what);
        }
        if last.end == RunEnd::Completed && last.epoch.0 != before.epoch.0 + 1 {
            let what = format!("{} is complete in epoch {}", last.id, last.epoch);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }

    /// Checks a call that moves the database and loses the changes that are not replicated.
    pub(crate) fn observe_forced_move(&mut self, now_us: u64, run: &str) {
        if let Some(planned) = self.runs.get(run) {
            let what = format!("{run} is a {} and forces the database", planned.kind);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }

    /// Counts a call for a hand-over of the database. Such a call loses nothing.
    pub(crate) fn observe_hand_over_call(&mut self, now_us: u64, run: &str) {
        let Some(planned) = self.runs.get_mut(run) else { return };
        planned.calls += 1;
        planned.looks = 0;
        if planned.calls == CALLS_MAX + 1 {
            let calls = planned.calls;
            let what = format!("{run} called for a hand-over {calls} times and does not give up");
            self.findings.add(now_us, "LIVE-2", what);
        }
    }

    /// Counts a reply that describes the database.
    pub(crate) fn observe_look(&mut self, run: &str) {
        if let Some(planned) = self.runs.get_mut(run) {
            planned.looks += 1;
        }
    }

    /// Checks an executor that is about to write that its run is abandoned. A hand-over that was accepted after the
    /// executor's last description is no violation, because no call can be fenced and `realign` repairs the result
    /// (R4).
    pub(crate) fn observe_abandonment(&mut self, now_us: u64, run: &str, truth: GroundTruth) {
        if truth.handed_over_us.is_some_and(|at_us| at_us < truth.asked_us) {
            let what = format!("{run} is abandoned after the database was handed over");
            self.findings.add(now_us, "SAFE-9", what);
        }
        let looks = self.runs.get(run).map_or(0, |planned| planned.looks);
        if looks < LOOKS {
            let what = format!("{run} is abandoned after {looks} looks at the database");
            self.findings.add(now_us, "SAFE-9", what);
        }
    }
}
