//! The calls that processes make to AWS. A call is in progress, answered, lost or overdue.

use super::env::Env;
use super::tables::{PortCall, PortReply, ReplyKind};
use super::{Event, ProcessIx, World};
use crate::nodes::{Applier, Input};
use crate::rng::Draw;
use leeward_cloud::{Call, Place, RegionIx, Reply};
use leeward_core::append::Ticket;
use leeward_model::Seq;
use std::collections::VecDeque;

/// The reason for a call, by which the calling process recognises the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    LaneHead(u16),
    LaneRegister(u16),
    LaneClaim(u16, Ticket),
    LaneAfter(u16),
    LanePut(u16, Seq),
    Hint,
    ProbeLedger(u32, RegionIx),
    ProbeControl(u32, RegionIx),
    SaveObservation,
    ReadObservations,
    ReadAuthority,
    StartRun,
    ResolveStart,
    WriteNote,
    AuditHead,
    AuditPut,
    RunAuthority,
    RunSave,
    RunDescribe,
    RunCall,
    RunProcessor,
    /// A read by a task of the state machine, to find the step of its run.
    TaskAuthority,
    GiveUpAuthority,
    GiveUpWrite,
    Receive,
    BatchAuthority,
    /// A read of single entries for a pass, with the number of the read.
    ApplyEntries(Applier, u32),
    /// A read of a page for a pass, with the number of the read.
    ApplyPage(Applier, u32),
    BatchDelete,
    SweepAuthority,
    SweepReport,
    SweepAccounts,
    SweepHead(u16),
    HealthAuthority(u32),
    OperatorRead,
    OperatorWrite,
}

#[derive(Debug)]
pub(crate) struct PendingCall {
    process: ProcessIx,
    incarnation: u32,
    purpose: Purpose,
    kind: ReplyKind,
    /// Whether the reply is lost on its way.
    reply_lost: bool,
    /// A copy of the call, which is sent when the first reply arrives.
    repeat: Option<Box<Call>>,
}

/// The calls whose callers still wait. An id is never used twice.
#[derive(Debug)]
pub(crate) struct PendingCalls {
    slots: Vec<(u32, Option<PendingCall>)>,
    free: Vec<u32>,
    /// The calls of each timeout, in order of time, by the timeout in microseconds. There are only a few timeouts, so a
    /// call that gets a reply costs next to nothing here.
    by_timeout: Vec<(u64, VecDeque<(u64, u64)>)>,
    /// The time before which no call is overdue.
    not_before_us: u64,
}

impl PendingCalls {
    pub(super) fn new() -> PendingCalls {
        PendingCalls {
            slots: Vec::new(),
            free: Vec::new(),
            by_timeout: Vec::new(),
            not_before_us: u64::MAX,
        }
    }

    fn wait(&mut self, now_us: u64, timeout_us: u64, id: u64) {
        let found = self.by_timeout.binary_search_by_key(&timeout_us, |(us, _)| *us);
        let at = found.unwrap_or_else(|at| {
            self.by_timeout.insert(at, (timeout_us, VecDeque::new()));
            at
        });
        let at_us = now_us + timeout_us;
        self.by_timeout[at].1.push_back((at_us, id));
        self.not_before_us = self.not_before_us.min(at_us);
    }

    /// Returns when the next call is overdue, if that is at or before `until_us`. Removes answered calls on the way.
    pub(super) fn next_overdue_us(&mut self, until_us: u64) -> Option<u64> {
        if self.not_before_us > until_us {
            return None;
        }
        let slots = &self.slots;
        let answered = |id: u64| {
            let (generation, call) = &slots[id as u32 as usize];
            u64::from(*generation) != id >> 32 || call.is_none()
        };
        self.not_before_us = u64::MAX;
        for (_, waiting) in &mut self.by_timeout {
            while waiting.pop_front_if(|(_, id)| answered(*id)).is_some() {}
            if let Some((at_us, _)) = waiting.front() {
                self.not_before_us = self.not_before_us.min(*at_us);
            }
        }
        Some(self.not_before_us).filter(|at_us| *at_us <= until_us)
    }

    pub(super) fn pop_overdue(&mut self, now_us: u64) -> Option<u64> {
        self.next_overdue_us(now_us)?;
        let due = |waiting: &mut VecDeque<(u64, u64)>| {
            waiting.pop_front_if(|(at_us, _)| *at_us <= now_us).map(|(_, id)| id)
        };
        self.by_timeout.iter_mut().find_map(|(_, waiting)| due(waiting))
    }

    fn add(&mut self, call: PendingCall) -> u64 {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.slots.push((0, None));
                (self.slots.len() - 1) as u32
            }
        };
        let (generation, place) = &mut self.slots[slot as usize];
        *place = Some(call);
        u64::from(*generation) << 32 | u64::from(slot)
    }

    fn get(&mut self, id: u64) -> Option<&mut PendingCall> {
        let (generation, call) = self.slots.get_mut(id as u32 as usize)?;
        if u64::from(*generation) == id >> 32 { call.as_mut() } else { None }
    }

    fn take(&mut self, id: u64) -> Option<PendingCall> {
        self.get(id)?;
        let slot = id as u32;
        let (generation, call) = &mut self.slots[slot as usize];
        *generation += 1;
        self.free.push(slot);
        call.take()
    }
}

impl Env {
    pub(super) fn call(
        &mut self,
        process: ProcessIx,
        to: RegionIx,
        purpose: Purpose,
        timeout_ms: u64,
        call: PortCall,
    ) {
        let host = &self.hosts[process];
        let (kind, from) = (call.kind(), Place::Region(host.region));
        let pending = PendingCall {
            process,
            incarnation: host.incarnation,
            purpose,
            kind,
            reply_lost: false,
            repeat: None,
        };
        let id = self.pending.add(pending);
        self.pending.wait(self.now_us, timeout_ms * 1_000, id);
        let call = Call { id, from, to, request: self.request(call) };
        self.send_over_network(id, call);
    }

    /// Lets the network lose, repeat or delay a call before it reaches the cloud.
    fn send_over_network(&mut self, id: u64, call: Call) {
        let between = call.from != Place::Region(call.to);
        if self.loses_message(call.from, Place::Region(call.to)) {
            return;
        }
        let reply_lost = self.loses_message(Place::Region(call.to), call.from);
        let repeat = self.network.permille(self.active_faults.repeats_permille);
        let pending = self.pending.get(id).expect("added just now");
        pending.reply_lost = reply_lost;
        if repeat {
            pending.repeat = Some(Box::new(call.clone()));
        }
        let extra_us = if between { self.active_faults.reorder_us } else { 0 };
        if extra_us > 0 {
            let at_us = self.now_us + self.network.below(extra_us);
            self.queue.at(at_us, Event::Send { call: Box::new(call) });
            return;
        }
        self.cloud.call(self.now_us, call);
    }

    /// Draws whether a lossy link loses a message between the two places.
    pub(super) fn loses_message(&mut self, from: Place, to: Place) -> bool {
        if from == to {
            return false;
        }
        let worst = [from, to].into_iter().map(|place| match place {
            Place::Internet => 0,
            Place::Region(r) => self.active_faults.lossy_permille[r],
        });
        let permille = worst.max().unwrap_or(0);
        self.network.permille(permille)
    }

    /// Takes the cloud's reply to a call. Returns the input for the caller, unless the reply is lost or the client
    /// library repeats the call.
    fn take_reply(&mut self, id: u64, reply: Reply) -> Option<Event> {
        let Reply::Answer(result) = reply else { return None };
        let pending = self.pending.get(id)?;
        if let Some(call) = pending.repeat.take() {
            // The client library repeats the call, and its caller receives only the second reply (SAFE-7).
            self.cloud.call(self.now_us, *call);
            return None;
        }
        if pending.reply_lost {
            return None;
        }
        let pending = self.pending.take(id).expect("found above");
        let reply = self.reply_from(pending.kind, result);
        let reply = self.shorten_page(pending.purpose, reply);
        Some(pending.into_event(Some(reply)))
    }

    /// Sometimes removes an entry from a page (S10). A read of the single key after a watermark is exempt: there,
    /// absence means that there is no entry, and the service never omits one.
    fn shorten_page(&mut self, purpose: Purpose, reply: PortReply) -> PortReply {
        match (purpose, reply) {
            (Purpose::LaneAfter(_) | Purpose::ApplyPage(..), PortReply::Entries(mut entries))
                if !entries.is_empty() =>
            {
                if self.network.permille(self.active_faults.short_pages_permille) {
                    entries.remove(self.network.below(entries.len() as u64) as usize);
                }
                PortReply::Entries(entries)
            }
            (_, reply) => reply,
        }
    }
}

impl PendingCall {
    fn into_event(self, reply: Option<PortReply>) -> Event {
        let PendingCall { process, incarnation, purpose, .. } = self;
        Event::Input { process, incarnation, input: Input::Reply(purpose, reply) }
    }
}

impl World {
    pub(super) fn on_reply(&mut self, id: u64, reply: Reply) {
        if let Some(event) = self.env.take_reply(id, reply) {
            self.handle(event);
        }
    }

    pub(super) fn on_overdue(&mut self, id: u64) {
        if let Some(pending) = self.env.pending.take(id) {
            self.handle(pending.into_event(None));
        }
    }
}
