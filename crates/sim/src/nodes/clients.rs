//! Customers. Each customer sends an order, waits, repeats the order with the same id until its effect is known, and
//! then sends the next order.

use crate::check::Operation;
use crate::faults::Site;
use crate::rng::{Draw, Stream, stream};
use crate::scenario::Workload;
use crate::world::{Answer, Env, Event, PUBLIC_NAME, Request, Requester};
use leeward_cloud::RegionIx;
use leeward_cloud::rng::Rng;
use leeward_model::{
    ClientId, ContentHash, Decimal, Limits, Order, OrderType, Payload, Side, Symbol, TimeInForce,
};

pub(crate) enum ClientInput {
    NextOrderDue,
    Answered {
        operation: u32,
        attempt: u32,
        from: RegionIx,
        answer: Answer,
    },
    /// The customer's waiting time ended without an answer.
    Timeout {
        attempt: u32,
    },
    RetryDue {
        attempt: u32,
    },
}

/// A resolver that several customers use, with the answer that it caches.
#[derive(Debug, Default)]
struct Resolver {
    answer: Option<(RegionIx, u64)>,
    /// The factor by which the resolver's caching time exceeds the TTL.
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
struct Client {
    resolver: usize,
    current: Option<Current>,
    sent: u32,
    attempt: u32,
    /// Whether the customer's resolver respects the TTL, so that its waiting time is measured.
    honest: bool,
    /// The time at which a Region was lost; `None` again once an order of this customer is accepted.
    cut_off_us: Option<u64>,
    /// Whether the first attempt at an order of this customer failed since the loss.
    turned_away: bool,
}

impl Client {
    fn is_waiting(&self) -> bool {
        self.current.as_ref().is_some_and(|order| order.open)
    }
}

/// The number of attempts after which a customer gives up an order and never learns its effect.
const ATTEMPTS: u32 = 12;
const SYMBOLS: [&str; 3] = ["ACME", "GLOBEX", "INITECH"];
const RESOLVERS: u64 = 3;

/// All customers of a world, with their resolvers.
pub(crate) struct Clients {
    rng: Rng,
    clients: Vec<Client>,
    resolvers: Vec<Resolver>,
    /// Whether the faults are over, so that customers finish their last orders.
    settling: bool,
}

impl Clients {
    pub(crate) fn start(env: &mut Env) -> Clients {
        let Workload { clients, think_ms, stretched_ttl, .. } = env.scenario.shape;
        let stretch = |n| if n == RESOLVERS - 1 { u64::from(stretched_ttl) } else { 1 };
        let resolver = |n| Resolver { answer: None, stretch: stretch(n) };
        let mut all = Clients {
            rng: stream(env.scenario.seed, Stream::Clients),
            clients: Vec::new(),
            resolvers: (0..RESOLVERS).map(resolver).collect(),
            settling: false,
        };
        for client in 0..clients {
            let resolver = client as usize % all.resolvers.len();
            let honest = all.resolvers[resolver].stretch <= 1;
            all.clients.push(Client { resolver, honest, ..Client::default() });
            let at_us = all.rng.below(think_ms * 1_000);
            env.queue.at(at_us, Event::Client { client, input: ClientInput::NextOrderDue });
        }
        all
    }

    /// Makes the customers finish their last orders, because the faults are over.
    pub(crate) fn begin_settling(&mut self) {
        self.settling = true;
    }

    /// Returns the number of customers that wait for an answer.
    pub(crate) fn open_orders(&self) -> usize {
        self.clients.iter().filter(|client| client.is_waiting()).count()
    }

    /// Begins to measure how long each customer waits, because the active Region has just been lost.
    pub(crate) fn on_region_lost(&mut self, now_us: u64) {
        for client in &mut self.clients {
            (client.cut_off_us, client.turned_away) = (Some(now_us), false);
        }
    }

    /// Ends the measurement. A customer that is still turned away has waited at least until now.
    pub(crate) fn on_region_back(&mut self, env: &mut Env) {
        for client in &mut self.clients {
            if let Some(lost_us) = client.cut_off_us.take()
                && client.honest
                && client.turned_away
            {
                env.watch.outcome.acceptance_ms.push((env.now_us - lost_us) / 1_000);
            }
        }
    }

    pub(crate) fn handle(&mut self, env: &mut Env, client: u32, input: ClientInput) {
        match input {
            ClientInput::NextOrderDue => self.begin_order(env, client),
            ClientInput::Answered { operation, attempt, from, answer } => {
                self.on_answer(env, client, operation, attempt, from, answer);
            }
            ClientInput::Timeout { attempt } => {
                if self.client(client).attempt == attempt {
                    self.retry_later(env, client);
                }
            }
            ClientInput::RetryDue { attempt } => {
                let c = self.client(client);
                if c.attempt == attempt && c.is_waiting() {
                    self.attempt(env, client);
                }
            }
        }
    }

    fn client(&mut self, client: u32) -> &mut Client {
        &mut self.clients[client as usize]
    }

    fn begin_order(&mut self, env: &mut Env, client: u32) {
        if self.settling && self.client(client).current.is_none() {
            return;
        }
        let shape = &env.scenario.shape;
        let account = self.rng.below(u64::from(shape.accounts)) as u16;
        let n = self.client(client).sent;
        let id = ClientId::new(&format!("c{client}-{n}")).expect("a plain id");
        let payload = self.draw_payload(shape.batch_max, shape.batch_permille);
        let name = env.directory.account(account);
        let hash = ContentHash::of(name, &payload);
        let operation = env.watch.checkers.orders.begin(Operation {
            account: name.as_str().to_owned(),
            id: id.as_str().to_owned(),
            hash: hash.as_str().to_owned(),
        });
        let c = self.client(client);
        c.sent += 1;
        c.current =
            Some(Current { id, account, payload, hash, attempts: 0, operation, open: true });
        self.attempt(env, client);
        if self.rng.permille(20) {
            // The same order goes through both Regions at the same time, as two gateways of one firm could send it.
            for site in Site::PAIR {
                self.post(env, client, site.ix());
            }
        }
    }

    fn draw_payload(&mut self, batch_max: u32, batch_permille: u64) -> Payload {
        let rng = &mut self.rng;
        if rng.permille(15) {
            let most = Decimal::from_units(rng.between(50, 5_000) as i64 * 100_000_000);
            return Payload::Limits(Limits { max_position: Some(most), ..Limits::default() });
        }
        if rng.permille(batch_permille) {
            let n = rng.between(1, u64::from(batch_max));
            return Payload::Batch((0..n).map(|_| self.draw_order()).collect());
        }
        Payload::Order(self.draw_order())
    }

    fn draw_order(&mut self) -> Order {
        let rng = &mut self.rng;
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

    fn attempt(&mut self, env: &mut Env, client: u32) {
        let to = self.resolve(env, client);
        let t = &env.scenario.timing;
        // A dark Region costs the client's connect timeout; any other Region may take until the deadline to answer.
        let timeout_ms = if env.cloud.net().is_dark(to) {
            t.reconnect_ms
        } else {
            t.deadline_ms + t.reconnect_ms
        };
        let c = self.client(client);
        c.attempt += 1;
        let attempt = c.attempt;
        if let Some(current) = &mut c.current {
            current.attempts += 1;
        }
        let input = ClientInput::Timeout { attempt };
        env.queue.at(env.now_us + timeout_ms * 1_000, Event::Client { client, input });
        self.post(env, client, to);
    }

    fn post(&mut self, env: &mut Env, client: u32, to: RegionIx) {
        let c = self.client(client);
        let Some(current) = &c.current else { return };
        let (operation, attempt) = (current.operation, c.attempt);
        let requester = Requester::Client { client, operation, attempt };
        let request = Request::Order {
            account: current.account,
            id: current.id.clone(),
            hash: current.hash.clone(),
            payload: current.payload.clone(),
            requester,
        };
        env.request_http(to, request);
    }

    fn resolve(&mut self, env: &mut Env, client: u32) -> RegionIx {
        let resolver = self.client(client).resolver;
        let resolver = &mut self.resolvers[resolver];
        if let Some((region, until_us)) = resolver.answer
            && until_us > env.now_us
        {
            return region;
        }
        let records = env.cloud.resolve(PUBLIC_NAME);
        let record = records.first().expect("the name has records");
        let region = RegionIx(record.address.parse().expect("written by publish_name"));
        let ttl_us = u64::from(record.ttl_s) * 1_000_000;
        resolver.answer = Some((region, env.now_us + ttl_us * resolver.stretch));
        region
    }

    fn on_answer(
        &mut self,
        env: &mut Env,
        client: u32,
        operation: u32,
        attempt: u32,
        from: RegionIx,
        answer: Answer,
    ) {
        let now_us = env.now_us;
        let c = self.client(client);
        // An answer that arrives after its order was given up is still checked.
        let current = c.current.as_ref().is_some_and(|o| o.operation == operation && o.open);
        let newest = current && attempt == c.attempt;
        match answer {
            Answer::Accepted { seq, index } => {
                let orders = &mut env.watch.checkers.orders;
                let copies = env.disks.copies(&orders.operation(operation).account, seq.0);
                orders.observe_acknowledgement(now_us, operation, (seq.0, index), copies);
                env.watch.take_violations(now_us);
                if current {
                    self.finish_accepted(env, client, from);
                }
            }
            Answer::Conflict => {
                env.watch.checkers.orders.observe_conflict(now_us, operation);
                env.watch.take_violations(now_us);
                if current {
                    self.finish(env, client);
                }
            }
            Answer::Unavailable | Answer::Error | Answer::Healthy => {
                if newest {
                    self.retry_later(env, client);
                }
            }
        }
    }

    fn finish_accepted(&mut self, env: &mut Env, client: u32, from: RegionIx) {
        let now_us = env.now_us;
        let c = self.client(client);
        let current = c.current.as_mut().expect("checked by the caller");
        current.open = false;
        let orders = current.payload.orders().len() as u64;
        if let Some(lost_us) = c.cut_off_us
            && env.watch.counts_acceptance(from)
        {
            c.cut_off_us = None;
            // A customer whose first attempt is accepted has not had to wait.
            if c.honest && std::mem::take(&mut c.turned_away) {
                env.watch.outcome.acceptance_ms.push((now_us - lost_us) / 1_000);
            }
        }
        env.watch.outcome.orders_acked += orders;
        env.watch.trace.add_word(now_us ^ u64::from(client) << 48);
        self.finish(env, client);
    }

    /// Ends the order of a customer. The next order follows after a pause.
    fn finish(&mut self, env: &mut Env, client: u32) {
        let think_us = self.rng.exponential(env.scenario.shape.think_ms * 1_000) + 1_000;
        let settling = self.settling;
        let c = self.client(client);
        if let Some(current) = &mut c.current {
            current.open = false;
        }
        c.attempt += 1;
        if settling {
            c.current = None;
            return;
        }
        let input = ClientInput::NextOrderDue;
        env.queue.at(env.now_us + think_us, Event::Client { client, input });
    }

    fn retry_later(&mut self, env: &mut Env, client: u32) {
        let settling = self.settling;
        let backoff_us = 50_000 + self.rng.below(400_000);
        let c = self.client(client);
        let Some(current) = &c.current else { return };
        if !current.open {
            return;
        }
        c.turned_away |= c.cut_off_us.is_some();
        // A customer whose waiting time is measured, or that finishes its last order, does not give up.
        if !settling && c.cut_off_us.is_none() && current.attempts >= ATTEMPTS {
            return self.finish(env, client);
        }
        c.attempt += 1;
        let input = ClientInput::RetryDue { attempt: c.attempt };
        env.queue.at(env.now_us + backoff_us, Event::Client { client, input });
    }
}
