//! A writer's audit chain, appended a record at a time, as `driver::Auditor` does (SAFE-10).

use super::calls::Purpose;
use super::{Ask, ProcessIx, Told, World};
use leeward_core::run::CallReply;
use leeward_model::{AuditKind, AuditRecord, ChainHead};
use std::collections::VecDeque;

/// Attempts at one record: what follows needs the same table anyway.
const ATTEMPTS: u32 = 5;

/// What goes on once the record is written, or cannot be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Then {
    Nothing,
    /// The sentinel writes the authority that starts a run.
    Start,
    /// The executor makes its call.
    Call,
    /// The executor goes on with the call's answer.
    Called(CallReply),
    Announced,
    Act,
}

#[derive(Debug)]
struct Wanted {
    kind: AuditKind,
    what: String,
    then: Then,
}

#[derive(Debug, Default)]
pub(crate) struct Auditor {
    pub(crate) writer: String,
    /// `None`: not known, to be read.
    head: Option<Option<ChainHead>>,
    queue: VecDeque<Wanted>,
    busy: bool,
    attempts: u32,
    written: Option<AuditRecord>,
}

impl Auditor {
    pub(crate) fn new(writer: String) -> Auditor {
        Auditor { writer, ..Auditor::default() }
    }

    /// The head as last known, for the authority item.
    pub(crate) fn known_head(&self) -> Option<ChainHead> {
        self.head.clone().flatten()
    }
}

impl World {
    pub(super) fn audit(&mut self, ix: ProcessIx, kind: AuditKind, what: String, then: Then) {
        let auditor = self.auditor(ix);
        auditor.queue.push_back(Wanted { kind, what, then });
        if !auditor.busy {
            auditor.busy = true;
            auditor.attempts = 0;
            self.audit_next(ix);
        }
    }

    fn audit_next(&mut self, ix: ProcessIx) {
        let (region, at_ms) = (self.processes[ix].region, self.wall_ms(ix));
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let auditor = self.auditor(ix);
        let Some(wanted) = auditor.queue.front() else {
            auditor.busy = false;
            return;
        };
        if auditor.attempts >= ATTEMPTS {
            return self.audit_done(ix, false);
        }
        auditor.attempts += 1;
        match &auditor.head {
            None => {
                let writer = auditor.writer.clone();
                self.ask(ix, region, Purpose::AuditHead, limit_ms, Ask::AuditHead(writer));
            }
            Some(head) => {
                let record = AuditRecord::link(
                    &auditor.writer,
                    head.as_ref(),
                    at_ms,
                    wanted.kind.clone(),
                    &wanted.what,
                );
                auditor.written = Some(record.clone());
                self.ask(ix, region, Purpose::AuditPut, limit_ms, Ask::PutAudit(record));
            }
        }
    }

    pub(super) fn audit_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        let read = match (purpose, &told) {
            (Purpose::AuditHead, Some(Told::Items(items))) => Some(self.bodies.audit_head(items)),
            _ => None,
        };
        let met = match &told {
            Some(Told::Met(Some(item))) => self.bodies.audit(item).cloned(),
            _ => None,
        };
        let auditor = self.auditor(ix);
        if purpose == Purpose::AuditHead {
            auditor.head = read;
            // Reading is no attempt at writing.
            return self.audit_next(ix);
        }
        let written = auditor.written.take();
        // SAFE-7: an attempt of mine that had seemed lost is found by its content.
        let mine = matches!(told, Some(Told::Done)) || (met.is_some() && met == written);
        if mine {
            auditor.head = written.map(|record| Some(record.head()));
            return self.audit_done(ix, true);
        }
        auditor.head = None;
        self.audit_next(ix);
    }

    fn audit_done(&mut self, ix: ProcessIx, written: bool) {
        let auditor = self.auditor(ix);
        let Some(wanted) = auditor.queue.pop_front() else { return };
        auditor.attempts = 0;
        match wanted.then {
            Then::Nothing => {}
            // SAFE-10: what is in no log has no effect.
            Then::Start if !written => self.start_given_up(ix),
            Then::Start => self.start_run(ix),
            Then::Call if !written => self.called(ix, CallReply::Unknown),
            Then::Call => self.make_call(ix),
            Then::Called(reply) => self.called(ix, reply),
            Then::Announced => self.announced(ix),
            Then::Act => self.act_audited(ix),
        }
        self.audit_next(ix);
    }
}
