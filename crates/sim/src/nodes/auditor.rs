//! The audit chain of one writer, appended a record at a time, as `driver::Auditor` does (SAFE-10).

use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::run::CallReply;
use leeward_model::{AuditRecord, ChainHead};
use std::collections::VecDeque;

/// Attempts at one record. What follows the record needs the same table.
const ATTEMPTS: u32 = 5;

/// The action of a process once a record is written, or cannot be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AfterAudit {
    Nothing,
    /// The sentinel writes the authority that starts a run.
    StartRun,
    /// The executor makes its call.
    MakeCall,
    /// The executor continues with the reply to its call.
    ReportCall(CallReply),
    /// The executor continues after its announcement.
    ReportAnnounced,
    /// The operator writes the authority.
    WriteAct,
}

#[derive(Debug)]
struct Wanted {
    kind: &'static str,
    what: String,
    after: AfterAudit,
}

/// The writer of one audit chain.
#[derive(Debug, Default)]
pub(super) struct Auditor {
    writer: String,
    /// The outer `None` means that the head is unknown and has to be read.
    head: Option<Option<ChainHead>>,
    queue: VecDeque<Wanted>,
    busy: bool,
    attempts: u32,
    written: Option<AuditRecord>,
}

/// A record that has ended, and whether it was written.
pub(super) type Audited = (AfterAudit, bool);

impl Auditor {
    pub(super) fn new(writer: String) -> Auditor {
        Auditor { writer, ..Auditor::default() }
    }

    pub(super) fn writer(&self) -> &str {
        &self.writer
    }

    /// Returns the head as last known, for the authority item.
    pub(super) fn known_head(&self) -> Option<ChainHead> {
        self.head.clone().flatten()
    }

    /// Queues a record; the process continues with `after` once it has ended.
    pub(super) fn append(
        &mut self,
        ctx: &mut Ctx<'_>,
        kind: &'static str,
        what: String,
        after: AfterAudit,
    ) {
        self.queue.push_back(Wanted { kind, what, after });
        if !self.busy {
            self.busy = true;
            self.attempts = 0;
            let ended = self.write_next(ctx);
            debug_assert!(ended.is_none(), "the first attempt is never one too many");
        }
    }

    /// Attempts to write the record at the front; returns it if there were too many attempts.
    pub(super) fn write_next(&mut self, ctx: &mut Ctx<'_>) -> Option<Audited> {
        let Some(wanted) = self.queue.front() else {
            self.busy = false;
            return None;
        };
        if self.attempts >= ATTEMPTS {
            return self.finish(false);
        }
        self.attempts += 1;
        match &self.head {
            None => {
                let call = PortCall::AuditHead(self.writer.clone());
                ctx.call_own_region(Purpose::AuditHead, call);
            }
            Some(head) => {
                let record = AuditRecord::link(
                    &self.writer,
                    head.as_ref(),
                    ctx.wall_ms(),
                    wanted.kind,
                    &wanted.what,
                );
                self.written = Some(record.clone());
                ctx.call_own_region(Purpose::AuditPut, PortCall::PutAudit(record));
            }
        }
        None
    }

    /// Takes the reply to a call of this auditor. The caller acts on the record that is returned and
    /// then calls [`Auditor::write_next`].
    pub(super) fn on_reply(
        &mut self,
        ctx: &mut Ctx<'_>,
        purpose: Purpose,
        reply: Option<PortReply>,
    ) -> Option<Audited> {
        if purpose == Purpose::AuditHead {
            self.head = match &reply {
                Some(PortReply::Items(items)) => Some(ctx.env.bodies.audit_head(items)),
                _ => None,
            };
            // A read of the head is not an attempt at writing.
            return self.write_next(ctx);
        }
        let found = match &reply {
            Some(PortReply::Occupied(Some(item))) => ctx.env.bodies.audit_record(item).cloned(),
            _ => None,
        };
        let written = self.written.take();
        // SAFE-7: an own attempt that seemed lost is recognised by its content.
        let own = matches!(reply, Some(PortReply::Done)) || (found.is_some() && found == written);
        if own {
            self.head = written.map(|record| Some(record.head()));
            return self.finish(true);
        }
        self.head = None;
        self.write_next(ctx)
    }

    fn finish(&mut self, written: bool) -> Option<Audited> {
        let wanted = self.queue.pop_front()?;
        self.attempts = 0;
        Some((wanted.after, written))
    }
}
