//! The audit chain of one writer (SAFE-10). It carries out the commands of `core::audit` for one record at a time, as
//! `driver::Auditor` does.

use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::audit::{Chain, Command, Event, PutReply};
use leeward_core::run::CallReply;
use leeward_model::{AuditKind, ChainHead};
use std::collections::VecDeque;

/// The action of a process after a record is written or the attempt to write it has failed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AfterAudit {
    Nothing,
    /// The start of a run continues.
    StartRun,
    /// The executor makes its call.
    MakeCall,
    /// The executor continues with the reply to its call.
    ReportCall(CallReply),
    /// The executor continues after its announcement.
    ReportAnnounced,
    /// The task of the state machine continues after its notice.
    TaskNotified,
    /// The machine that gives up a run continues.
    GiveUp,
    /// The machine that gives up a run continues after its notice.
    GiveUpNotified,
    /// The operator's verb continues.
    Operate,
}

#[derive(Debug)]
struct Wanted {
    kind: AuditKind,
    what: String,
    after: AfterAudit,
}

/// The writer of one audit chain.
#[derive(Debug)]
pub(super) struct Auditor {
    chain: Chain,
    queue: VecDeque<Wanted>,
    busy: bool,
}

/// The action after a record, and the head of the chain if the record was written.
pub(super) type Audited = (AfterAudit, Option<ChainHead>);

impl Auditor {
    pub(super) fn new(writer: String) -> Auditor {
        Auditor { chain: Chain::new(writer), queue: VecDeque::new(), busy: false }
    }

    pub(super) fn writer(&self) -> &str {
        self.chain.writer()
    }

    /// Queues a record. When the record is written or has failed, the process continues with `after`.
    pub(super) fn append(
        &mut self,
        ctx: &mut Ctx<'_>,
        kind: AuditKind,
        what: String,
        after: AfterAudit,
    ) {
        self.queue.push_back(Wanted { kind, what, after });
        if !self.busy {
            self.write_next(ctx);
        }
    }

    /// Begins to write the record at the front of the queue.
    pub(super) fn write_next(&mut self, ctx: &mut Ctx<'_>) {
        let Some(wanted) = self.queue.front() else {
            self.busy = false;
            return;
        };
        self.busy = true;
        let (kind, what, at_ms) = (wanted.kind.clone(), wanted.what.clone(), ctx.wall_ms());
        let command = self.chain.step(Event::Record { kind, what, at_ms });
        let ended = self.carry_out(ctx, command);
        assert!(ended.is_none(), "no record ends before it was tried");
    }

    fn carry_out(&mut self, ctx: &mut Ctx<'_>, command: Option<Command>) -> Option<Audited> {
        match command? {
            Command::ReadHead => {
                let call = PortCall::AuditHead(self.chain.writer().to_owned());
                ctx.call_own_region(Purpose::AuditHead, call);
                None
            }
            Command::Put(record) => {
                ctx.call_own_region(Purpose::AuditPut, PortCall::PutAudit(*record));
                None
            }
            Command::Written(head) => self.end(Some(head)),
            Command::GaveUp => self.end(None),
        }
    }

    fn end(&mut self, head: Option<ChainHead>) -> Option<Audited> {
        let wanted = self.queue.pop_front()?;
        Some((wanted.after, head))
    }

    /// Takes the reply to a call of this auditor. If a record is returned, the caller acts on it and then calls
    /// [`Auditor::write_next`].
    pub(super) fn on_reply(
        &mut self,
        ctx: &mut Ctx<'_>,
        purpose: Purpose,
        reply: Option<PortReply>,
    ) -> Option<Audited> {
        let event = match (purpose, reply) {
            (Purpose::AuditHead, Some(PortReply::Items(items))) => {
                Event::Head(Some(ctx.env.bodies.audit_head(&items)))
            }
            (Purpose::AuditHead, _) => Event::Head(None),
            (_, Some(PortReply::Done)) => Event::Put(PutReply::Stored),
            (_, Some(PortReply::Occupied(item))) => {
                let there = item.and_then(|item| ctx.env.bodies.audit_record(&item).cloned());
                Event::Put(PutReply::Occupied(there.map(Box::new)))
            }
            _ => Event::Put(PutReply::Unknown),
        };
        let command = self.chain.step(event);
        self.carry_out(ctx, command)
    }
}
