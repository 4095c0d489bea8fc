//! Calls of processes to AWS: on their way, answered, lost, overdue.

use super::tables::AskKind;
use super::{Ask, Event, Input, ProcessIx, Told, World};
use crate::rng::Draw;
use leeward_cloud::{Call, Place, RegionIx, Reply};
use leeward_core::append::Ticket;
use leeward_model::Seq;
use std::collections::VecDeque;

/// What a process wants the answer for.
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
    Start,
    StartResolved,
    Note,
    AuditHead,
    AuditPut,
    RunAuthority,
    RunSave,
    RunDescribe,
    RunCall,
    RunProcessor,
    Receive,
    BatchAuthority,
    BatchEntries,
    BatchDelete,
    SweepAuthority,
    SweepSay,
    SweepAccounts,
    SweepEntries,
    SweepHead(u16),
    HealthAuthority(u32),
    ActRead,
    ActWrite,
}

#[derive(Debug)]
pub(crate) struct Flight {
    process: ProcessIx,
    incarnation: u32,
    purpose: Purpose,
    kind: AskKind,
    /// The answer is lost on its way.
    deaf: bool,
    /// The call goes out a second time when the first is answered.
    repeat: Option<Box<Call>>,
}

/// Calls that somebody waits for. A number is never used twice.
#[derive(Debug)]
pub(crate) struct Flights {
    slots: Vec<(u32, Option<Flight>)>,
    free: Vec<u32>,
    /// For each of the few patiences, in microseconds and sorted, who has had it: in order of time, so
    /// that waiting for an answer that comes costs next to nothing.
    patience: Vec<(u64, VecDeque<(u64, u64)>)>,
    /// Nobody waits for less long than until here.
    not_before_us: u64,
}

impl Flights {
    pub(super) fn new() -> Flights {
        Flights {
            slots: Vec::new(),
            free: Vec::new(),
            patience: Vec::new(),
            not_before_us: u64::MAX,
        }
    }

    fn wait(&mut self, now_us: u64, patience_us: u64, id: u64) {
        let found = self.patience.binary_search_by_key(&patience_us, |(us, _)| *us);
        let at = found.unwrap_or_else(|at| {
            self.patience.insert(at, (patience_us, VecDeque::new()));
            at
        });
        let at_us = now_us + patience_us;
        self.patience[at].1.push_back((at_us, id));
        self.not_before_us = self.not_before_us.min(at_us);
    }

    /// When the next caller waits no longer, if that is by `until_us`. Those who have their answer are
    /// forgotten on the way.
    pub(super) fn next_overdue_us(&mut self, until_us: u64) -> Option<u64> {
        if self.not_before_us > until_us {
            return None;
        }
        let slots = &self.slots;
        let answered = |id: u64| {
            let (generation, flight) = &slots[id as u32 as usize];
            u64::from(*generation) != id >> 32 || flight.is_none()
        };
        self.not_before_us = u64::MAX;
        for (_, waiting) in &mut self.patience {
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
        self.patience.iter_mut().find_map(|(_, waiting)| due(waiting))
    }

    fn add(&mut self, flight: Flight) -> u64 {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.slots.push((0, None));
                (self.slots.len() - 1) as u32
            }
        };
        let (generation, place) = &mut self.slots[slot as usize];
        *place = Some(flight);
        u64::from(*generation) << 32 | u64::from(slot)
    }

    fn get(&mut self, id: u64) -> Option<&mut Flight> {
        let (generation, flight) = self.slots.get_mut(id as u32 as usize)?;
        if u64::from(*generation) == id >> 32 { flight.as_mut() } else { None }
    }

    fn take(&mut self, id: u64) -> Option<Flight> {
        self.get(id)?;
        let slot = id as u32;
        let (generation, flight) = &mut self.slots[slot as usize];
        *generation += 1;
        self.free.push(slot);
        flight.take()
    }
}

impl World {
    /// A process calls a Region's service, and waits so long for the answer.
    pub(super) fn ask(
        &mut self,
        process: ProcessIx,
        to: RegionIx,
        purpose: Purpose,
        limit_ms: u64,
        ask: Ask,
    ) {
        let (kind, from) = (ask.kind(), Place::Region(self.processes[process].region));
        let p = &self.processes[process];
        let flight = Flight {
            process,
            incarnation: p.incarnation,
            purpose,
            kind,
            deaf: false,
            repeat: None,
        };
        let id = self.flights.add(flight);
        self.flights.wait(self.now_us, limit_ms * 1_000, id);
        let call = Call { id, from, to, request: self.request(ask) };
        self.put_on_the_wire(id, call);
    }

    /// What the network makes of a call before the cloud sees it.
    fn put_on_the_wire(&mut self, id: u64, call: Call) {
        let between = call.from != Place::Region(call.to);
        if self.is_lost(call.from, Place::Region(call.to)) {
            return;
        }
        let deaf = self.is_lost(Place::Region(call.to), call.from);
        let repeat = self.network.permille(self.standing.repeats_permille);
        let flight = self.flights.get(id).expect("added just now");
        flight.deaf = deaf;
        if repeat {
            flight.repeat = Some(Box::new(call.clone()));
        }
        let extra_us = if between { self.standing.reorder_us } else { 0 };
        if extra_us > 0 {
            let at_us = self.now_us + self.network.below(extra_us);
            self.queue.at(at_us, Event::Send { call: Box::new(call) });
            return;
        }
        self.cloud.call(self.now_us, call);
    }

    /// Whether a message between the two is lost by a lossy link.
    pub(super) fn is_lost(&mut self, from: Place, to: Place) -> bool {
        if from == to {
            return false;
        }
        let worst = [from, to].into_iter().map(|place| match place {
            Place::Internet => 0,
            Place::Region(r) => self.standing.lossy_permille[r.0 as usize],
        });
        let permille = worst.max().unwrap_or(0);
        self.network.permille(permille)
    }

    pub(super) fn replied(&mut self, id: u64, reply: Reply) {
        let Reply::Answer(result) = reply else { return };
        let Some(flight) = self.flights.get(id) else { return };
        if let Some(call) = flight.repeat.take() {
            // A retry inside the client: its caller hears the second answer only (SAFE-7).
            self.cloud.call(self.now_us, *call);
            return;
        }
        if flight.deaf {
            return;
        }
        let flight = self.flights.take(id).expect("found above");
        let told = self.told(flight.kind, result);
        let told = self.shortened(flight.purpose, told);
        self.deliver(flight, Some(told));
    }

    /// S10: a page in which an entry is missing. Where absence means that there is nothing (a single key
    /// after a watermark) the service never leaves anything out.
    fn shortened(&mut self, purpose: Purpose, told: Told) -> Told {
        match (purpose, told) {
            (Purpose::LaneAfter(_), Told::Entries(mut entries)) if !entries.is_empty() => {
                if self.network.permille(self.standing.short_pages_permille) {
                    entries.remove(self.network.below(entries.len() as u64) as usize);
                }
                Told::Entries(entries)
            }
            (_, told) => told,
        }
    }

    pub(super) fn overdue(&mut self, id: u64) {
        if let Some(flight) = self.flights.take(id) {
            self.deliver(flight, None);
        }
    }

    fn deliver(&mut self, flight: Flight, told: Option<Told>) {
        let Flight { process, incarnation, purpose, .. } = flight;
        self.meet(process, incarnation, Input::Told(purpose, told));
    }
}
