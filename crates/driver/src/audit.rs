//! Writes the hash chain of one writer to the control table (SAFE-10), by executing the commands of the machine in
//! `core::audit`.

use leeward_core::audit::{Chain, Command, Event, PutReply};
use leeward_model::{AuditKind, ChainHead};
use leeward_ports::{Clock, Control, Outcome, Swap};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Appends records to the audit chain of one writer.
pub struct Auditor {
    control: Arc<dyn Control>,
    clock: Arc<dyn Clock>,
    writer: String,
    /// The state of the chain. The lock makes the auditor write one record after the other.
    chain: Mutex<Chain>,
}

impl Auditor {
    pub fn new(control: Arc<dyn Control>, clock: Arc<dyn Clock>, writer: String) -> Auditor {
        let chain = Mutex::new(Chain::new(writer.clone()));
        Auditor { control, clock, writer, chain }
    }

    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Appends one record and returns the new head, or `None` if the record cannot be written.
    pub async fn record(&self, kind: AuditKind, what: &str) -> Option<ChainHead> {
        let mut chain = self.chain.lock().await;
        let at_ms = self.clock.wall_ms();
        let mut event = Event::Record { kind: kind.clone(), what: what.to_owned(), at_ms };
        loop {
            event = match chain.step(event).expect("one command is open at a time") {
                Command::ReadHead => {
                    Event::Head(self.control.audit_head(&self.writer).await.done())
                }
                Command::Put(record) => Event::Put(match self.control.put_audit(&record).await {
                    Outcome::Done(Swap::Stored) => PutReply::Stored,
                    Outcome::Done(Swap::Changed(there)) => PutReply::Occupied(there),
                    _ => PutReply::Unknown,
                }),
                Command::Written(head) => return Some(head),
                Command::GaveUp => {
                    let writer = &self.writer;
                    tracing::warn!(%writer, ?kind, what, "an audit record cannot be written");
                    return None;
                }
            };
        }
    }
}
