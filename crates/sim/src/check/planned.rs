//! SAFE-9: a planned move loses nothing, and is abandoned with everything as before if anything fails before
//! its point of no return.

use super::Findings;
use leeward_model::{Authority, Epoch, Region, RunKind};
use std::collections::BTreeMap;

struct Planned {
    kind: RunKind,
    epoch: Epoch,
    active: Region,
}

/// What the database was truly doing when an executor gave up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroundTruth {
    /// When the service accepted the hand-over that is under way or done, if one is.
    pub(crate) handed_over_us: Option<u64>,
    /// When this executor asked for the last time where the database is.
    pub(crate) asked_us: u64,
    /// Answers since its last call.
    pub(crate) looks: u32,
}

/// What "several times" of design.md §5 is at the least.
const LOOKS: u32 = 2;

/// Nobody asks more often than this for what is refused; design.md §5 says "a few times", and executors that
/// die forget some.
const CALLS: u32 = 8;

#[derive(Default)]
pub(crate) struct PlannedWatch {
    pub(super) findings: Findings,
    /// Every planned run that was ever open, as the authority was before it.
    runs: BTreeMap<String, Planned>,
    /// The run whose end was judged last.
    judged: Option<String>,
    /// How often each run asked for the database to be handed over.
    calls: BTreeMap<String, u32>,
}

impl PlannedWatch {
    /// A version of the authority that was not seen before.
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
        let by_a_person = last.why.as_ref().is_some_and(|why| why.starts_with(operator));
        if last.end == "abandoned" && moved && !by_a_person && last.epoch == before.epoch {
            let what = format!("{} was given up, and epoch {} has gone on", last.id, before.epoch);
            self.findings.add(now_us, "SAFE-9", what);
        }
        if last.end == "completed" && last.epoch.0 != before.epoch.0 + 1 {
            let what = format!("{} is complete in epoch {}", last.id, last.epoch);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }

    /// An executor asks the database to move and to lose what was not copied yet.
    pub(crate) fn observe_forced_move(&mut self, now_us: u64, run: &str) {
        if let Some(planned) = self.runs.get(run) {
            let what = format!("{run} is a {} and forces the database", planned.kind);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }

    /// An executor asks for the database to be handed over, and that nothing be lost.
    pub(crate) fn observe_hand_over_call(&mut self, now_us: u64, run: &str) {
        let calls = self.calls.entry(run.to_owned()).or_default();
        *calls += 1;
        if *calls == CALLS && self.runs.contains_key(run) {
            let what = format!("{run} asked {CALLS} times for a hand-over and does not give up");
            self.findings.add(now_us, "LIVE-2", what);
        }
    }

    /// An executor is about to write that its run is abandoned. What was accepted after its last look is
    /// nobody's fault: no call can be fenced, and `realign` mends it (R4).
    pub(crate) fn observe_abandonment(&mut self, now_us: u64, run: &str, truth: GroundTruth) {
        if truth.handed_over_us.is_some_and(|at_us| at_us < truth.asked_us) {
            let what = format!("{run} is given up after the database was handed over");
            self.findings.add(now_us, "SAFE-9", what);
        }
        if truth.looks < LOOKS {
            let what = format!("{run} is given up after {} looks at the database", truth.looks);
            self.findings.add(now_us, "SAFE-9", what);
        }
    }
}
