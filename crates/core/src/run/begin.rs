//! The authority in which a run has begun: one value, so that one conditional write is the whole of
//! it (SAFE-5): it starts the run, spends the budget, ends what ran before and, in a failover, fences.

use super::finished;
use leeward_model::{
    Authority, Class, Counters, MoveMark, Plan, Region, Run, RunEnd, RunKind, Step, StepMark,
};

/// Moves remembered for the budgets: more than any day allows.
const MARKS_KEPT: usize = 32;

/// Why and by whom a run begins.
#[derive(Debug, Clone)]
pub struct Begin {
    pub id: String,
    pub kind: RunKind,
    pub from: Region,
    pub target: Region,
    pub class: Class,
    pub reason: String,
    /// The sentinels' counters when a sentinel starts it; `None` for an operator, whose runs spend
    /// no budget (LIVE-3, S11).
    pub automatic: Option<Counters>,
    /// Whose write it is.
    pub by: String,
    /// Wall clock, for the history that people read.
    pub at_ms: u64,
}

/// The next version of `authority`, with the run open.
pub fn begin(authority: &Authority, begin: Begin) -> Authority {
    let mut next = authority.next();
    if let Some(old) = next.run.take() {
        next.marks.last_run = Some(finished(&old, RunEnd::Superseded, None));
    }
    let mut history = Vec::new();
    if begin.kind == RunKind::Failover {
        next.epoch.0 += 1;
        next.active = begin.target.clone();
        // Whatever was whole then, its time begins anew (found by simulation: away, home and away again).
        next.marks.home_whole = None;
        history.push(StepMark { step: Step::Fence, executor: begin.by, done_at_ms: begin.at_ms });
    }
    let automatic = begin.automatic.is_some();
    if let Some(counters) = begin.automatic {
        spend(&mut next, begin.kind, &begin.from, begin.class, counters);
    }
    next.run = Some(Run {
        id: begin.id,
        kind: begin.kind,
        from: begin.from,
        target: begin.target,
        epoch: next.epoch,
        step: Plan::first(begin.kind),
        attempt: 0,
        executor: String::new(),
        progress: 0,
        polls: 0,
        calls: 0,
        parked: None,
        paused: false,
        reason: begin.reason,
        automatic,
        history,
    });
    next
}

fn spend(next: &mut Authority, kind: RunKind, from: &Region, class: Class, counters: Counters) {
    match kind {
        RunKind::Failover => {}
        // LIVE-3: planned moves spend no budget.
        RunKind::Switchover | RunKind::Failback => {
            next.marks.failed_back = Some(counters);
            return;
        }
        RunKind::Realign => {
            next.marks.realigned = Some(counters);
            return;
        }
    }
    next.budgets.moves.push(MoveMark {
        epoch: next.epoch,
        from: from.clone(),
        dark: class == Class::Dark,
        counters,
    });
    let excess = next.budgets.moves.len().saturating_sub(MARKS_KEPT);
    next.budgets.moves.drain(..excess);
}
