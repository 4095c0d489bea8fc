//! The audit chain of one writer (SAFE-10). Each record holds the hash of its predecessor and is written only if its
//! sequence number is free.
//!
//! The machine writes one record at a time. If it does not know the head of the chain, it reads the head first. After a
//! put with an unknown outcome, the machine reads the head again and, if necessary, repeats the put. If the table then
//! returns the head or the record of the earlier put, that put took effect (SAFE-7). After [`ATTEMPTS`] puts the
//! machine gives up, and the caller must not carry out the action. An action that follows an intent needs the same
//! table anyway.
//!
//! Rejected: a queue inside the machine. In production a lock serialises the callers, and in the simulator a list does;
//! neither makes a decision.

use leeward_model::{AuditKind, AuditRecord, ChainHead};

/// The number of puts of one record after which the machine gives up.
const ATTEMPTS: u32 = 5;
/// The number of reads of the head after which the machine gives up.
const READS: u32 = 5;

/// An input of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Append a record.
    Record {
        /// The kind of the record.
        kind: AuditKind,
        /// The text of the record.
        what: String,
        /// The wall-clock time in milliseconds since 1970, for display.
        at_ms: u64,
    },
    /// The head of the chain from a strong read; `None` if it is unknown, `Some(None)` if the chain is empty.
    Head(Option<Option<ChainHead>>),
    /// The reply to a put.
    Put(PutReply),
}

/// The reply to the put of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutReply {
    /// The record is stored.
    Stored,
    /// The sequence number is taken. Contains the record that has it, if the table returned that record.
    Occupied(Option<Box<AuditRecord>>),
    /// The outcome is unknown.
    Unknown,
}

/// An output of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Read the head of the chain strongly.
    ReadHead,
    /// Put the record if its sequence number is free.
    Put(Box<AuditRecord>),
    /// The record is written, and this is the new head of the chain.
    Written(ChainHead),
    /// The record could not be written, and the action that needs it must not have an effect.
    GaveUp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    kind: AuditKind,
    what: String,
    at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Idle,
    Reading,
    Putting(Box<AuditRecord>),
}

/// The machine of one writer's chain.
#[derive(Debug, Clone)]
pub struct Chain {
    writer: String,
    /// The head; `None` if it is unknown and must be read first, `Some(None)` if the chain is empty.
    head: Option<Option<ChainHead>>,
    wanted: Option<Wanted>,
    /// The record of a put whose outcome is unknown.
    unresolved: Option<Box<AuditRecord>>,
    phase: Phase,
    puts: u32,
    reads: u32,
}

impl Chain {
    /// Creates the chain of a writer. Its head is unknown.
    pub fn new(writer: String) -> Chain {
        Chain {
            writer,
            head: None,
            wanted: None,
            unresolved: None,
            phase: Phase::Idle,
            puts: 0,
            reads: 0,
        }
    }

    /// Returns the name of the writer.
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Takes one event and returns the next command; `None` if the chain does not wait for this event.
    ///
    /// # Panics
    ///
    /// Panics if a record is submitted while another one is being written.
    pub fn step(&mut self, event: Event) -> Option<Command> {
        match (std::mem::replace(&mut self.phase, Phase::Idle), event) {
            (Phase::Idle, Event::Record { kind, what, at_ms }) => {
                (self.puts, self.reads) = (0, 0);
                self.wanted = Some(Wanted { kind, what, at_ms });
                Some(self.next())
            }
            (_, Event::Record { .. }) => panic!("a chain writes one record at a time"),
            (Phase::Reading, Event::Head(head)) => Some(self.on_head(head)),
            (Phase::Putting(sent), Event::Put(reply)) => Some(self.on_put(*sent, reply)),
            (phase, _) => {
                self.phase = phase;
                None
            }
        }
    }

    /// Takes the head that was read. If the head is the record of a put with an unknown outcome, that put took effect
    /// (SAFE-7).
    fn on_head(&mut self, head: Option<Option<ChainHead>>) -> Command {
        if let (Some(Some(there)), Some(sent)) = (&head, &self.unresolved)
            && *there == sent.head()
        {
            return self.written(there.clone());
        }
        self.head = head;
        self.next()
    }

    fn next(&mut self) -> Command {
        let Some(head) = &self.head else {
            if self.reads >= READS {
                return self.give_up();
            }
            self.reads += 1;
            self.phase = Phase::Reading;
            return Command::ReadHead;
        };
        if self.puts >= ATTEMPTS {
            return self.give_up();
        }
        self.puts += 1;
        let wanted = self.wanted.as_ref().expect("a record is wanted until it is written");
        let record = AuditRecord::link(
            &self.writer,
            head.as_ref(),
            wanted.at_ms,
            wanted.kind.clone(),
            &wanted.what,
        );
        self.phase = Phase::Putting(Box::new(record.clone()));
        Command::Put(Box::new(record))
    }

    fn on_put(&mut self, sent: AuditRecord, reply: PutReply) -> Command {
        match reply {
            PutReply::Stored => return self.written(sent.head()),
            // SAFE-7: an earlier put of this record took effect, and its reply was lost. The wall-clock time of a
            // record is read only once, so an equal record is this record.
            PutReply::Occupied(Some(there)) if *there == sent => return self.written(sent.head()),
            PutReply::Occupied(_) => {}
            PutReply::Unknown => self.unresolved = Some(Box::new(sent)),
        }
        self.head = None;
        self.next()
    }

    fn written(&mut self, head: ChainHead) -> Command {
        (self.wanted, self.unresolved) = (None, None);
        self.head = Some(Some(head.clone()));
        Command::Written(head)
    }

    fn give_up(&mut self) -> Command {
        (self.wanted, self.unresolved) = (None, None);
        Command::GaveUp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes one record to a table that stores it and loses the first `lost - 1` replies to a put.
    fn check(chain: &mut Chain, table: &mut Vec<AuditRecord>, mut lost: u32, written: bool) {
        let kind = AuditKind::Intent;
        let mut command = chain.step(Event::Record { kind, what: "move".into(), at_ms: 1 });
        loop {
            let event = match command.expect("the chain waits for each answer") {
                Command::ReadHead => Event::Head(Some(table.last().map(AuditRecord::head))),
                Command::Put(record) => {
                    let there = table.iter().find(|r| r.seq == record.seq).cloned();
                    let free = there.is_none();
                    if free {
                        table.push(*record);
                    }
                    lost = lost.saturating_sub(1);
                    match there {
                        _ if lost > 0 => Event::Put(PutReply::Unknown),
                        Some(there) => Event::Put(PutReply::Occupied(Some(Box::new(there)))),
                        None => Event::Put(PutReply::Stored),
                    }
                }
                Command::Written(head) => {
                    assert!(written && table.last().map(AuditRecord::head) == Some(head));
                    break;
                }
                Command::GaveUp => {
                    assert!(!written);
                    break;
                }
            };
            command = chain.step(event);
        }
        assert_eq!(AuditRecord::first_broken(table), None, "SAFE-10");
    }

    #[test]
    fn safe_7_a_lost_answer_writes_no_record_twice() {
        let (mut chain, mut table) = (Chain::new("w".into()), Vec::new());
        for (n, lost) in [0, 2, 0, 2].into_iter().enumerate() {
            check(&mut chain, &mut table, lost, true);
            assert_eq!(table.len(), n + 1);
        }
    }

    #[test]
    fn a_record_of_another_incarnation_is_not_overwritten() {
        let mut table = Vec::new();
        let (mut elder, mut successor) = (Chain::new("w".into()), Chain::new("w".into()));
        check(&mut elder, &mut table, 0, true);
        check(&mut successor, &mut table, 0, true);
        let kind = AuditKind::Result;
        let mut command = elder.step(Event::Record { kind, what: "late".into(), at_ms: 2 });
        let Some(Command::Put(record)) = command else { panic!("its head is known") };
        assert_eq!(record.seq, 2, "the elder does not know the successor's record");
        let there = Box::new(table[1].clone());
        command = elder.step(Event::Put(PutReply::Occupied(Some(there))));
        assert_eq!(command, Some(Command::ReadHead));
    }

    #[test]
    fn the_chain_gives_up_if_the_table_never_answers() {
        let mut chain = Chain::new("w".into());
        let kind = AuditKind::Verdict;
        let mut command = chain.step(Event::Record { kind, what: "move".into(), at_ms: 1 });
        let mut steps = 0;
        while command != Some(Command::GaveUp) {
            command = match command {
                Some(Command::ReadHead) => chain.step(Event::Head(None)),
                Some(Command::Put(_)) => chain.step(Event::Put(PutReply::Unknown)),
                other => panic!("{other:?}"),
            };
            steps += 1;
            assert!(steps < 20, "LIVE-2");
        }
        assert_eq!(chain.step(Event::Head(None)), None, "a late answer is ignored");
    }
}
