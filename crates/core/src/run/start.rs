//! The start of a run by a sentinel, which is one conditional write of the authority (SAFE-5). This machine makes sure
//! that the intent is in the log before the write (SAFE-10), that the write is not sent once its evidence is stale
//! (SAFE-8), and that an unknown outcome is resolved by a read (SAFE-7).

use leeward_model::{AuditKind, Authority, ChainHead, Run};

/// A decided move, as [`crate::sentinel::Command::Start`] hands it over.
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
    /// Start.
    Begin,
    /// The head of the chain with the intent; `None`: it could not be written.
    Recorded(Option<ChainHead>),
    /// The reply to the conditional write.
    Swapped(SwapReply),
    /// Strong read; `None`: unknown.
    Authority(Option<Box<Authority>>),
}

/// The reply to a conditional write of the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwapReply {
    /// The authority is written.
    Stored,
    /// Another write came first.
    Changed,
    /// The outcome is unknown.
    Unknown,
}

/// An output of a start.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Append to the writer's chain, and wait for it.
    Record {
        /// The kind of the record.
        kind: AuditKind,
        /// The text of the record.
        what: String,
    },
    /// Write the authority on condition of its version.
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
    /// The result for the writer's chain, which the caller appends without waiting. `None`: the intent is not in the
    /// log.
    pub result: Option<String>,
}

/// The machine of one start.
#[derive(Debug, Clone)]
pub struct Start {
    intent: Intent,
}

impl Start {
    /// Makes the machine of one start.
    ///
    /// # Panics
    ///
    /// If no run is open in `intent.next`.
    pub fn new(intent: Intent) -> Start {
        assert!(intent.next.run.is_some(), "a start opens a run");
        Start { intent }
    }

    fn run(&self) -> &Run {
        self.intent.next.run.as_ref().expect("checked in new")
    }

    /// Takes one event and returns the next command. `at_ms` is the wall clock, for the history that operators read.
    pub fn step(&mut self, now_ms: u64, at_ms: u64, event: Event) -> Command {
        match event {
            Event::Begin => Command::Record { kind: AuditKind::Intent, what: self.describe() },
            // SAFE-10: an action that is not in the log has no effect. The next tick decides anew.
            Event::Recorded(None) => Command::End(End { won: None, result: None }),
            Event::Recorded(Some(head)) => self.send(now_ms, at_ms, head),
            Event::Swapped(SwapReply::Stored) => self.end(Some(true)),
            Event::Swapped(SwapReply::Changed) => self.end(Some(false)),
            // SAFE-7: only the item shows which write took effect.
            Event::Swapped(SwapReply::Unknown) => Command::ReadAuthority,
            Event::Authority(None) => self.end(None),
            Event::Authority(Some(read)) => {
                let began = read.run.is_some_and(|run| run.id == self.run().id);
                self.end(Some(began))
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
        // This write is the fence of a failover, so that the mark has the time at which it was sent.
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
    use crate::run::{Begin, begin};
    use leeward_model::{Class, Region, RunKind};

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
        let other = Authority::initial(Region::new("a").expect("valid"));
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
