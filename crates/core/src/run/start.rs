//! The start of a run: the authority in which the run has begun, and the machine by which a sentinel writes it.
//!
//! [`begin`] makes the next authority. One conditional write of this authority is the whole start (SAFE-5): the write
//! opens the run, spends the budget, ends the previous run and, in a failover, fences. The machine [`Start`] carries
//! out a sentinel's decision to start. It logs the intent first (SAFE-10), does not send the write once the evidence is
//! stale (SAFE-8), and resolves an unknown outcome by a read (SAFE-7).

use super::{SwapReply, finished};
use leeward_model::{
    AuditKind, Authority, ChainHead, Class, Counters, MoveMark, Plan, Region, Run, RunEnd, RunKind,
    Step, StepMark, Tries,
};

/// The number of moves that the budgets remember, which is more than any daily limit.
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
    /// (LIVE-3, S11).
    pub automatic: Option<Counters>,
    /// The process or operator that starts the run.
    pub by: String,
    /// The wall-clock time in milliseconds since 1970, for the history that operators read.
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
        // Home must be found healthy again after each move (found by simulation: away, home, and away again).
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
        tries: Tries::default(),
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

/// A decided move, as [`crate::sentinel::Command::Start`] describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// The authority in which the run has begun.
    pub next: Box<Authority>,
    /// The version that the stored authority must have.
    pub expect_version: u64,
    /// The time, on the process's own monotonic clock, after which the write must not be sent.
    pub not_after_ms: u64,
    /// The verdict in words, for the log.
    pub verdict: String,
    /// The writer whose audit chain holds the intent.
    pub writer: String,
}

/// An input of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The start begins.
    Begin,
    /// The head of the chain with the intent; `None` if the intent could not be written.
    Recorded(Option<ChainHead>),
    /// The reply to the conditional write.
    Swapped(SwapReply),
    /// The authority from a strong read; `None` if it is unknown.
    Authority(Option<Box<Authority>>),
}

/// An output of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Append a record to the writer's chain, and wait until it is written.
    Record {
        /// The kind of the record.
        kind: AuditKind,
        /// The text of the record.
        what: String,
    },
    /// Write the authority on the condition that the stored version is the expected one.
    Swap {
        /// The new authority.
        next: Box<Authority>,
        /// The version that the stored authority must have.
        expect_version: u64,
    },
    /// Read the authority strongly.
    ReadAuthority,
    /// End with this result.
    End(End),
}

/// The result of a start.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// The run, if this write started it.
    pub won: Option<Box<Run>>,
    /// The result for the writer's chain, which the caller appends without waiting; `None` if the intent is not in the
    /// log.
    pub result: Option<String>,
}

/// The machine of one start.
#[derive(Debug, Clone)]
pub struct Start {
    intent: Intent,
}

impl Start {
    /// Creates the machine that starts the run in `intent.next`.
    ///
    /// # Panics
    ///
    /// Panics if no run is open in `intent.next`.
    pub fn new(intent: Intent) -> Start {
        assert!(intent.next.run.is_some(), "a start opens a run");
        Start { intent }
    }

    fn run(&self) -> &Run {
        self.intent.next.run.as_ref().expect("checked in new")
    }

    /// Takes one event and returns the next command. `at_ms` is the wall-clock time, for the history that operators
    /// read.
    pub fn step(&mut self, now_ms: u64, at_ms: u64, event: Event) -> Command {
        match event {
            Event::Begin => Command::Record { kind: AuditKind::Intent, what: self.describe() },
            // SAFE-10: an action that is not in the log must have no effect. The next tick decides again.
            Event::Recorded(None) => Command::End(End { won: None, result: None }),
            Event::Recorded(Some(head)) => self.send(now_ms, at_ms, head),
            Event::Swapped(SwapReply::Stored) => self.end(Some(true)),
            Event::Swapped(SwapReply::Changed) => self.end(Some(false)),
            // SAFE-7: only the item shows which write took effect.
            Event::Swapped(SwapReply::Unknown) => Command::ReadAuthority,
            Event::Authority(None) => self.end(None),
            Event::Authority(Some(read)) => {
                let began = read.run.is_some_and(|run| run.id == self.run().id);
                // While the item still has the version that the write expects, a delayed write may still take effect.
                let may_arrive = !began && read.version <= self.intent.expect_version;
                self.end((!may_arrive).then_some(began))
            }
        }
    }

    fn describe(&self) -> String {
        format!("start {}: {}", self.run().id, self.intent.verdict)
    }

    fn send(&mut self, now_ms: u64, at_ms: u64, head: ChainHead) -> Command {
        // SAFE-8: a process that was paused between its read and its write must not act on stale evidence.
        if now_ms > self.intent.not_after_ms {
            let result = format!("start {}: too late, not written", self.run().id);
            return Command::End(End { won: None, result: Some(result) });
        }
        let next = &mut self.intent.next;
        next.chain_heads.insert(self.intent.writer.clone(), head);
        // This write is the fence of a failover, so the mark gets the time at which the write was sent.
        if let Some(mark) = next.run.as_mut().and_then(|run| run.history.last_mut()) {
            mark.done_at_ms = at_ms;
        }
        Command::Swap { next: next.clone(), expect_version: self.intent.expect_version }
    }

    fn end(&self, won: Option<bool>) -> Command {
        let outcome = match won {
            Some(true) => "begun",
            Some(false) => "another write came first",
            None => "outcome unknown; the next tick decides anew",
        };
        let result = Some(format!("start {}: {outcome}", self.run().id));
        let won = (won == Some(true)).then(|| Box::new(self.run().clone()));
        Command::End(End { won, result })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Start {
        let region = |name: &str| Region::new(name).expect("a valid name");
        let next = begin(
            &Authority::initial(region("a")),
            Begin {
                id: "r".into(),
                kind: RunKind::Failover,
                from: region("a"),
                target: region("b"),
                class: Class::Dark,
                reason: "dark".into(),
                automatic: None,
                by: "me".into(),
                at_ms: 1,
            },
        );
        Start::new(Intent {
            expect_version: next.version - 1,
            next: Box::new(next),
            not_after_ms: 100,
            verdict: "dark".into(),
            writer: "w".into(),
        })
    }

    fn head() -> Event {
        Event::Recorded(Some(ChainHead { seq: 7, hash: "h".into() }))
    }

    fn check(now_ms: u64, events: Vec<Event>, won: bool, result: Option<&str>) {
        let mut start = start();
        let mut last = start.step(0, 0, Event::Begin);
        for event in events {
            last = start.step(now_ms, 5, event);
        }
        let Command::End(end) = last else { panic!("the start has not ended: {last:?}") };
        assert_eq!(end.won.is_some(), won, "{:?}", end.result);
        assert_eq!(end.result.as_deref().map(|text| text.split(": ").nth(1).unwrap_or("")), result);
    }

    #[test]
    fn safe_10_a_start_that_is_not_logged_has_no_effect() {
        check(0, vec![Event::Recorded(None)], false, None);
    }

    #[test]
    fn safe_8_a_start_is_not_sent_once_its_evidence_is_stale() {
        check(101, vec![head()], false, Some("too late, not written"));
    }

    #[test]
    fn safe_7_an_unknown_write_is_resolved_by_the_item() {
        let unknown = || vec![head(), Event::Swapped(SwapReply::Unknown)];
        let with = |event: Event| [unknown(), vec![event]].concat();
        check(
            100,
            with(Event::Authority(None)),
            false,
            Some("outcome unknown; the next tick decides anew"),
        );
        let mine = start().intent.next;
        check(100, with(Event::Authority(Some(mine))), true, Some("begun"));
        // The write may still take effect, because the item still has the version that the write expects.
        let unchanged = Authority::initial(Region::new("a").expect("valid"));
        check(
            100,
            with(Event::Authority(Some(Box::new(unchanged.clone())))),
            false,
            Some("outcome unknown; the next tick decides anew"),
        );
        let other = unchanged.next();
        check(
            100,
            with(Event::Authority(Some(Box::new(other)))),
            false,
            Some("another write came first"),
        );
        check(100, vec![head(), Event::Swapped(SwapReply::Stored)], true, Some("begun"));
        check(
            100,
            vec![head(), Event::Swapped(SwapReply::Changed)],
            false,
            Some("another write came first"),
        );
    }

    #[test]
    fn the_write_carries_the_intent_and_the_time_of_the_fence() {
        let mut start = start();
        start.step(0, 0, Event::Begin);
        let Command::Swap { next, expect_version } = start.step(100, 5, head()) else {
            panic!("the write comes after the intent")
        };
        assert_eq!(next.chain_heads["w"].seq, 7);
        assert_eq!(next.run.expect("open").history[0].done_at_ms, 5);
        assert_eq!(next.version, expect_version + 1);
    }
}
