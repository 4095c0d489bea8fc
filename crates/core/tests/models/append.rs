//! Explores two processes that append to one account. Replies are lost, puts take effect late, pages have holes, a
//! process crashes, and the same id is sent to both processes.

use super::explore;
use leeward_core::append::{
    Answer, ClaimReply, Command, Event, Lane, LaneSettings, PutReply, Submit, Ticket,
};
use leeward_model::{
    AccountId, Claim, ClientId, ContentHash, Decimal, Entry, Order, OrderType, Payload, Seq, Side,
    StoredEntry, Symbol, TimeInForce,
};
use stateright::{Model, Property};
use std::collections::BTreeMap;

const DEADLINE_MS: u64 = 1_000;

fn account() -> AccountId {
    AccountId::new("acct").expect("valid")
}

fn payload(quantity: i64) -> Payload {
    Payload::Order(Order {
        symbol: Symbol::new("ACME").expect("valid"),
        side: Side::Buy,
        order_type: OrderType::Market,
        quantity: Decimal::from_units(quantity),
        limit_price: None,
        time_in_force: TimeInForce::Day,
    })
}

/// An order of a customer, with its id, its content and the process that receives it.
#[derive(Debug, Clone, Copy)]
struct Sent {
    lane: usize,
    id: &'static str,
    quantity: i64,
}

impl Sent {
    fn id(&self) -> ClientId {
        ClientId::new(self.id).expect("valid")
    }

    fn hash(&self) -> ContentHash {
        ContentHash::of(&account(), &payload(self.quantity))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Budget {
    /// The number of replies that may be lost, each with the effect, without it, or with a later effect.
    lost: u8,
    /// The number of pages that may come back empty or without their first entry.
    short: u8,
    crashes: u8,
    /// The number of times that all deadlines pass together, at any moment.
    deadlines: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    lanes: [Lane; 2],
    /// Commands that have got no reply yet.
    pending: Vec<(usize, Command)>,
    sent: usize,
    answers: BTreeMap<Ticket, Answer>,
    left: Budget,
    registered: bool,
    claims: BTreeMap<ClientId, Claim>,
    entries: Vec<StoredEntry>,
    late: Vec<(Seq, Entry)>,
    /// Whether a put lost a race against another process.
    raced: bool,
    broken: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Send,
    Do(usize),
    Short(usize),
    Lose { n: usize, effect: bool },
    LoseUntilLater(usize),
    Land(usize),
    Crash(usize),
    DeadlinesPass,
}

struct AppendModel {
    orders: &'static [Sent],
    budget: Budget,
    both_known: bool,
}

impl State {
    fn now_ms(&self) -> u64 {
        if self.left.deadlines == 0 { DEADLINE_MS + 1 } else { 0 }
    }

    fn head(&self) -> Seq {
        Seq(self.entries.len() as u64)
    }

    fn put(&mut self, seq: Seq, entry: &Entry) -> PutReply {
        if let Some(there) = self.entries.get(seq.0 as usize - 1) {
            self.raced = true;
            return PutReply::Occupied(there.clone());
        }
        if seq != self.head().next() {
            self.broken = Some("SAFE-2: a gap in the ledger");
        }
        if !self.registered {
            self.broken = Some("S4: an entry of an account that no reconcile knows");
        }
        let body = entry.encode().into();
        self.entries.push(StoredEntry { account: account(), seq, format: Entry::FORMAT, body });
        PutReply::Stored
    }

    /// Applies the effect of a command and returns its reply.
    fn perform(&mut self, command: &Command) -> Event {
        match command {
            Command::ReadHead { .. } => Event::HeadRead(Some(self.head())),
            Command::Register { .. } => {
                self.registered = true;
                Event::Registered(true)
            }
            Command::Claim { ticket, id, claim, .. } => {
                let reply = match self.claims.get(id) {
                    Some(held) => ClaimReply::Held(held.clone()),
                    None => {
                        self.claims.insert(id.clone(), claim.clone());
                        ClaimReply::Fresh
                    }
                };
                Event::Claimed { ticket: *ticket, reply }
            }
            Command::ReadAfter { after, .. } => {
                let from = (after.0 as usize).min(self.entries.len());
                Event::EntriesRead(Some(self.entries[from..].to_vec()))
            }
            Command::Put { seq, entry, .. } => {
                Event::Put { seq: *seq, reply: self.put(*seq, entry) }
            }
            Command::Answer { .. } => unreachable!("taken when it is said"),
        }
    }

    fn unanswered(command: &Command) -> Event {
        match command {
            Command::ReadHead { .. } => Event::HeadRead(None),
            Command::Register { .. } => Event::Registered(false),
            Command::Claim { ticket, .. } => {
                Event::Claimed { ticket: *ticket, reply: ClaimReply::Unknown }
            }
            Command::ReadAfter { .. } => Event::EntriesRead(None),
            Command::Put { seq, .. } => Event::Put { seq: *seq, reply: PutReply::Unknown },
            Command::Answer { .. } => unreachable!("taken when it is said"),
        }
    }

    fn has_effect(command: &Command) -> bool {
        !matches!(command, Command::ReadHead { .. } | Command::ReadAfter { .. })
    }

    fn feed(&mut self, lane: usize, event: Event) {
        let now_ms = self.now_ms();
        for command in self.lanes[lane].step(now_ms, event) {
            if let Command::Answer { ticket, answer } = command {
                if self.answers.insert(ticket, answer).is_some() {
                    self.broken = Some("answered twice");
                }
            } else {
                self.pending.push((lane, command));
            }
        }
        // The order of the pending commands does not matter, because any of them may be carried out first.
        self.pending.sort_by_cached_key(|(lane, command)| (*lane, format!("{command:?}")));
    }

    /// Returns all positions of this order. It searches only the text of the ledger.
    fn places(&self, order: &Sent) -> Vec<(Seq, u32)> {
        let mut found = Vec::new();
        for stored in &self.entries {
            let entry = stored.decode().expect("written by this binary");
            for (index, group) in entry.groups.iter().enumerate() {
                if (&group.id, &group.hash) == (&order.id(), &order.hash()) {
                    found.push((stored.seq, index as u32));
                }
            }
        }
        found
    }
}

fn lane() -> Lane {
    Lane::new(LaneSettings { put_timeout_ms: 50, jitter_ms: 0 })
}

impl Model for AppendModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            lanes: [lane(), lane()],
            pending: Vec::new(),
            sent: 0,
            answers: BTreeMap::new(),
            left: self.budget,
            registered: false,
            claims: BTreeMap::new(),
            entries: Vec::new(),
            late: Vec::new(),
            raced: false,
            broken: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        if state.sent < self.orders.len() {
            actions.push(Act::Send);
        }
        for (n, (_, command)) in state.pending.iter().enumerate() {
            actions.push(Act::Do(n));
            if state.left.short > 0 && matches!(command, Command::ReadAfter { .. }) {
                actions.push(Act::Short(n));
            }
            if state.left.lost > 0 {
                actions.push(Act::Lose { n, effect: false });
                if State::has_effect(command) {
                    actions.push(Act::Lose { n, effect: true });
                }
                if matches!(command, Command::Put { .. }) {
                    actions.push(Act::LoseUntilLater(n));
                }
            }
        }
        actions.extend((0..state.late.len()).map(Act::Land));
        if state.left.crashes > 0 {
            actions.extend((0..2).filter(|lane| !state.lanes[*lane].is_idle()).map(Act::Crash));
        }
        if state.left.deadlines > 0 && state.sent > 0 {
            actions.push(Act::DeadlinesPass);
        }
    }

    fn next_state(&self, last: &State, act: Act) -> Option<State> {
        let mut state = last.clone();
        match act {
            Act::Send => {
                let (ticket, order) = (state.sent as Ticket, self.orders[state.sent]);
                state.sent += 1;
                let (id, hash, payload) = (order.id(), order.hash(), payload(order.quantity));
                // An order that is sent after the other orders' deadlines has its own deadline.
                let deadline_ms = state.now_ms() + DEADLINE_MS;
                let submit = Submit { ticket, id, hash, payload, deadline_ms };
                state.feed(order.lane, Event::Submit(submit));
            }
            Act::Do(n) => {
                let (lane, command) = state.pending.remove(n);
                let event = state.perform(&command);
                state.feed(lane, event);
            }
            Act::Short(n) => {
                state.left.short -= 1;
                let (lane, command) = state.pending.remove(n);
                let Event::EntriesRead(Some(mut page)) = state.perform(&command) else {
                    unreachable!("only pages are short")
                };
                page.drain(..page.len().min(1));
                state.feed(lane, Event::EntriesRead(Some(page)));
            }
            Act::Lose { n, effect } => {
                state.left.lost -= 1;
                let (lane, command) = state.pending.remove(n);
                if effect {
                    state.perform(&command);
                }
                state.feed(lane, State::unanswered(&command));
            }
            Act::LoseUntilLater(n) => {
                state.left.lost -= 1;
                let (lane, command) = state.pending.remove(n);
                let Command::Put { seq, entry, .. } = &command else { return None };
                state.late.push((*seq, entry.clone()));
                state.feed(lane, State::unanswered(&command));
            }
            Act::Land(n) => {
                let (seq, entry) = state.late.remove(n);
                state.put(seq, &entry);
            }
            Act::Crash(lane) => {
                state.left.crashes -= 1;
                state.lanes[lane] = self::lane();
                let (dead, alive) = std::mem::take(&mut state.pending)
                    .into_iter()
                    .partition(|(owner, _)| *owner == lane);
                state.pending = alive;
                let dead: Vec<(usize, Command)> = dead;
                for (_, command) in dead {
                    if let Command::Put { seq, entry, .. } = command {
                        state.late.push((seq, entry));
                    }
                }
                // The crashed process never answers, so its customers do not know the outcome.
                for ticket in (0..state.sent).filter(|n| self.orders[*n].lane == lane) {
                    state.answers.entry(ticket as Ticket).or_insert(Answer::Unknown);
                }
            }
            Act::DeadlinesPass => {
                state.left.deadlines -= 1;
                (0..2).for_each(|lane| state.feed(lane, Event::Timer));
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<AppendModel>> {
        let mut all = vec![
            Property::always("SAFE-2: no gap, and nobody unregistered", |_, s: &State| {
                s.broken.is_none()
            }),
            Property::always("SAFE-4: in the ledger once", |model: &AppendModel, s: &State| {
                model.orders.iter().all(|order| s.places(order).len() <= 1)
            }),
            Property::always("SAFE-4: one content an id", |model: &AppendModel, s: &State| {
                model.orders.iter().enumerate().all(|(n, one)| {
                    model.orders[..n].iter().all(|other| {
                        let two = one.id == other.id && one.quantity != other.quantity;
                        !two || s.places(one).is_empty() || s.places(other).is_empty()
                    })
                })
            }),
            Property::always("SAFE-1: it is where they were told", told_the_truth),
            Property::eventually(
                "LIVE-2: everybody is answered",
                |model: &AppendModel, s: &State| s.answers.len() == model.orders.len(),
            ),
            Property::sometimes("accepted", |_, s: &State| {
                s.answers.values().any(|a| matches!(a, Answer::Accepted { .. }))
            }),
            Property::sometimes("a race is lost", |_, s: &State| s.raced),
        ];
        if self.both_known {
            all.push(Property::sometimes("told again", |_, s: &State| {
                s.answers.values().any(|a| matches!(a, Answer::Existing { .. }))
            }));
        } else {
            all.push(Property::sometimes("conflict", |_, s: &State| {
                s.answers.values().any(|a| matches!(a, Answer::Conflict))
            }));
        }
        all
    }
}

fn told_the_truth(model: &AppendModel, state: &State) -> bool {
    state.answers.iter().all(|(ticket, answer)| {
        let places = state.places(&model.orders[*ticket as usize]);
        match answer {
            Answer::Accepted { seq, index } | Answer::Existing { seq, index } => {
                places == [(*seq, *index)]
            }
            Answer::Conflict => places.is_empty(),
            Answer::Unknown => true,
        }
    })
}

const SAME: &[Sent] =
    &[Sent { lane: 0, id: "c1", quantity: 1 }, Sent { lane: 1, id: "c1", quantity: 1 }];
const OTHER_CONTENT: &[Sent] =
    &[Sent { lane: 0, id: "c1", quantity: 1 }, Sent { lane: 1, id: "c1", quantity: 2 }];
/// Adds a third order, which may share an entry with the first order or lie between the other two.
const THREE: &[Sent] = &[
    Sent { lane: 0, id: "c1", quantity: 1 },
    Sent { lane: 0, id: "c2", quantity: 1 },
    Sent { lane: 1, id: "c1", quantity: 1 },
];
const FOUR: &[Sent] = &[
    Sent { lane: 0, id: "c1", quantity: 1 },
    Sent { lane: 1, id: "c2", quantity: 1 },
    Sent { lane: 0, id: "c3", quantity: 1 },
    Sent { lane: 1, id: "c1", quantity: 1 },
];

/// A retry in the same process as its first attempt.
const TWICE_IN_ONE: &[Sent] = &[
    Sent { lane: 0, id: "c1", quantity: 1 },
    Sent { lane: 0, id: "c1", quantity: 1 },
    Sent { lane: 1, id: "c2", quantity: 1 },
];

const NOTHING: Budget = Budget { lost: 0, short: 0, crashes: 0, deadlines: 0 };

fn check(name: &str, orders: &'static [Sent], budget: Budget, at_least: usize) {
    let both_known = orders.iter().all(|order| order.quantity == orders[0].quantity);
    explore(name, AppendModel { orders, budget, both_known }, at_least);
}

#[test]
fn one_id_to_two_processes_and_lost_answers() {
    // SAFE-1, SAFE-2, SAFE-4, SAFE-7.
    let budget = Budget { lost: 4, ..NOTHING };
    check("one order twice, four lost answers", SAME, budget, 3_000);
    check("two contents of one id, four lost answers", OTHER_CONTENT, budget, 2_400);
    let budget = Budget { lost: 2, ..NOTHING };
    check("one order twice in one process, two lost answers", TWICE_IN_ONE, budget, 4_000);
}

#[test]
fn three_orders_and_everything() {
    // S1, S6, S10.
    let budget = Budget { lost: 1, short: 1, crashes: 1, deadlines: 1 };
    check("three orders, everything once", THREE, budget, 29_000);
}

#[test]
fn four_orders_and_lost_answers() {
    let budget = Budget { lost: 2, ..NOTHING };
    check("four orders, two lost answers", FOUR, budget, 100_000);
}

#[test]
#[ignore = "minutes: run by `cargo xtask nightly`"]
fn four_orders_and_everything() {
    let budget = Budget { lost: 2, short: 1, crashes: 1, deadlines: 1 };
    check("four orders, everything", FOUR, budget, 3_500_000);
}
