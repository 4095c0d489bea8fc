//! One world: the real cloud model, the real machines of `core` in processes that can die, clients,
//! resolvers, checkers of health, and a clock that jumps from event to event.
//!
//! The shells here do for virtual time what `driver`, `service` and `aws` do for the real one: they
//! carry commands out and report back, and decide nothing. Nothing here judges either; what is seen
//! goes to [`crate::check`].

mod api;
mod audit;
mod calls;
mod clients;
mod database;
mod disks;
mod ends;
mod executor;
mod health;
mod http;
mod operator;
mod process;
mod processor;
mod sentinel;
mod sweep;
mod tables;

pub(crate) use calls::Purpose;
pub(crate) use clients::{Client, ClientInput};
pub(crate) use database::Database;
pub(crate) use http::{Asker, HttpAnswer, HttpRequest};
pub(crate) use process::{Input, Process, ProcessIx, Role};
pub(crate) use tables::{Ask, Told};

use crate::check::Checkers;
use crate::faults::{Fault, Site};
use crate::outcome::Outcome;
use crate::queue::Queue;
use crate::rng::{Stream, stream};
use crate::scenario::{Lives, Scenario};
use crate::trace::Trace;
use leeward_blueprint::Profile;
use leeward_cloud::dynamodb::Item;
use leeward_cloud::rng::Rng;
use leeward_cloud::{Cloud, Output, Persist, RegionIx};
use leeward_core::append::LaneSettings;
use leeward_core::decide::Policy;
use leeward_core::run::RunSettings;
use leeward_model::{AccountId, Authority, Epoch, Region};
use std::sync::Arc;

/// What happens at a moment.
pub(crate) enum Event {
    To {
        process: ProcessIx,
        incarnation: u32,
        input: Input,
    },
    Client {
        client: u32,
        input: ClientInput,
    },
    /// A request reaches a Region's front door.
    Arrive {
        to: RegionIx,
        request: Box<HttpRequest>,
    },
    /// A message that was held up by a reordering network leaves now.
    Send {
        call: Box<leeward_cloud::Call>,
    },
    /// Pages of the database arrive, or may flow again.
    Pages,
    CheckerOverdue {
        probe: u32,
    },
    Fault {
        index: u32,
        on: bool,
    },
    Restart {
        process: ProcessIx,
    },
    /// A sentinel's next life begins while the last one may still be there.
    Spawn {
        site: Site,
    },
}

/// Settings of the machines, as the agent derives them.
pub(crate) struct Machines {
    pub(crate) lane: LaneSettings,
    pub(crate) policy: Policy,
    pub(crate) run: RunSettings,
}

/// What the processes of one Region know together.
#[derive(Debug, Default, Clone)]
pub(crate) struct Shared {
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) canary_good_us: Option<u64>,
    pub(crate) executions: Vec<String>,
}

pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) machines: Machines,
    pub(crate) names: Vec<Region>,
    pub(crate) cloud: Cloud,
    pub(crate) queue: Queue<Event>,
    pub(crate) now_us: u64,
    pub(crate) network: Rng,
    pub(crate) jitter: Rng,
    pub(crate) client_rng: Rng,
    pub(crate) accounts: Vec<AccountId>,
    /// Of the probers' accounts, which come after the customers'.
    pub(crate) canaries: Vec<sentinel::Canaries>,
    pub(crate) bodies: tables::Bodies,
    pub(crate) flights: calls::Flights,
    pub(crate) processes: Vec<Process>,
    pub(crate) shared: Vec<Shared>,
    pub(crate) clients: Vec<Client>,
    pub(crate) resolvers: Vec<clients::Resolver>,
    pub(crate) database: Database,
    pub(crate) disks: disks::Disks,
    pub(crate) probes: Vec<health::CheckerProbe>,
    pub(crate) standing: crate::faults::Standing,
    pub(crate) checkers: Checkers,
    pub(crate) outcome: Outcome,
    pub(crate) trace: Trace,
    outputs: Vec<Output>,
    /// Faults are over, clients are asked to come to an end.
    pub(crate) settling: bool,
    pub(crate) loss: ends::Loss,
    pub(crate) epoch: Epoch,
    last_mile_us: u64,
    /// Of each account, when the newest epoch began.
    pub(crate) heads_at_fence: Vec<(String, u64)>,
    pub(crate) last_run: Option<String>,
    pub(crate) losses: usize,
    /// The newest write that the judges have seen: its other copies say nothing new.
    seen_write: u64,
    /// Until when a move away from a Region has a cause.
    pub(crate) hurt_until_us: [u64; 3],
}

/// The tables, queues and clusters by name, as everybody calls them.
pub(crate) const LEDGER: &str = "ledger";
pub(crate) const CONTROL: &str = "control";
pub(crate) const QUEUE: &str = "orders";
pub(crate) const CLUSTER: &str = "global";
pub(crate) const PUBLIC_NAME: &str = "orders";

impl World {
    pub(crate) fn new(scenario: Scenario, transcript: bool) -> World {
        let seed = scenario.seed;
        let names = tables::region_names();
        let machines = Machines::of(&scenario, &names);
        let cloud = tables::cloud(&scenario, stream(seed, Stream::Cloud).next_u64());
        let accounts = tables::accounts(scenario.shape.accounts, &names);
        let probers = &accounts[scenario.shape.accounts as usize..];
        let mut world = World {
            canaries: probers.iter().map(sentinel::Canaries::for_account).collect(),
            accounts,
            machines,
            names,
            cloud,
            queue: Queue::new(),
            now_us: 0,
            network: stream(seed, Stream::Network),
            jitter: stream(seed, Stream::Jitter),
            client_rng: stream(seed, Stream::Clients),
            bodies: tables::Bodies::default(),
            flights: calls::Flights::new(),
            processes: Vec::new(),
            shared: vec![Shared::default(); 3],
            clients: Vec::new(),
            resolvers: Vec::new(),
            database: Database::new(scenario.timing.database_lag_ms * 1_000),
            disks: disks::Disks::new(),
            probes: Vec::new(),
            standing: crate::faults::Standing::default(),
            checkers: Checkers::new(&scenario),
            outcome: Outcome::default(),
            trace: Trace::new(transcript),
            outputs: Vec::new(),
            settling: false,
            loss: ends::Loss::default(),
            epoch: Epoch(1),
            last_mile_us: http::LAST_MILE_US
                [usize::from(scenario.timing.profile == Profile::Local)],
            seen_write: 0,
            heads_at_fence: Vec::new(),
            last_run: None,
            losses: 0,
            hurt_until_us: [0; 3],
            scenario,
        };
        world.furnish();
        world
    }

    fn furnish(&mut self) {
        self.begin_authority();
        self.publish_name();
        self.start_processes();
        self.start_clients();
        for (index, planned) in self.scenario.faults.iter().enumerate() {
            let index = index as u32;
            let (at_us, end_us) = (planned.at_ms * 1_000, (planned.at_ms + planned.for_ms) * 1_000);
            self.queue.at(at_us, Event::Fault { index, on: true });
            self.queue.at(end_us, Event::Fault { index, on: false });
        }
    }

    /// Faults first, then peace until everything has settled or time is up.
    pub(crate) fn run(mut self) -> Outcome {
        let safety_us = self.scenario.shape.safety_ms * 1_000;
        self.run_until(safety_us);
        self.begin_peace();
        let bound_us = safety_us + self.scenario.shape.liveness_ms * 1_000;
        let step_us = self.scenario.timing.tick_ms * 2_000;
        let mut at_us = safety_us;
        while at_us < bound_us && !self.outcome.is_broken() {
            at_us = (at_us + step_us).min(bound_us);
            self.run_until(at_us);
            if self.has_settled() {
                break;
            }
        }
        self.conclude()
    }

    fn run_until(&mut self, end_us: u64) {
        loop {
            let coming =
                [self.queue.next_us(), self.cloud.next_deadline_us(), self.disks.next_us()];
            let next = coming.into_iter().flatten().min().unwrap_or(u64::MAX);
            let next = self.flights.next_overdue_us(next).unwrap_or(next);
            if next > end_us || self.outcome.is_broken() {
                self.now_us = end_us.max(self.now_us);
                return;
            }
            self.now_us = next;
            self.cloud.advance(next);
            self.drain();
            while let Some(region) = self.disks.done(next) {
                self.cloud.persisted(next, region, 1);
                self.drain();
            }
            while let Some(flight) = self.flights.pop_overdue(next) {
                self.overdue(flight);
                self.drain();
            }
            while let Some(event) = self.queue.pop_due(next) {
                self.handle(event);
                self.drain();
            }
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::To { process, incarnation, input } => {
                self.meet(process, incarnation, input);
            }
            Event::Client { client, input } => self.client_input(client, input),
            Event::Arrive { to, request } => self.arrive(to, request),
            Event::Send { call } => self.cloud.call(self.now_us, *call),
            Event::Pages => self.pages_due(),
            Event::CheckerOverdue { probe } => self.checker_overdue(probe),
            Event::Fault { index, on } => self.switch_fault(index as usize, on),
            Event::Restart { process } => self.restart(process),
            Event::Spawn { site } => self.spawn_sentinel(site),
        }
    }

    /// Carries out what the cloud wants done, until it wants no more.
    fn drain(&mut self) {
        while self.cloud.has_outputs() {
            let mut outputs = std::mem::take(&mut self.outputs);
            self.cloud.swap_outputs(&mut outputs);
            for output in outputs.drain(..) {
                match output {
                    Output::Reply { call, reply } => self.replied(call, reply),
                    Output::Persist(persist) => self.persist(persist),
                    Output::Probe(probe) => self.checker_asks(probe),
                    Output::Aurora(event) => self.database_event(event),
                }
            }
            self.outputs = outputs;
        }
    }

    fn persist(&mut self, persist: Persist) {
        self.observe_write(&persist);
        self.disks.keep(self.now_us, persist);
    }

    /// Each version of every item passes here, in order: the judges' own view of what happened.
    fn observe_write(&mut self, persist: &Persist) {
        let Some(item) = &persist.item else { return };
        if persist.index <= self.seen_write {
            return;
        }
        self.seen_write = persist.index;
        if persist.table == CONTROL {
            self.observe_control(item);
        } else if persist.table == LEDGER {
            self.checkers.ledger.observe(self.now_us, &persist.key, item);
        }
        self.take_violations();
    }

    fn observe_control(&mut self, item: &Item) {
        let now_us = self.now_us;
        if let Some(authority) = self.bodies.authority_in(item) {
            if let Some(changed) = self.checkers.authority.observe(now_us, authority) {
                self.checkers.audit.authority(now_us, authority);
                self.checkers.planned.authority(now_us, authority, operator::OPERATOR);
                self.trace.word(changed.version);
                self.authority_changed(changed.moved);
            }
        } else if let Some(observation) = self.bodies.observation_in(item) {
            self.checkers.authority.observation(now_us, observation);
        } else if let Some(record) = self.bodies.audit_in(item) {
            self.checkers.audit.observe(now_us, record);
        }
    }

    pub(crate) fn take_violations(&mut self) {
        if !self.checkers.have_found() {
            return;
        }
        for violation in self.checkers.take() {
            let now_us = self.now_us;
            self.trace.say(now_us, || format!("VIOLATION {}: {}", violation.rule, violation.what));
            self.outcome.violations.push(violation);
        }
    }

    pub(crate) fn fault(&self, index: usize) -> &Fault {
        &self.scenario.faults[index].fault
    }

    pub(crate) fn lives(&self) -> Lives {
        self.scenario.shape.sentinels
    }
}

impl Machines {
    fn of(scenario: &Scenario, names: &[Region]) -> Machines {
        let t = &scenario.timing;
        Machines {
            lane: LaneSettings::of(t.put_timeout_ms),
            policy: Policy::of([names[0].clone(), names[1].clone()], &t.settings()),
            run: RunSettings::of(t.poll_ms, t.promote_wait_ms),
        }
    }
}
