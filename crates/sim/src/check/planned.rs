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
}

/// The true state of the database when an executor gave up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroundTruth {
    /// The time at which the service accepted the hand-over that is under way or done, if any.
    pub(crate) handed_over_us: Option<u64>,
    /// The time at which this executor last asked for the state of the database.
    pub(crate) asked_us: u64,
    /// The answers since its last call.
    pub(crate) looks: u32,
}

/// The number of looks at the database before a run may be abandoned.
const LOOKS: u32 = 2;

/// The number of calls for a hand-over at which a run must have given up. It allows for executors that
/// die and forget some.
const CALLS: u32 = 8;

#[derive(Default)]
pub(crate) struct PlannedWatch {
    pub(super) findings: Findings,
    /// The planned runs, by id.
    runs: BTreeMap<String, Planned>,
    /// The run whose end was judged last.
    judged: Option<String>,
    /// The calls of each run for a hand-over of the database.
    calls: BTreeMap<String, u32>,
}

impl PlannedWatch {
    /// Checks a new version of the authority.
    pub(crate) fn observe_authority(&mut self, now_us: u64, next: &Authority, operator: &str) {
        if let Some(run) = &next.run
            && matches!(run.kind, RunKind::Switchover | RunKind::Failback)
        {
            self.runs.entry(run.id.clone()).or_insert_with(|| Planned {
                kind: run.kind,
                epoch: next.epoch,
                active: next.active.clone(),
            });
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
        let calls = self.calls.entry(run.to_owned()).or_default();
        *calls += 1;
        if *calls == CALLS && self.runs.contains_key(run) {
            let what = format!("{run} called for a hand-over {CALLS} times and does not give up");
            self.findings.add(now_us, "LIVE-2", what);
        }
    }

    /// Checks an executor that is about to write that its run is abandoned. A hand-over that was accepted
    /// after its last look is no violation: no call can be fenced, and `realign` repairs it (R4).
    pub(crate) fn observe_abandonment(&mut self, now_us: u64, run: &str, truth: GroundTruth) {
        if truth.handed_over_us.is_some_and(|at_us| at_us < truth.asked_us) {
            let what = format!("{run} is abandoned after the database was handed over");
            self.findings.add(now_us, "SAFE-9", what);
        }
        if truth.looks < LOOKS {
            let what = format!("{run} is abandoned after {} looks at the database", truth.looks);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }
}
