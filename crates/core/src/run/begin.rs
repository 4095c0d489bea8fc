//! The authority in which a run has begun. It is one value, so that one conditional write starts the run, spends the
//! budget, ends the run before it and, in a failover, fences (SAFE-5).

use super::finished;
use leeward_model::{
    Authority, Class, Counters, MoveMark, Plan, Region, Run, RunEnd, RunKind, Step, StepMark,
};

/// Moves that the budgets remember, which is more than any daily limit.
const MARKS_KEPT: usize = 32;

/// The description of a run that begins.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The id of the run.
    pub id: String,
    /// The kind of the run.
    pub kind: RunKind,
    /// The Region that the run moves away from.
    pub from: Region,
    /// The Region that the run moves to.
    pub target: Region,
    /// The certainty that `from` is bad.
    pub class: Class,
    /// The reason in words.
    pub reason: String,
    /// The sentinels' counters if a sentinel starts the run; `None` for an operator, whose runs spend no budget
    /// (LIVE-3,
    /// S11).
    pub automatic: Option<Counters>,
    /// The process or operator that starts the run.
    pub by: String,
    /// The wall clock in milliseconds since 1970, for the history that operators read.
    pub at_ms: u64,
}

/// Returns the next version of `authority`, with the run open.
pub fn begin(authority: &Authority, begin: Begin) -> Authority {
    let mut next = authority.next();
    if let Some(old) = next.run.take() {
        next.marks.last_run = Some(finished(&old, RunEnd::Superseded, None));
    }
    let mut history = Vec::new();
    if begin.kind == RunKind::Failover {
        next.epoch.0 += 1;
        next.active = begin.target.clone();
        // Home must be found healthy again after each move (found by simulation: away, home and away again).
        next.marks.home_whole = None;
        history.push(StepMark { step: Step::Fence, executor: begin.by, done_at_ms: begin.at_ms });
    }
    let automatic = begin.automatic.is_some();
    if let Some(counters) = begin.automatic {
        spend_budget(&mut next, begin.kind, &begin.from, begin.class, counters);
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

fn spend_budget(
    next: &mut Authority,
    kind: RunKind,
    from: &Region,
    class: Class,
    counters: Counters,
) {
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
