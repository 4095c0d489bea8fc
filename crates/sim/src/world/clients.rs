//! Customers: each sends an order, waits, asks again with the same id until it knows, and goes on.

use super::http::Asker;
use super::{Event, HttpAnswer, HttpRequest, PUBLIC_NAME, World};
use crate::check::Operation;
use crate::faults::Site;
use crate::rng::Draw;
use leeward_cloud::RegionIx;
use leeward_model::{
    ClientId, ContentHash, Decimal, Limits, Order, OrderType, Payload, Side, Symbol, TimeInForce,
};

pub(crate) enum ClientInput {
    /// Time for the next order.
    Next,
    Answered {
        operation: u32,
        attempt: u32,
        from: RegionIx,
        answer: HttpAnswer,
    },
    /// No answer to this attempt for as long as a customer waits.
    Over {
        attempt: u32,
    },
    Again {
        attempt: u32,
    },
}

/// What a resolver near some customers keeps.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    answer: Option<(RegionIx, u64)>,
    /// Keeps answers for so many times the TTL.
    stretch: u64,
}

struct Current {
    id: ClientId,
    account: u16,
    payload: Payload,
    hash: ContentHash,
    attempts: u32,
    operation: u32,
    open: bool,
}

#[derive(Default)]
pub(crate) struct Client {
    resolver: usize,
    current: Option<Current>,
    sent: u32,
    attempt: u32,
    /// Whose customers its figures are: a resolver that keeps to the TTL.
    pub(crate) honest: bool,
    pub(crate) last_ack_us: u64,
    /// Set when a Region was lost, until its next order is accepted.
    pub(crate) cut_off_us: Option<u64>,
    /// An order of theirs was tried since, and not accepted at once.
    pub(crate) turned_away: bool,
}

/// A client gives an order up after so many attempts, and never learns what became of it.
const ATTEMPTS: u32 = 12;
const SYMBOLS: [&str; 3] = ["ACME", "GLOBEX", "INITECH"];

impl World {
    pub(super) fn start_clients(&mut self) {
        let shape = self.scenario.shape.clone();
        for n in 0..3u64 {
            let stretch = if n == 2 { u64::from(shape.stretched_ttl) } else { 1 };
            self.resolvers.push(Resolver { answer: None, stretch });
        }
        for client in 0..shape.clients {
            let resolver = client as usize % self.resolvers.len();
            let honest = self.resolvers[resolver].stretch <= 1;
            self.clients.push(Client { resolver, honest, ..Client::default() });
            let at_us = self.client_rng.below(shape.think_ms * 1_000);
            self.queue.at(at_us, Event::Client { client, input: ClientInput::Next });
        }
    }

    pub(super) fn client_input(&mut self, client: u32, input: ClientInput) {
        match input {
            ClientInput::Next => self.next_order(client),
            ClientInput::Answered { operation, attempt, from, answer } => {
                self.client_answered(client, operation, attempt, from, answer);
            }
            ClientInput::Over { attempt } => {
                if self.clients[client as usize].attempt == attempt {
                    self.try_again(client);
                }
            }
            ClientInput::Again { attempt } => {
                let c = &self.clients[client as usize];
                if c.attempt == attempt && c.current.as_ref().is_some_and(|o| o.open) {
                    self.attempt(client);
                }
            }
        }
    }

    fn next_order(&mut self, client: u32) {
        if self.settling && self.clients[client as usize].current.is_none() {
            return;
        }
        let shape = &self.scenario.shape;
        let (batch_max, batch_permille) = (shape.batch_max, shape.batch_permille);
        let account = self.client_rng.below(u64::from(shape.accounts)) as u16;
        let n = self.clients[client as usize].sent;
        let id = ClientId::new(&format!("c{client}-{n}")).expect("a plain id");
        let payload = self.payload(batch_max, batch_permille);
        let hash = ContentHash::of(&self.accounts[usize::from(account)], &payload);
        let operation = self.checkers.orders.began(Operation {
            account: self.accounts[usize::from(account)].as_str().to_owned(),
            id: id.as_str().to_owned(),
            hash: hash.as_str().to_owned(),
        });
        let c = &mut self.clients[client as usize];
        c.sent += 1;
        c.current =
            Some(Current { id, account, payload, hash, attempts: 0, operation, open: true });
        self.attempt(client);
        if self.client_rng.permille(20) {
            // The same order through both Regions at once, as two gateways of one firm would.
            for site in Site::PAIR {
                self.post(client, site.ix());
            }
        }
    }

    fn payload(&mut self, batch_max: u32, batch_permille: u64) -> Payload {
        let rng = &mut self.client_rng;
        if rng.permille(15) {
            let most = Decimal::from_units(rng.between(50, 5_000) as i64 * 100_000_000);
            return Payload::Limits(Limits { max_position: Some(most), ..Limits::default() });
        }
        if rng.permille(batch_permille) {
            let n = rng.between(1, u64::from(batch_max));
            return Payload::Batch((0..n).map(|_| self.order()).collect());
        }
        Payload::Order(self.order())
    }

    fn order(&mut self) -> Order {
        let rng = &mut self.client_rng;
        let limit = rng.permille(500);
        let price = rng.between(1, 500_000) as i64 * 1_000_000;
        Order {
            symbol: Symbol::new(rng.pick::<&str>(&SYMBOLS)).expect("a plain name"),
            side: if rng.permille(500) { Side::Buy } else { Side::Sell },
            order_type: if limit { OrderType::Limit } else { OrderType::Market },
            quantity: Decimal::from_units(rng.between(1, 100) as i64 * 50_000_000),
            limit_price: limit.then(|| Decimal::from_units(price)),
            time_in_force: TimeInForce::Day,
        }
    }

    fn attempt(&mut self, client: u32) {
        let to = self.resolve(client);
        let t = &self.scenario.timing;
        // A black hole costs a client's own connect timeout; an answer takes the deadline.
        let patience_ms = if self.cloud.net().is_dark(to) {
            t.reconnect_ms
        } else {
            t.deadline_ms + t.reconnect_ms
        };
        let c = &mut self.clients[client as usize];
        c.attempt += 1;
        let attempt = c.attempt;
        if let Some(current) = &mut c.current {
            current.attempts += 1;
        }
        let over = ClientInput::Over { attempt };
        self.queue.at(self.now_us + patience_ms * 1_000, Event::Client { client, input: over });
        self.post(client, to);
    }

    fn post(&mut self, client: u32, to: RegionIx) {
        let c = &self.clients[client as usize];
        let Some(current) = &c.current else { return };
        let (operation, attempt) = (current.operation, c.attempt);
        let asker = Asker::Client { client, operation, attempt };
        let request = HttpRequest::Order {
            account: current.account,
            id: current.id.clone(),
            hash: current.hash.clone(),
            payload: current.payload.clone(),
            asker,
        };
        self.http(to, request);
    }

    fn resolve(&mut self, client: u32) -> RegionIx {
        let resolver = self.clients[client as usize].resolver;
        if let Some((region, until_us)) = self.resolvers[resolver].answer
            && until_us > self.now_us
        {
            return region;
        }
        let records = self.cloud.resolve(PUBLIC_NAME);
        let record = records.first().expect("the name has records");
        let region = RegionIx(record.address.parse().expect("written by publish_name"));
        let ttl_us = u64::from(record.ttl_s) * 1_000_000;
        let kept = &mut self.resolvers[resolver];
        kept.answer = Some((region, self.now_us + ttl_us * kept.stretch));
        region
    }

    fn client_answered(
        &mut self,
        client: u32,
        operation: u32,
        attempt: u32,
        from: RegionIx,
        answer: HttpAnswer,
    ) {
        let now_us = self.now_us;
        let c = &self.clients[client as usize];
        // An answer that comes after its order was given up is still an answer.
        let current = c.current.as_ref().is_some_and(|o| o.operation == operation && o.open);
        let newest = current && attempt == c.attempt;
        match answer {
            HttpAnswer::Accepted { seq, index } => {
                let account = &self.checkers.orders.operation(operation).account;
                let copies = self.disks.copies(account, seq.0);
                self.checkers.orders.acknowledged(now_us, operation, seq.0, index, copies);
                self.take_violations();
                if current {
                    self.acknowledged(client, from);
                }
            }
            HttpAnswer::Conflict => {
                self.checkers.orders.refused(now_us, operation);
                self.take_violations();
                if current {
                    self.close(client);
                }
            }
            HttpAnswer::Unavailable | HttpAnswer::Error | HttpAnswer::Well => {
                if newest {
                    self.try_again(client);
                }
            }
        }
    }

    fn acknowledged(&mut self, client: u32, from: RegionIx) {
        let now_us = self.now_us;
        let c = &mut self.clients[client as usize];
        let current = c.current.as_mut().expect("checked by the caller");
        current.open = false;
        let orders = current.payload.orders().len() as u64;
        c.last_ack_us = now_us;
        if let Some(lost_us) = c.cut_off_us
            && self.outcome_counts(from)
        {
            let c = &mut self.clients[client as usize];
            c.cut_off_us = None;
            // Who asks for the first time when all is well again has not waited for anything.
            if c.honest && std::mem::take(&mut c.turned_away) {
                self.outcome.acceptance_ms.push((now_us - lost_us) / 1_000);
            }
        }
        self.outcome.orders_acked += orders;
        self.trace.word(now_us ^ u64::from(client) << 48);
        self.close(client);
    }

    /// The order is over for its client; the next one comes after a pause.
    fn close(&mut self, client: u32) {
        let think_us = self.client_rng.exponential(self.scenario.shape.think_ms * 1_000) + 1_000;
        let c = &mut self.clients[client as usize];
        if let Some(current) = &mut c.current {
            current.open = false;
        }
        c.attempt += 1;
        if self.settling {
            c.current = None;
            return;
        }
        let next = Event::Client { client, input: ClientInput::Next };
        self.queue.at(self.now_us + think_us, next);
    }

    fn try_again(&mut self, client: u32) {
        let settling = self.settling;
        let backoff_us = 50_000 + self.client_rng.below(400_000);
        let c = &mut self.clients[client as usize];
        let Some(current) = &c.current else { return };
        if !current.open {
            return;
        }
        c.turned_away |= c.cut_off_us.is_some();
        // In the end everybody wants to know, and so does who is measured; others give up at length.
        if !settling && c.cut_off_us.is_none() && current.attempts >= ATTEMPTS {
            return self.close(client);
        }
        c.attempt += 1;
        let attempt = c.attempt;
        let again = Event::Client { client, input: ClientInput::Again { attempt } };
        self.queue.at(self.now_us + backoff_us, again);
    }

    /// How many customers still wait for an answer.
    pub(crate) fn open_orders(&self) -> usize {
        let open = |c: &&Client| c.current.as_ref().is_some_and(|o| o.open);
        self.clients.iter().filter(open).count()
    }
}
