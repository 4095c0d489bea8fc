//! This writer's hash chain in the control table (SAFE-10).

use leeward_model::{AuditRecord, ChainHead};
use leeward_ports::{Clock, Control, Outcome, Swap};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Attempts at one record before giving up: the acts that follow need the same table anyway.
const ATTEMPTS: u32 = 5;

pub struct Auditor {
    control: Arc<dyn Control>,
    clock: Arc<dyn Clock>,
    writer: String,
    /// `None`: not known, read it first.
    head: Mutex<Option<Option<ChainHead>>>,
}

impl Auditor {
    pub fn new(control: Arc<dyn Control>, clock: Arc<dyn Clock>, writer: String) -> Auditor {
        Auditor { control, clock, writer, head: Mutex::new(None) }
    }

    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Appends one record and returns the new head; `None` where the table does not answer.
    pub async fn record(&self, kind: &str, what: &str) -> Option<ChainHead> {
        let mut known = self.head.lock().await;
        for _ in 0..ATTEMPTS {
            if known.is_none() {
                *known = self.control.audit_head(&self.writer).await.done();
            }
            let Some(head) = known.as_ref() else { continue };
            let at_ms = self.clock.wall_ms();
            let record = AuditRecord::link(&self.writer, head.as_ref(), at_ms, kind, what);
            match self.control.put_audit(&record).await {
                Outcome::Done(Swap::Stored) => {
                    let head = record.head();
                    *known = Some(Some(head.clone()));
                    return Some(head);
                }
                // SAFE-7: an attempt of mine that had seemed lost, or another incarnation's.
                Outcome::Done(Swap::Changed(Some(there))) if *there == record => {
                    *known = Some(Some(there.head()));
                    return Some(there.head());
                }
                _ => *known = None,
            }
        }
        tracing::warn!(writer = %self.writer, kind, what, "audit record could not be written");
        None
    }
}
