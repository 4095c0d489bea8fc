//! Judges SAFE-9: a planned move loses nothing. If anything fails before its point of no return, it is
//! abandoned with everything as before.

use super::Findings;
use leeward_model::{Authority, Epoch, Region, RunEnd, RunKind};
use std::collections::BTreeMap;

/// A planned run that was open, with the authority before it.
struct Planned {
    kind: RunKind,
    epoch: Epoch,
    active: Region,
    /// The calls for a hand-over of the database since the run began or was parked, by all executors.
    calls: u32,
    /// The descriptions of the database since the last call, by all executors.
    looks: u32,
}

/// The true state of the database when an executor gave up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroundTruth {
    /// The time at which the service accepted the hand-over that is under way or done, if any.
    pub(crate) handed_over_us: Option<u64>,
    /// The time at which this executor last asked for the state of the database.
    pub(crate) asked_us: u64,
}

/// The number of looks at the database before a run may be abandoned.
const LOOKS: u32 = 2;

/// The most calls for a hand-over before the run has given up. Executors that die forget none.
const CALLS_MAX: u32 = 2;

#[derive(Default)]
pub(crate) struct PlannedWatch {
    pub(super) findings: Findings,
    /// The planned runs, by id.
    runs: BTreeMap<String, Planned>,
    /// The run whose end was judged last.
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

    /// Checks a call that moves the database and loses what was not replicated.
    pub(crate) fn observe_forced_move(&mut self, now_us: u64, run: &str) {
        if let Some(planned) = self.runs.get(run) {
            let what = format!("{run} is a {} and forces the database", planned.kind);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }

    /// Counts a call for a hand-over of the database, which loses nothing.
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

    /// Counts an answer that describes the database.
    pub(crate) fn observe_look(&mut self, run: &str) {
        if let Some(planned) = self.runs.get_mut(run) {
            planned.looks += 1;
        }
    }

    /// Checks an executor that is about to write that its run is abandoned. A hand-over that was accepted
    /// after its last look is no violation: no call can be fenced, and `realign` repairs it (R4).
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
