//! The machine that gives up a run whose driver has used up its attempts. It abandons a planned move that has not
//! begun, leaves any other run to the sentinels, and notifies operators.

use super::SwapReply;
use super::{Advanced, Leave, give_up};
use leeward_model::{AuditKind, Authority, ChainHead, Run, RunEnd};

/// The number of reads of the authority after which the machine itself stops.
const ATTEMPTS: u32 = 10;

/// An input of the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The machine begins.
    Begin,
    /// The authority from a strong read; `None` if it is unknown or does not exist.
    Authority(Option<Box<Authority>>),
    /// The head of the chain with the intent; `None` if the intent could not be written.
    Recorded(Option<ChainHead>),
    /// The reply to the conditional write.
    Swapped(SwapReply),
    /// The notice was sent, or could not be sent.
    Notified,
}

/// An output of the machine.
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
    /// Notify operators of what happens to the run.
    Notify(Leave),
    /// End with this result.
    End(Advanced),
}

/// The machine that gives up one run.
#[derive(Debug, Clone)]
pub struct Surrender {
    run: String,
    why: String,
    writer: String,
    intent: Option<ChainHead>,
    next: Option<Box<Authority>>,
    attempts: u32,
    /// Whether the stored item may be a write of this machine whose reply was lost. In that case the machine must
    /// notify operators.
    perhaps_ours: bool,
    then: Advanced,
}

impl Surrender {
    /// Creates the machine. `writer` names the audit chain that records the intent.
    pub fn new(run: String, why: String, writer: String) -> Surrender {
        let (intent, next, perhaps_ours, then) = (None, None, false, Advanced::Unknown);
        Surrender { run, why, writer, intent, next, attempts: 0, perhaps_ours, then }
    }

    /// Takes one event and returns the next command.
    pub fn step(&mut self, event: Event) -> Command {
        match event {
            Event::Begin | Event::Authority(None) => self.read(),
            Event::Authority(Some(read)) => match give_up(&read, &self.run, &self.why) {
                None => self.on_nothing_to_abandon(&read),
                Some(next) => {
                    self.next = Some(Box::new(next));
                    // SAFE-10: the intent is logged before the effect. It is logged only once, even if other writes
                    // come first.
                    match self.intent.clone() {
                        Some(head) => self.send(head),
                        None => {
                            let what = format!("give {} up: {}", self.run, self.why);
                            Command::Record { kind: AuditKind::Intent, what }
                        }
                    }
                }
            },
            Event::Recorded(None) => Command::End(Advanced::Unknown),
            Event::Recorded(Some(head)) => {
                self.intent = Some(head.clone());
                self.send(head)
            }
            Event::Swapped(SwapReply::Stored) => {
                let next = self.next.take().expect("it was sent");
                let why = abandoned(&next, &self.run).expect("the stored authority ends the run");
                self.notify(Leave::Abandoned(why), Advanced::Ended)
            }
            Event::Swapped(SwapReply::Changed) => self.read(),
            // SAFE-7: the item shows the outcome, and a delayed write may still take effect.
            Event::Swapped(SwapReply::Unknown) => {
                self.perhaps_ours = true;
                self.read()
            }
            Event::Notified => Command::End(self.then.clone()),
        }
    }

    fn send(&mut self, head: ChainHead) -> Command {
        let next = self.next.as_mut().expect("made before its intent was logged");
        next.chain_heads.insert(self.writer.clone(), head);
        Command::Swap { next: next.clone(), expect_version: next.version - 1 }
    }

    fn read(&mut self) -> Command {
        if self.attempts >= ATTEMPTS {
            return Command::End(Advanced::Unknown);
        }
        self.attempts += 1;
        Command::ReadAuthority
    }

    /// Ends the machine for a run that has ended, is parked or has begun.
    fn on_nothing_to_abandon(&mut self, read: &Authority) -> Command {
        match read.run.as_ref().filter(|open| open.id == self.run) {
            Some(Run { parked: Some(why), .. }) => Command::End(Advanced::Parked(why.clone())),
            Some(_) => self.notify(Leave::LeftOpen(self.why.clone()), Advanced::Waiting),
            None => match abandoned(read, &self.run) {
                Some(why) if self.perhaps_ours && why == self.why => {
                    self.notify(Leave::Abandoned(why), Advanced::Ended)
                }
                _ => Command::End(Advanced::Ended),
            },
        }
    }

    fn notify(&mut self, left: Leave, then: Advanced) -> Command {
        self.then = then;
        Command::Notify(left)
    }
}

/// Returns the reason why the run was abandoned; `None` if it was not, or is no longer the last run.
fn abandoned(authority: &Authority, run: &str) -> Option<String> {
    let last = authority.marks.last_run.as_ref().filter(|last| last.id == run)?;
    (last.end == RunEnd::Abandoned).then(|| last.why.clone().unwrap_or_default())
}
