//! The machine that carries out an operator's verb: it logs the intent, writes the authority conditionally, and logs
//! the result (SAFE-10).

use super::{Operation, Refusal, operate};
use crate::run::SwapReply;
use leeward_model::{AuditKind, Authority, ChainHead, Region};

/// The number of reads of the authority after which the machine gives up. Sentinels seldom write the item, but
/// executors write it with each poll.
const ATTEMPTS: u32 = 20;

/// An input of a verb.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The machine begins.
    Begin,
    /// The authority from a strong read; `None` if it is unknown or does not exist.
    Authority(Option<Box<Authority>>),
    /// The head of the chain with the record; `None` if the record could not be written.
    Recorded(Option<ChainHead>),
    /// The reply to the conditional write.
    Swapped(SwapReply),
}

/// An output of a verb.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Read the authority strongly.
    ReadAuthority,
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
    /// End with this result.
    End(Operated),
}

/// The result of a verb.
#[derive(Debug, Clone, PartialEq)]
pub enum Operated {
    /// The verb is in effect, whether this operation or an earlier one changed the authority.
    Holds(Box<Authority>),
    /// The verb was refused.
    Refused(Refusal),
    /// The outcome is unknown, for this reason. The caller may repeat the operation with the same id (SAFE-7).
    Unknown(&'static str),
}

/// The machine of one verb.
#[derive(Debug, Clone)]
pub struct Operate {
    operation: Operation,
    /// The Regions that can be active, home first.
    regions: [Region; 2],
    writer: String,
    attempts: u32,
    intent: Option<ChainHead>,
    next: Option<Box<Authority>>,
    ended: Option<Operated>,
}

impl Operate {
    /// Creates the machine of an operation. `regions` names home first; `writer` names the audit chain of the records.
    pub fn new(operation: Operation, regions: [Region; 2], writer: String) -> Operate {
        let (intent, next, ended) = (None, None, None);
        Operate { operation, regions, writer, attempts: 0, intent, next, ended }
    }

    /// Takes one event and returns the next command. `at_ms` is the wall-clock time, for the history that operators
    /// read.
    pub fn step(&mut self, at_ms: u64, event: Event) -> Command {
        match event {
            Event::Begin | Event::Authority(None) => self.read(),
            Event::Authority(Some(read)) => self.judge(at_ms, read),
            Event::Recorded(head) => match self.ended.take() {
                // The operation ends even if its result could not be logged.
                Some(ended) => Command::End(ended),
                None => self.intended(head),
            },
            Event::Swapped(SwapReply::Stored) => {
                let next = self.next.take().expect("it was sent");
                self.record_result("done", Operated::Holds(next))
            }
            // Another write came first, or the outcome is unknown. The item shows what is in effect (SAFE-7).
            Event::Swapped(SwapReply::Changed | SwapReply::Unknown) => self.read(),
        }
    }

    fn describe(&self) -> String {
        let Operation { verb, id, by, .. } = &self.operation;
        format!("{verb} {id} by {by}")
    }

    fn read(&mut self) -> Command {
        if self.attempts >= ATTEMPTS {
            let why = "the authority cannot be read and written from here";
            return Command::End(Operated::Unknown(why));
        }
        self.attempts += 1;
        Command::ReadAuthority
    }

    fn judge(&mut self, at_ms: u64, read: Box<Authority>) -> Command {
        self.operation.at_ms = at_ms;
        match operate(&read, &self.regions, &self.operation) {
            Ok(None) => self.record_result("already in effect", Operated::Holds(read)),
            Err(refusal) => {
                let outcome = format!("refused: {refusal}");
                self.record_result(&outcome, Operated::Refused(refusal))
            }
            Ok(Some(next)) => {
                self.next = Some(Box::new(next));
                match self.intent.clone() {
                    Some(head) => self.swap(head),
                    None => {
                        let what = format!("{}: {}", self.describe(), self.operation.reason);
                        Command::Record { kind: AuditKind::Intent, what }
                    }
                }
            }
        }
    }

    fn intended(&mut self, head: Option<ChainHead>) -> Command {
        let Some(head) = head else {
            let why = "the intent cannot be logged, so nothing was done";
            return Command::End(Operated::Unknown(why));
        };
        self.intent = Some(head.clone());
        self.swap(head)
    }

    fn swap(&mut self, head: ChainHead) -> Command {
        let next = self.next.as_mut().expect("made before its intent was logged");
        next.chain_heads.insert(self.writer.clone(), head);
        Command::Swap { next: next.clone(), expect_version: next.version - 1 }
    }

    fn record_result(&mut self, outcome: &str, ended: Operated) -> Command {
        self.ended = Some(ended);
        let what = format!("{}: {outcome}", self.describe());
        Command::Record { kind: AuditKind::Result, what }
    }
}
