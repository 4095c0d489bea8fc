//! Processes: what runs where, and what becomes of it when it crashes, stands still or comes back.

use super::api::Api;
use super::audit::Auditor;
use super::executor::Machine;
use super::health::Health;
use super::operator::Operator;
use super::processor::Processor;
use super::sentinel::SentinelNode;
use super::{Event, HttpAnswer, HttpRequest, Purpose, Told, World};
use crate::clock::NodeClock;
use crate::faults::{Part, Site};
use crate::rng::{Draw, Stream, stream};
use crate::scenario::Lives;
use leeward_cloud::{Place, RegionIx};

pub(crate) type ProcessIx = usize;

/// What reaches a process.
pub(crate) enum Input {
    /// The answer to a call; `None`: none came in time.
    Told(Purpose, Option<Told>),
    Http(Box<HttpRequest>),
    /// The answer to a request of its own.
    Answered {
        slot: u32,
        answer: HttpAnswer,
    },
    /// A lane's command whose jitter is over.
    Lane(u16, Box<leeward_core::append::Command>),
    LaneTimer(u16),
    Tick,
    ProbeOver(u32),
    RunTimer,
    HintsDue,
    Sweep(u64),
    Commit,
    SweepCommit,
    SweepTimer,
    Receive,
    HealthOver(u32),
    OwnCanaryOver(u32),
    LifeOver,
}

/// A function's, with some left for a start that comes late (docs/spec/moves.md).
const FUNCTION_LIFE_MS: u64 = 150_000;
/// By the clock's schedule: the shortest that there is.
const STARTED_US: u64 = 60_000_000;

pub(crate) enum Role {
    Api(Box<Api>),
    Processor(Box<Processor>),
    Sentinel(Box<SentinelNode>),
    Health(Box<Health>),
    Machine(Box<Machine>),
    Operator(Box<Operator>),
}

impl Role {
    pub(crate) fn part(&self) -> Option<Part> {
        match self {
            Role::Api(_) => Some(Part::Api),
            Role::Processor(_) => Some(Part::Processor),
            Role::Sentinel(_) => Some(Part::Sentinel),
            Role::Health(_) => Some(Part::Health),
            Role::Machine(_) => Some(Part::StateMachine),
            Role::Operator(_) => None,
        }
    }
}

pub(crate) struct Process {
    pub(crate) region: RegionIx,
    pub(crate) role: Role,
    pub(crate) clock: NodeClock,
    pub(crate) up: bool,
    /// Grows with each start; what was meant for an earlier one is dropped.
    pub(crate) incarnation: u32,
    pub(crate) paused_until_us: u64,
    /// It ended by itself and is not started again.
    pub(crate) retired: bool,
}

impl World {
    pub(super) fn start_processes(&mut self) {
        let mut clocks = stream(self.scenario.seed, Stream::Clocks);
        let (drift, wall) = (self.scenario.shape.drift_ppm, self.scenario.shape.wall_error_ms);
        let mut clock = || {
            let drift = clocks.below(2 * drift as u64 + 1) as i64 - drift;
            let wall = clocks.below(2 * wall as u64 + 1) as i64 - wall;
            NodeClock::new(0, drift, wall)
        };
        let mut roles: Vec<(RegionIx, Role, NodeClock)> = Vec::new();
        for site in Site::PAIR {
            for _ in 0..self.scenario.shape.api_processes {
                roles.push((site.ix(), Role::Api(Box::default()), clock()));
            }
            roles.push((site.ix(), Role::Processor(Box::default()), clock()));
            roles.push((site.ix(), Role::Health(Box::default()), clock()));
            roles.push((site.ix(), Role::Machine(Box::default()), clock()));
        }
        for site in Site::ALL {
            let node = SentinelNode::new(&self.machines.policy, &self.names, site.ix(), 0);
            roles.push((site.ix(), Role::Sentinel(Box::new(node)), clock()));
        }
        roles.push((Site::Primary.ix(), Role::Operator(Box::default()), clock()));
        for (region, role, clock) in roles {
            self.processes.push(Process {
                region,
                role,
                clock,
                up: true,
                incarnation: 0,
                paused_until_us: 0,
                retired: false,
            });
        }
        for ix in 0..self.processes.len() {
            self.begin_process(ix);
        }
        if self.lives() == Lives::Function {
            for site in Site::ALL {
                let at_us = self.jitter.between(30_000_000, 60_000_000);
                self.queue.at(at_us, Event::Spawn { site });
            }
        }
    }

    /// The first inputs of a life.
    fn begin_process(&mut self, ix: ProcessIx) {
        let tick_us = self.machines.policy.tick_ms * 1_000;
        let after_us = self.jitter.below(tick_us);
        let input = match &self.processes[ix].role {
            Role::Sentinel(_) => Input::Tick,
            Role::Processor(_) => {
                self.send(ix, after_us / 4, Input::Receive);
                Input::Sweep(0)
            }
            Role::Api(_) | Role::Health(_) | Role::Machine(_) | Role::Operator(_) => return,
        };
        if matches!(input, Input::Tick) && self.lives() == Lives::Function {
            self.send_after_ms(ix, FUNCTION_LIFE_MS, Input::LifeOver);
        }
        self.send(ix, after_us, input);
    }

    /// Something for the process to meet so many microseconds from now.
    pub(super) fn send(&mut self, process: ProcessIx, after_us: u64, input: Input) {
        let incarnation = self.processes[process].incarnation;
        self.queue.at(self.now_us + after_us, Event::To { process, incarnation, input });
    }

    /// The same, by the process's own clock.
    pub(super) fn send_after_ms(&mut self, process: ProcessIx, after_ms: u64, input: Input) {
        let after_us = self.processes[process].clock.span_us(after_ms);
        self.send(process, after_us, input);
    }

    pub(super) fn meet(&mut self, process: ProcessIx, incarnation: u32, input: Input) {
        let p = &self.processes[process];
        if !p.up || p.incarnation != incarnation {
            return;
        }
        if p.paused_until_us > self.now_us {
            let at_us = p.paused_until_us;
            self.queue.at(at_us, Event::To { process, incarnation, input });
            return;
        }
        match &p.role {
            Role::Api(_) => self.api_input(process, input),
            Role::Processor(_) => self.processor_input(process, input),
            Role::Sentinel(_) => self.sentinel_input(process, input),
            Role::Health(_) => self.health_input(process, input),
            Role::Machine(_) => self.machine_input(process, input),
            Role::Operator(_) => self.operator_input(process, input),
        }
    }

    pub(super) fn place(&self, process: ProcessIx) -> Place {
        Place::Region(self.processes[process].region)
    }

    pub(super) fn now_ms(&self, process: ProcessIx) -> u64 {
        self.processes[process].clock.now_ms(self.now_us)
    }

    pub(super) fn wall_ms(&self, process: ProcessIx) -> u64 {
        self.processes[process].clock.wall_ms(self.now_us)
    }

    /// All that it knew is gone; only what is in the cloud stays.
    pub(crate) fn crash(&mut self, ix: ProcessIx) {
        let (policy, names) = (&self.machines.policy, &self.names);
        let p = &mut self.processes[ix];
        if p.retired {
            return;
        }
        p.up = false;
        p.incarnation += 1;
        p.paused_until_us = 0;
        p.role = match &p.role {
            Role::Api(_) => Role::Api(Box::default()),
            Role::Processor(_) => Role::Processor(Box::default()),
            Role::Health(_) => Role::Health(Box::default()),
            Role::Machine(_) => Role::Machine(Box::default()),
            Role::Operator(_) => Role::Operator(Box::default()),
            Role::Sentinel(old) => {
                let life = old.life + 1;
                Role::Sentinel(Box::new(SentinelNode::new(policy, names, p.region, life)))
            }
        };
    }

    pub(crate) fn restart(&mut self, ix: ProcessIx) {
        let p = &mut self.processes[ix];
        if p.up || p.retired || self.cloud.net().is_dark(p.region) {
            return;
        }
        p.up = true;
        p.clock = p.clock.restarted(self.now_us);
        self.begin_process(ix);
    }

    /// A newer incarnation of a Region's sentinel begins, whatever the older one does.
    pub(super) fn spawn_sentinel(&mut self, site: Site) {
        if self.lives() != Lives::Function {
            return;
        }
        self.queue.at(self.now_us + STARTED_US, Event::Spawn { site });
        let lost = self.scenario.shape.lost_starts && (self.now_us / STARTED_US) % 2 == 1;
        if lost || self.cloud.net().is_dark(site.ix()) {
            return;
        }
        let of_site = |p: &Process| p.region == site.ix() && matches!(p.role, Role::Sentinel(_));
        let life =
            1 + self.processes.iter().filter(|p| of_site(p)).map(Process::life).max().unwrap_or(0);
        let old = self.processes.iter().position(of_site).expect("each Region has one");
        let clock = self.processes[old].clock.restarted(self.now_us);
        let node = SentinelNode::new(&self.machines.policy, &self.names, site.ix(), life);
        let fresh = Process {
            region: site.ix(),
            role: Role::Sentinel(Box::new(node)),
            clock,
            up: true,
            incarnation: 0,
            paused_until_us: 0,
            retired: false,
        };
        let free = self.processes.iter().position(|p| of_site(p) && p.retired);
        let ix = match free {
            Some(ix) => {
                let incarnation = self.processes[ix].incarnation + 1;
                self.processes[ix] = Process { incarnation, ..fresh };
                ix
            }
            None => {
                self.processes.push(fresh);
                self.processes.len() - 1
            }
        };
        self.send(ix, 0, Input::Tick);
        self.send_after_ms(ix, FUNCTION_LIFE_MS, Input::LifeOver);
    }

    /// It leaves by itself. A loop is started again by its supervisor, a function by its schedule.
    pub(super) fn leave(&mut self, ix: ProcessIx) {
        self.crash(ix);
        match self.lives() {
            Lives::Function => self.processes[ix].retired = true,
            Lives::Loop => {
                let after_us = self.machines.policy.tick_ms * 1_000;
                self.queue.at(self.now_us + after_us, Event::Restart { process: ix });
            }
        }
    }

    pub(super) fn auditor(&mut self, ix: ProcessIx) -> &mut Auditor {
        match &mut self.processes[ix].role {
            Role::Sentinel(node) => &mut node.auditor,
            Role::Machine(machine) => &mut machine.auditor,
            Role::Operator(operator) => &mut operator.auditor,
            Role::Api(_) | Role::Processor(_) | Role::Health(_) => {
                unreachable!("writes no audit records")
            }
        }
    }
}

impl Process {
    fn life(&self) -> u32 {
        match &self.role {
            Role::Sentinel(node) => node.life,
            _ => 0,
        }
    }
}
