//! The model of all Regions in one value. The caller passes in calls and the time, and takes the outputs out.

mod calls;
mod faults;
mod setup;

pub use calls::{Call, CallId, Config, Output, Persist, Reply, Request, Response};

use crate::ServiceError;
use crate::aurora::{Aurora, AuroraFault, AuroraTimer, GlobalCluster, RdsRequest};
use crate::dynamodb::{Context, Dynamo, Effect, Handled, Key, Stored, TableSpec, Version};
use crate::net::{Fate, Fault, Net, Place, RegionIx, Service};
use crate::rng::Rng;
use crate::route53::{Dns, DnsTimer, HealthCheckSpec, Record};
use crate::sns::{Notice, Scene, Sns};
use crate::sqs::{Attributes, Outgoing, Sqs, SqsRequest, SqsResponse};
use crate::timers::Timers;
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "calls and answers are most of them")]
enum Timer {
    Arrive(Call),
    /// The response to a call starts its way back to the caller.
    Answer {
        call: CallId,
        from: Place,
        to: RegionIx,
        lost: bool,
        result: Result<Response, ServiceError>,
    },
    Deliver {
        call: CallId,
        reply: Reply,
    },
    Replicate {
        table: crate::dynamodb::Text,
        from: RegionIx,
        to: RegionIx,
        key: Key,
    },
    Persisted {
        region: RegionIx,
    },
    Aurora(AuroraTimer),
    Dns(DnsTimer),
    /// A long poll may end, or a message becomes visible to one.
    EndReceives,
    /// Items may have expired. At most one of these timers exists.
    Expire,
}

/// The interval in which expired items are deleted. AWS deletes them within days; a short interval finds code that relies
/// on the delay.
const EXPIRY_US: u64 = 1_000_000;

#[derive(Debug)]
struct Waiting {
    call: CallId,
    from: Place,
    to: RegionIx,
    lost: bool,
    not_before_us: u64,
    result: Result<Response, ServiceError>,
}

#[derive(Debug)]
struct Receive {
    call: Call,
    lost: bool,
    until_us: u64,
}

/// The model of all Regions.
pub struct Cloud {
    config: Config,
    net: Net,
    rng: Rng,
    dynamo: Dynamo,
    sqs: Sqs,
    sns: Sns,
    aurora: Aurora,
    dns: Dns,
    timers: Timers<Timer>,
    /// The time of the last [`Cloud::advance`].
    now_us: u64,
    /// Whether a table with a time to live exists, so that there is a [`Timer::Expire`].
    expires: bool,
    /// The responses that wait until a write is on enough disks.
    waiting: BTreeMap<u64, Vec<Waiting>>,
    /// The long polls that wait for messages.
    receives: BTreeMap<RegionIx, BTreeMap<String, VecDeque<Receive>>>,
    outputs: Vec<Output>,
    changes: u64,
}

impl Cloud {
    /// Creates a cloud that has no tables, queues, clusters or records.
    pub fn new(config: Config) -> Cloud {
        let regions = config.regions.len();
        Cloud {
            net: Net::new(regions, config.one_way_us),
            rng: Rng::new(config.seed),
            dynamo: Dynamo::new(regions, config.dynamo),
            sqs: Sqs::default(),
            sns: Sns::default(),
            aurora: Aurora::new(config.aurora),
            dns: Dns::default(),
            timers: Timers::new(),
            now_us: 0,
            expires: false,
            waiting: BTreeMap::new(),
            receives: BTreeMap::new(),
            outputs: Vec::new(),
            changes: 0,
            config,
        }
    }

    /// Returns the index of the Region with this name.
    pub fn region(&self, name: &str) -> Option<RegionIx> {
        let at = self.config.regions.iter().position(|r| r == name)?;
        Some(RegionIx(at as u8))
    }

    /// Returns the name of a Region.
    pub fn region_name(&self, region: RegionIx) -> &str {
        &self.config.regions[region.0 as usize]
    }

    /// Returns the network.
    pub fn net(&self) -> &Net {
        &self.net
    }

    /// Returns the time at which the caller must next advance the model, or `None` if nothing is scheduled.
    pub fn next_deadline_us(&self) -> Option<u64> {
        self.timers.next_us()
    }

    /// Returns whether there are outputs to take.
    pub fn has_outputs(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// Takes all outputs.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Moves the outputs into an existing buffer, which must be empty.
    pub fn swap_outputs(&mut self, into: &mut Vec<Output>) {
        assert!(into.is_empty(), "outputs would be lost");
        std::mem::swap(&mut self.outputs, into);
    }

    /// Returns the number of state changes so far: effective writes, replicated copies, messages and moves.
    pub fn changes(&self) -> u64 {
        self.changes + self.dynamo.durability.written()
    }

    /// Accepts a caller's request. The reply comes as an output.
    pub fn call(&mut self, now_us: u64, call: Call) {
        let to = Place::Region(call.to);
        if !self.net.passes(call.from, to) {
            self.outputs.push(Output::Reply { call: call.id, reply: Reply::Silence });
            return;
        }
        match self.net.delay_us(call.from, to) {
            0 => self.arrive(now_us, call),
            delay => self.timers.at(now_us + delay, Timer::Arrive(call)),
        }
    }

    fn arrive(&mut self, now_us: u64, call: Call) {
        let service = match &call.request {
            Request::Dynamo(_) => Service::DynamoDb,
            Request::Sqs(_) => Service::Sqs,
            Request::Rds(_) => Service::Rds,
            Request::Sns(_) => Service::Sns,
        };
        if self.net.is_dark(call.to) {
            return self.silence(call.id);
        }
        match self.net.fate(call.to, service, &mut self.rng) {
            Fate::Served { reply_lost, slow_us } => self.serve(now_us, slow_us, call, reply_lost),
            Fate::Unanswered => self.silence(call.id),
            Fate::Error => {
                let error = ServiceError::server("InternalServerError", "Injected fault");
                self.answer(now_us, call.id, call.from, call.to, false, Err(error));
            }
            Fate::Throttled => {
                let error = ServiceError::new(
                    match service {
                        Service::DynamoDb => "ProvisionedThroughputExceededException",
                        Service::Sqs => "ThrottlingException",
                        Service::Rds | Service::Sns => "Throttling",
                    },
                    "Rate exceeded",
                );
                self.answer(now_us, call.id, call.from, call.to, false, Err(error));
            }
        }
    }

    fn silence(&mut self, call: CallId) {
        self.outputs.push(Output::Reply { call, reply: Reply::Silence });
    }

    fn serve(&mut self, now_us: u64, slow_us: u64, call: Call, lost: bool) {
        let (id, from, to) = (call.id, call.from, call.to);
        let done_us = now_us + slow_us;
        match &call.request {
            Request::Dynamo(request) => {
                let cx = Context { now_us, region: to, net: &self.net };
                let handled = self.dynamo.handle(&cx, request);
                self.take_effects(now_us);
                self.after_dynamo(done_us, slow_us, call, lost, handled);
            }
            Request::Sqs(SqsRequest::Receive { queue, wait_us, .. })
                if *wait_us > 0 && self.sqs.is_empty(now_us, to, queue) =>
            {
                let until_us = now_us + wait_us;
                let queue = queue.clone();
                self.timers.at(until_us, Timer::EndReceives);
                if let Some(at_us) = self.sqs.next_visible_us(to, &queue) {
                    self.timers.at(at_us, Timer::EndReceives);
                }
                let waiting = self.receives.entry(to).or_default().entry(queue).or_default();
                waiting.push_back(Receive { call, lost, until_us });
            }
            Request::Sqs(request) => {
                self.changes += 1;
                let result = self.sqs.handle(now_us, to, request).map(Response::Sqs);
                self.answer(done_us, id, from, to, lost, result);
                if let SqsRequest::Send { queue, .. } | SqsRequest::ChangeVisibility { queue, .. } =
                    request
                {
                    self.wake_receives(now_us, to, queue);
                    if let Some(at_us) = self.sqs.next_visible_us(to, queue) {
                        self.timers.at(at_us, Timer::EndReceives);
                    }
                }
            }
            Request::Rds(request) => {
                let looks = matches!(request, RdsRequest::DescribeGlobalClusters { .. });
                self.changes += u64::from(!looks);
                let names = &self.config.regions;
                let result = self.aurora.handle(now_us, to, request, names, &self.net);
                self.take_aurora();
                self.answer(done_us, id, from, to, lost, result.map(Response::Rds));
            }
            Request::Sns(request) => {
                let now_s = self.wall_s(now_us);
                let name = &self.config.regions[to.0 as usize];
                let scene = Scene { region: to, name, now_s };
                let result = self.sns.handle(&scene, request).map(Response::Sns);
                for (region, queue, body) in std::mem::take(&mut self.sns.deliveries) {
                    let messages = vec![Outgoing::new(body)];
                    let send = SqsRequest::Send { queue: queue.clone(), messages };
                    let _ = self.sqs.handle(now_us, region, &send);
                    self.wake_receives(now_us, region, &queue);
                }
                self.answer(done_us, id, from, to, lost, result);
            }
        }
    }

    fn after_dynamo(
        &mut self,
        done_us: u64,
        slow_us: u64,
        call: Call,
        lost: bool,
        handled: Handled,
    ) {
        let (id, from, to) = (call.id, call.from, call.to);
        match handled {
            Handled::Now(result) => {
                self.answer(done_us, id, from, to, lost, result.map(Response::Dynamo));
            }
            Handled::Late { at_us, result } => {
                let result = result.map(Response::Dynamo);
                let timer = Timer::Answer { call: id, from, to, lost, result };
                self.timers.at(at_us + slow_us, timer);
            }
            Handled::Retry { at_us } => self.timers.at(at_us, Timer::Arrive(call)),
            Handled::Durable { index, not_before_us, result } => {
                let result = result.map(Response::Dynamo);
                let not_before_us = not_before_us + slow_us;
                let waiting = Waiting { call: id, from, to, lost, not_before_us, result };
                self.waiting.entry(index).or_default().push(waiting);
            }
        }
    }

    /// Sends a response back, if the network delivers it.
    fn answer(
        &mut self,
        at_us: u64,
        call: CallId,
        from: Place,
        to: RegionIx,
        lost: bool,
        result: Result<Response, ServiceError>,
    ) {
        let here = Place::Region(to);
        if lost || !self.net.passes(here, from) {
            return self.silence(call);
        }
        let delay = self.net.delay_us(here, from);
        let reply = Reply::Answer(result);
        self.timers.at(at_us + delay, Timer::Deliver { call, reply });
    }

    fn wake_receives(&mut self, now_us: u64, region: RegionIx, queue: &str) {
        while self.is_polled(region, queue) && self.sqs.has_visible(now_us, region, queue) {
            let polls = self.receives.get_mut(&region).and_then(|queues| queues.get_mut(queue));
            let Some(receive) = polls.and_then(VecDeque::pop_front) else { return };
            let Receive { call, lost, .. } = receive;
            let Request::Sqs(request) = &call.request else { unreachable!("only receives wait") };
            let result = self.sqs.handle(now_us, region, request).map(Response::Sqs);
            self.answer(now_us, call.id, call.from, call.to, lost, result);
        }
    }

    fn is_polled(&self, region: RegionIx, queue: &str) -> bool {
        let polls = self.receives.get(&region).and_then(|queues| queues.get(queue));
        polls.is_some_and(|polls| !polls.is_empty())
    }

    fn end_receives(&mut self, now_us: u64) {
        let names = |(region, queues): (&RegionIx, &BTreeMap<String, _>)| {
            queues.keys().map(|queue| (*region, queue.clone())).collect::<Vec<_>>()
        };
        let keys: Vec<(RegionIx, String)> = self.receives.iter().flat_map(names).collect();
        for (region, queue) in keys {
            self.wake_receives(now_us, region, &queue);
            let polls = self.receives.get_mut(&region).and_then(|queues| queues.get_mut(&queue));
            let mut over = VecDeque::new();
            if let Some(polls) = polls.filter(|p| p.iter().any(|w| w.until_us <= now_us)) {
                let waiting = std::mem::take(polls).into_iter();
                (over, *polls) = waiting.partition(|w| w.until_us <= now_us);
            }
            for Receive { call, lost, .. } in over {
                let empty = Response::Sqs(SqsResponse::Received(Vec::new()));
                self.answer(now_us, call.id, call.from, call.to, lost, Ok(empty));
            }
        }
    }

    fn take_effects(&mut self, now_us: u64) {
        let mut effects = std::mem::take(&mut self.dynamo.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Persist(persist) => match self.config.disk_us {
                    Some(disk_us) => {
                        let region = persist.region;
                        self.timers.at(now_us + disk_us, Timer::Persisted { region });
                    }
                    None => self.outputs.push(Output::Persist(persist)),
                },
                Effect::Replicate { at_us, table, from, to, key } => {
                    self.timers.at(at_us, Timer::Replicate { table, from, to, key });
                }
            }
        }
        self.dynamo.effects = effects;
    }

    fn take_aurora(&mut self) {
        for event in std::mem::take(&mut self.aurora.events) {
            self.outputs.push(Output::Aurora(event));
        }
        for (at_us, timer) in std::mem::take(&mut self.aurora.timers) {
            self.timers.at(at_us, Timer::Aurora(timer));
        }
    }

    fn take_dns(&mut self) {
        for probe in std::mem::take(&mut self.dns.probes) {
            self.outputs.push(Output::Probe(probe));
        }
        for (at_us, timer) in std::mem::take(&mut self.dns.timers) {
            self.timers.at(at_us, Timer::Dns(timer));
        }
    }

    /// Advances the model's time and carries out everything that is due by then.
    pub fn advance(&mut self, now_us: u64) {
        self.now_us = now_us;
        while let Some((at_us, timer)) = self.timers.pop_due(now_us) {
            match timer {
                Timer::Arrive(call) => self.arrive(at_us, call),
                Timer::Answer { call, from, to, lost, result } => {
                    self.answer(at_us, call, from, to, lost, result);
                }
                Timer::Deliver { call, reply } => {
                    self.outputs.push(Output::Reply { call, reply });
                }
                Timer::Replicate { table, from, to, key } => {
                    self.changes += 1;
                    self.dynamo.replicated(&table, from, to, &key, &self.net);
                    self.take_effects(at_us);
                }
                Timer::Persisted { region } => self.persisted(at_us, region, 1),
                Timer::Aurora(timer) => {
                    self.changes += 1;
                    self.aurora.on_timer(at_us, timer, &self.net);
                    self.take_aurora();
                }
                Timer::Dns(timer) => {
                    self.dns.on_timer(at_us, timer);
                    self.take_dns();
                }
                Timer::EndReceives => self.end_receives(at_us),
                Timer::Expire => self.expire_items(at_us),
            }
        }
    }

    fn wall_s(&self, now_us: u64) -> u64 {
        self.config.epoch_s + now_us / 1_000_000
    }

    fn expire_items(&mut self, now_us: u64) {
        let now_s = self.wall_s(now_us);
        self.dynamo.expire(now_us, now_s, &self.net);
        self.take_effects(now_us);
        self.timers.at(now_us + EXPIRY_US, Timer::Expire);
    }

    /// Reports that the next `count` writes handed to this Region's disk are durable.
    pub fn persisted(&mut self, now_us: u64, region: RegionIx, count: usize) {
        self.changes += count as u64;
        for _ in 0..count {
            let Some(index) = self.dynamo.durability.persisted(region) else { continue };
            for w in self.waiting.remove(&index).unwrap_or_default() {
                let at_us = now_us.max(w.not_before_us);
                self.answer(at_us, w.call, w.from, w.to, w.lost, w.result);
            }
        }
    }

    /// Records the result of the checker that sent a [`crate::route53::Probe`].
    pub fn probe_answered(&mut self, now_us: u64, check: &str, checker: u32, good: bool) {
        self.dns.answered(now_us, check, checker, good);
        self.take_dns();
    }
}
