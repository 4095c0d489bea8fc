//! One world: a queue of events, the cloud, and the nodes, which are in [`crate::nodes`].
//!
//! The world delivers events and carries out the outputs of the cloud, but makes no decisions. It does not judge
//! either: through `watch`, it reports what happens to the judges of [`crate::check`].

mod calls;
mod conclude;
mod database;
mod directory;
mod disks;
mod env;
mod lifecycle;
mod network;
mod settings;
mod tables;
mod watch;

pub(crate) use calls::Purpose;
pub(crate) use directory::PerRegion;
pub(crate) use env::{Ctx, Env, Signal};
pub(crate) use network::{Answer, HealthPath, Request, Requester};
pub(crate) use tables::{PortCall, PortReply, SHARDS, claim_in};

use crate::faults::Site;
use crate::nodes::{ClientInput, Clients, HealthCheckers, Input, Node};
use crate::outcome::Outcome;
use crate::scenario::Scenario;
use leeward_cloud::{Call, Output, Place};
use leeward_model::Authority;

/// The number of a process, which is its index in the list of hosts.
pub(crate) type ProcessIx = usize;

/// An event of the queue.
pub(crate) enum Event {
    Input {
        process: ProcessIx,
        incarnation: u32,
        input: Input,
    },
    Client {
        client: u32,
        input: ClientInput,
    },
    /// A request arrives at the load balancer of a Region.
    Arrive {
        to: leeward_cloud::RegionIx,
        request: Box<Request>,
    },
    /// A call that a reordering network delayed is sent now.
    Send {
        call: Box<Call>,
    },
    /// Pages of the database arrive, or can be shipped again.
    PagesDue,
    CheckerTimeout {
        probe: u32,
    },
    Fault {
        index: u32,
        on: bool,
    },
    Restart {
        process: ProcessIx,
    },
    /// A sentinel's next life begins, whether or not the last one has ended.
    Spawn {
        site: Site,
    },
}

// These are the names of the tables, queues and clusters, which every caller uses.
pub(crate) const LEDGER: &str = "ledger";
pub(crate) const CONTROL: &str = "control";
pub(crate) const QUEUE: &str = "orders";
pub(crate) const DEAD_LETTERS: &str = "dead-letters";
pub(crate) const CLUSTER: &str = "global";
pub(crate) const PUBLIC_NAME: &str = "orders";

pub(crate) struct World {
    pub(crate) env: Env,
    pub(crate) nodes: Vec<Node>,
    pub(crate) clients: Clients,
    health_checkers: HealthCheckers,
    outputs: Vec<Output>,
}

impl World {
    pub(crate) fn new(scenario: Scenario, transcript: bool) -> World {
        let mut env = Env::new(scenario, transcript);
        env.create_authority();
        HealthCheckers::publish_name(&mut env);
        let nodes = lifecycle::start_processes(&mut env);
        let clients = Clients::start(&mut env);
        for (index, planned) in env.scenario.faults.iter().enumerate() {
            let index = index as u32;
            let (at_us, end_us) = (planned.at_ms * 1_000, (planned.at_ms + planned.for_ms) * 1_000);
            env.queue.at(at_us, Event::Fault { index, on: true });
            env.queue.at(end_us, Event::Fault { index, on: false });
        }
        let health_checkers = HealthCheckers::default();
        World { env, nodes, clients, health_checkers, outputs: Vec::new() }
    }

    /// Runs the world with faults, and then without faults until it has settled or the time limit has passed.
    pub(crate) fn run(mut self) -> Outcome {
        let shape = &self.env.scenario.shape;
        let safety_us = shape.safety_ms * 1_000;
        let bound_us = safety_us + shape.liveness_ms * 1_000;
        let step_us = self.env.scenario.timing.tick_ms * 2_000;
        self.run_until(safety_us);
        self.begin_peace();
        let mut at_us = safety_us;
        while at_us < bound_us && !self.env.watch.outcome.is_broken() {
            at_us = (at_us + step_us).min(bound_us);
            self.run_until(at_us);
            if self.has_settled() {
                break;
            }
        }
        self.conclude()
    }

    fn begin_peace(&mut self) {
        self.clients.begin_settling();
        let env = &mut self.env;
        env.watch.trace.log(env.now_us, || "peace: every fault is over".to_owned());
        self.end_all_faults();
    }

    fn run_until(&mut self, end_us: u64) {
        loop {
            let env = &mut self.env;
            let coming = [env.queue.next_us(), env.cloud.next_deadline_us(), env.disks.next_us()];
            let next = coming.into_iter().flatten().min().unwrap_or(u64::MAX);
            let next = env.pending.next_overdue_us(next).unwrap_or(next);
            if next > end_us || env.watch.outcome.is_broken() {
                env.now_us = end_us.max(env.now_us);
                return;
            }
            env.now_us = next;
            env.cloud.advance(next);
            self.carry_out_outputs();
            while let Some(region) = self.env.disks.pop_durable(next) {
                self.env.cloud.persisted(next, region, 1);
                self.carry_out_outputs();
            }
            while let Some(id) = self.env.pending.pop_overdue(next) {
                self.on_overdue(id);
                self.carry_out_outputs();
            }
            while let Some(event) = self.env.queue.pop_due(next) {
                self.handle(event);
                self.carry_out_outputs();
            }
        }
    }

    fn handle(&mut self, event: Event) {
        let env = &mut self.env;
        match event {
            Event::Input { process, incarnation, input } => {
                self.deliver(process, incarnation, input);
            }
            Event::Client { client, input } => self.clients.handle(env, client, input),
            Event::Arrive { to, request } => {
                if let Some(Event::Input { process, incarnation, input }) = env.route(to, request) {
                    self.deliver(process, incarnation, input);
                }
            }
            Event::Send { call } => env.cloud.call(env.now_us, *call),
            Event::PagesDue => env.on_pages_due(),
            Event::CheckerTimeout { probe } => self.health_checkers.on_result(env, probe, false),
            Event::Fault { index, on } => self.switch_fault(index as usize, on),
            Event::Restart { process } => self.restart(process),
            Event::Spawn { site } => self.spawn_sentinel(site),
        }
        self.carry_out_signals();
    }

    /// Delivers an input, unless the process has ended. A paused process receives the input later.
    fn deliver(&mut self, process: ProcessIx, incarnation: u32, input: Input) {
        let host = &self.env.hosts[process];
        if !host.up || host.incarnation != incarnation {
            return;
        }
        if host.paused_until_us > self.env.now_us {
            let at_us = host.paused_until_us;
            self.env.queue.at(at_us, Event::Input { process, incarnation, input });
            return;
        }
        self.step_node(process, input);
    }

    pub(crate) fn step_node(&mut self, process: ProcessIx, input: Input) {
        self.nodes[process].handle(&mut Ctx { env: &mut self.env, process }, input);
    }

    fn carry_out_signals(&mut self) {
        while let Some(signal) = self.env.signals.pop_front() {
            match signal {
                Signal::StartExecution { target, run, kind, caller } => {
                    if let Some(process) = self.env.name_execution(target, &run) {
                        self.step_node(process, Input::Execute { run, kind });
                    }
                    self.step_node(caller, Input::ExecutionStarted);
                }
                Signal::Leave { process } => self.leave(process),
                Signal::CheckerResult { probe, healthy } => {
                    self.health_checkers.on_result(&mut self.env, probe, healthy);
                }
            }
        }
    }

    /// Carries out the outputs of the cloud, until there are no more.
    fn carry_out_outputs(&mut self) {
        while self.env.cloud.has_outputs() {
            let mut outputs = std::mem::take(&mut self.outputs);
            self.env.cloud.swap_outputs(&mut outputs);
            for output in outputs.drain(..) {
                match output {
                    Output::Reply { call, reply } => self.on_reply(call, reply),
                    Output::Persist(persist) => self.env.persist(persist),
                    Output::Probe(probe) => self.health_checkers.probe(&mut self.env, probe),
                    Output::Aurora(event) => self.env.on_database_event(event),
                }
            }
            self.outputs = outputs;
        }
    }
}

impl Env {
    /// Writes the first authority, as a new deployment does.
    fn create_authority(&mut self) {
        let primary = Site::Primary.ix();
        let first = Authority::initial(self.directory.name(primary).clone());
        let request = self.request(PortCall::SwapAuthority(Box::new(first), None));
        let call = Call { id: u64::MAX, from: Place::Region(primary), to: primary, request };
        self.cloud.call(0, call);
        let mut outputs = Vec::new();
        self.cloud.swap_outputs(&mut outputs);
        for output in outputs {
            if let Output::Persist(persist) = output {
                self.persist(persist);
            }
        }
    }
}
