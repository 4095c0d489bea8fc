//! The machine of one account in one process. The documentation of [`crate::append`] explains why it is safe.

use super::member::{Member, Phase};
use super::recent::{Judgement, Recent};
use super::{Answer, ClaimReply, Command, Event, PutReply, Submit, Ticket};
use leeward_model::{Claim, ClientId, Entry, MAX_ENTRY_ORDERS, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// The time limits of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LaneSettings {
    /// The timeout of a put. An order whose deadline comes earlier does not join the put (S6).
    pub put_timeout_ms: u64,
    /// The upper bound of the jitter after the first lost race. The bound grows with each consecutive lost race (R14).
    pub jitter_ms: u64,
}

impl LaneSettings {
    /// Returns the settings for a put timeout. The jitter begins at a fraction of a round trip between two Regions.
    pub fn of(put_timeout_ms: u64) -> LaneSettings {
        LaneSettings { put_timeout_ms, jitter_ms: 4 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct InFlight {
    seq: Seq,
    entry: Entry,
    tickets: Vec<Ticket>,
}

/// The lane of one account; see [`crate::append`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lane {
    settings: LaneSettings,
    /// The confirmed head, which a strong read returned or an acknowledged put wrote (SAFE-2).
    head: Option<Seq>,
    registered: bool,
    recent: Recent,
    members: BTreeMap<Ticket, Member>,
    in_flight: Option<InFlight>,
    /// The sequence number of a put whose outcome is unknown, and which may have taken effect.
    unresolved: Option<Seq>,
    reading_head: bool,
    registering: bool,
    reading: bool,
    /// Whether the read in flight begins before a confirmed head and must therefore find an entry.
    must_find: bool,
    /// Whether the last put lost a race, so that the lane must read forward before the next put.
    must_read: bool,
    /// The number of consecutive puts that lost a race. The contention makes the next put wait (R14).
    races: u32,
    /// The number of consecutive calls without a usable reply, which make the next call wait.
    unknowns: u32,
}

impl Lane {
    /// Creates a lane that knows nothing about its account.
    pub fn new(settings: LaneSettings) -> Lane {
        Lane {
            settings,
            head: None,
            registered: false,
            recent: Recent::default(),
            members: BTreeMap::new(),
            in_flight: None,
            unresolved: None,
            reading_head: false,
            registering: false,
            reading: false,
            must_find: false,
            must_read: false,
            races: 0,
            unknowns: 0,
        }
    }

    /// Returns whether no caller waits and no call is in flight, so that the lane may be dropped.
    pub fn is_idle(&self) -> bool {
        self.members.is_empty()
            && self.in_flight.is_none()
            && !(self.reading_head || self.registering || self.reading)
    }

    /// Returns the earliest deadline of a waiting caller, at which the shell sends [`Event::Timer`].
    pub fn next_deadline_ms(&self) -> Option<u64> {
        self.members.values().map(|m| m.deadline_ms).min()
    }

    /// Takes one event and returns the next commands, which may be carried out in parallel.
    pub fn step(&mut self, now_ms: u64, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        match event {
            Event::Submit(submit) => self.on_submit(submit),
            Event::HeadRead(head) => self.on_head(head),
            Event::Registered(done) => {
                self.registering = false;
                self.registered |= done;
                self.count_reply(!done);
            }
            Event::Claimed { ticket, reply } => self.on_claim(ticket, reply, &mut out),
            Event::EntriesRead(entries) => self.on_entries(entries, &mut out),
            Event::Put { seq, reply } => self.on_put(seq, reply, &mut out),
            Event::Timer => {}
        }
        self.expire(now_ms, &mut out);
        self.pump(now_ms, &mut out);
        out
    }

    fn on_submit(&mut self, s: Submit) {
        let member = Member {
            id: s.id,
            hash: s.hash,
            payload: s.payload,
            deadline_ms: s.deadline_ms,
            phase: Phase::NeedsHead,
        };
        let before = self.members.insert(s.ticket, member);
        assert!(before.is_none(), "tickets are unique in a process");
    }

    fn on_head(&mut self, head: Option<Seq>) {
        self.reading_head = false;
        self.count_reply(head.is_none());
        if let Some(head) = head {
            self.raise_head(head);
        }
    }

    /// Raises the head to a confirmed head that a strong read or a claim returned (SAFE-2).
    fn raise_head(&mut self, to: Seq) {
        if self.head.is_none_or(|head| to > head) {
            self.head = Some(to);
            self.recent.clear();
        }
    }

    fn on_claim(&mut self, ticket: Ticket, reply: ClaimReply, out: &mut Vec<Command>) {
        self.count_reply(reply == ClaimReply::Unknown);
        let jitter_ms = self.backoff_ms(self.unknowns);
        let Some(member) = self.members.get_mut(&ticket) else { return };
        let Phase::Claiming { from } = member.phase else { return };
        match reply {
            ClaimReply::Fresh => member.phase = Phase::Ready { seen: from },
            ClaimReply::Held(claim) if claim.hash == member.hash => {
                // Another process, or an earlier attempt of this process, made the claim. The entry may be anywhere
                // after the `from` of *that* claim (S1).
                member.phase = Phase::Ready { seen: claim.from };
                self.raise_head(claim.from);
            }
            ClaimReply::Held(_) => {
                self.members.remove(&ticket);
                out.push(Command::Answer { ticket, answer: Answer::Conflict });
            }
            // SAFE-7: the claim may or may not be written, and repeating it shows which.
            ClaimReply::Unknown => {
                out.push(Command::Claim {
                    ticket,
                    id: member.id.clone(),
                    claim: Claim { hash: member.hash.clone(), from },
                    jitter_ms,
                });
            }
        }
    }

    fn on_entries(&mut self, entries: Option<Vec<StoredEntry>>, out: &mut Vec<Command>) {
        self.reading = false;
        let Some(entries) = entries else { return self.count_reply(true) };
        self.must_read = false;
        // S10: an empty page where entries must exist is read again, after a wait.
        self.count_reply(self.must_find && entries.is_empty());
        for stored in &entries {
            self.learn(stored, out);
        }
    }

    /// Processes one entry from a strong read: checks it for the members that have read all entries before it, and
    /// advances the head.
    fn learn(&mut self, stored: &StoredEntry, out: &mut Vec<Command>) {
        let entry = stored.decode();
        let (seq, before) = (stored.seq, Seq(stored.seq.0 - 1));
        let mut answers = Vec::new();
        for (ticket, member) in &mut self.members {
            // A member that is further back waits for a read that starts at its position.
            let Phase::Ready { seen } = &mut member.phase else { continue };
            if *seen != before {
                continue;
            }
            match entry.as_ref().map(|e| e.index_of(&member.id, &member.hash)) {
                Some(None) => *seen = seq,
                Some(Some(index)) => answers.push((*ticket, Answer::Existing { seq, index })),
                // SAFE-4: an entry that this binary cannot read might hold the member's order, so the member must not
                // be put after it.
                None => answers.push((*ticket, Answer::Unknown)),
            }
        }
        self.answer(answers, out);
        // SAFE-2: the entry directly after the confirmed head, and no other entry, confirms the next head.
        if self.head.is_some_and(|head| head.next() == seq) {
            self.head = Some(seq);
            self.recent.push(seq, entry.as_ref());
        }
    }

    fn answer(&mut self, answers: Vec<(Ticket, Answer)>, out: &mut Vec<Command>) {
        for (ticket, answer) in answers {
            self.members.remove(&ticket);
            out.push(Command::Answer { ticket, answer });
        }
    }

    fn on_put(&mut self, seq: Seq, reply: PutReply, out: &mut Vec<Command>) {
        let Some(put) = self.in_flight.take_if(|put| put.seq == seq) else { return };
        match reply {
            PutReply::Stored => {
                (self.races, self.unknowns) = (0, 0);
                self.unresolved = None;
                self.head = Some(seq);
                self.recent.push(seq, Some(&put.entry));
                self.answer_put(&put, out);
            }
            PutReply::Occupied(stored) => {
                self.races += 1;
                self.unknowns = 0;
                // SAFE-7: if an earlier attempt at this sequence number had an unknown outcome and the content is the
                // lane's own, that attempt took effect. Otherwise the entry belongs to another process, and the lane
                // treats it like any entry that it reads.
                let mine = self.unresolved.take() == Some(seq);
                if mine && stored.decode().as_ref() == Some(&put.entry) {
                    self.answer_put(&put, out);
                }
                self.learn(&stored, out);
                self.must_read = true;
            }
            PutReply::Unknown => {
                self.count_reply(true);
                self.unresolved = Some(seq);
            }
        }
    }

    fn answer_put(&mut self, put: &InFlight, out: &mut Vec<Command>) {
        for ticket in &put.tickets {
            let Some(member) = self.members.remove(ticket) else { continue };
            let index = put.entry.index_of(&member.id, &member.hash).expect("it was put");
            let answer = Answer::Accepted { seq: put.seq, index };
            out.push(Command::Answer { ticket: *ticket, answer });
        }
    }

    /// Counts consecutive replies of unknown outcome.
    fn count_reply(&mut self, unknown: bool) {
        self.unknowns = if unknown { self.unknowns + 1 } else { 0 };
    }

    /// Returns the upper bound of the jitter after this many consecutive setbacks.
    fn backoff_ms(&self, setbacks: u32) -> u64 {
        if setbacks == 0 { 0 } else { self.settings.jitter_ms << (setbacks - 1).min(6) }
    }

    fn expire(&mut self, now_ms: u64, out: &mut Vec<Command>) {
        let late: Vec<Ticket> = self
            .members
            .iter()
            .filter(|(_, m)| m.deadline_ms <= now_ms)
            .map(|(ticket, _)| *ticket)
            .collect();
        self.answer(late.into_iter().map(|t| (t, Answer::Unknown)).collect(), out);
    }

    fn pump(&mut self, now_ms: u64, out: &mut Vec<Command>) {
        if self.members.is_empty() {
            // The next caller starts with no contention recorded.
            self.races = 0;
            return;
        }
        // Reads cause no contention, so only puts wait after lost races.
        let jitter_ms = self.backoff_ms(self.unknowns);
        let Some(head) = self.head else {
            if !self.reading_head {
                self.reading_head = true;
                out.push(Command::ReadHead { jitter_ms });
            }
            return;
        };
        // S4: only this process's own registration counts, because the `from` of a claim does not prove a registration.
        if head == Seq::ZERO && !self.registered {
            if !self.registering {
                self.registering = true;
                out.push(Command::Register { jitter_ms });
            }
            return;
        }
        self.claim_waiting(head, out);
        self.judge_ready(head, out);
        if self.in_flight.is_some() || self.reading {
            return;
        }
        if let Some(after) = self.read_from(head) {
            self.reading = true;
            self.must_find = after < head;
            out.push(Command::ReadAfter { after, jitter_ms });
            return;
        }
        let jitter_ms = self.backoff_ms(self.races.saturating_add(self.unknowns));
        self.put(now_ms, head, jitter_ms, out);
    }

    fn claim_waiting(&mut self, head: Seq, out: &mut Vec<Command>) {
        for (ticket, member) in &mut self.members {
            if member.phase == Phase::NeedsHead {
                member.phase = Phase::Claiming { from: head };
                out.push(Command::Claim {
                    ticket: *ticket,
                    id: member.id.clone(),
                    claim: Claim { hash: member.hash.clone(), from: head },
                    jitter_ms: 0,
                });
            }
        }
    }

    /// Answers the members that known entries hold, and moves `seen` of the other members up to the head.
    fn judge_ready(&mut self, head: Seq, out: &mut Vec<Command>) {
        let mut answers = Vec::new();
        for (ticket, member) in &mut self.members {
            let Phase::Ready { seen } = &mut member.phase else { continue };
            match self.recent.judge(*seen, head, &member.id, &member.hash) {
                Judgement::Absent => *seen = head.max(*seen),
                Judgement::Found { seq, index } => {
                    answers.push((*ticket, Answer::Existing { seq, index }));
                }
                // SAFE-4: an unreadable entry might hold the member, so `Unknown` is the only safe answer.
                Judgement::Unreadable => answers.push((*ticket, Answer::Unknown)),
                Judgement::MustRead => {}
            }
        }
        self.answer(answers, out);
    }

    /// Returns the position to read from, if a member has not read all entries up to the head or a put lost a race.
    fn read_from(&self, head: Seq) -> Option<Seq> {
        let oldest = self.members.values().filter_map(|m| match m.phase {
            Phase::Ready { seen } if seen < head => Some(seen),
            _ => None,
        });
        oldest.min().or(self.must_read.then_some(head))
    }

    fn put(&mut self, now_ms: u64, head: Seq, jitter_ms: u64, out: &mut Vec<Command>) {
        let needs_until = now_ms + jitter_ms + self.settings.put_timeout_ms;
        let mut taken: BTreeSet<&ClientId> = BTreeSet::new();
        let (mut tickets, mut groups, mut weight) = (Vec::new(), Vec::new(), 0);
        let mut hopeless = Vec::new();
        for (ticket, member) in &self.members {
            let Phase::Ready { seen } = member.phase else { continue };
            // S6: a member does not join a put that may still take effect after the member's deadline.
            if member.deadline_ms < needs_until {
                hopeless.push(*ticket);
                continue;
            }
            // SAFE-4: the member has read each entry in (claim's from, head], and each id joins a put only once.
            let fits = weight + member.weight() <= MAX_ENTRY_ORDERS;
            if seen == head && fits && taken.insert(&member.id) {
                weight += member.weight();
                tickets.push(*ticket);
                groups.push(member.group());
            }
        }
        self.answer(hopeless.into_iter().map(|t| (t, Answer::Unknown)).collect(), out);
        if tickets.is_empty() {
            return;
        }
        let (seq, entry) = (head.next(), Entry { groups });
        let timeout_ms = self.settings.put_timeout_ms;
        out.push(Command::Put { seq, entry: entry.clone(), timeout_ms, jitter_ms });
        self.in_flight = Some(InFlight { seq, entry, tickets });
    }
}
