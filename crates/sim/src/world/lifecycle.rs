//! The lives of processes: where each process runs, and its crashes, pauses and restarts.

use super::env::Env;
use super::{Event, ProcessIx, World};
use crate::clock::NodeClock;
use crate::faults::{Part, Site};
use crate::nodes::{Input, Node};
use crate::rng::{Draw, Stream, stream};
use crate::scenario::Lives;
use leeward_cloud::RegionIx;

/// The lifetime of a function, with a margin for a late start of the next one (docs/spec/moves.md).
const FUNCTION_LIFE_MS: u64 = 150_000;
/// The interval at which the scheduler starts a sentinel function. AWS offers no shorter interval.
const START_INTERVAL_US: u64 = 60_000_000;

/// The Region, the role and the lifecycle of a process, without its internal state.
pub(crate) struct Host {
    pub(crate) region: RegionIx,
    /// The role. `None` is the operator, which no fault affects.
    pub(crate) part: Option<Part>,
    pub(crate) clock: NodeClock,
    pub(crate) up: bool,
    /// The number of starts so far. An input for an earlier incarnation is dropped.
    pub(crate) incarnation: u32,
    pub(crate) paused_until_us: u64,
    /// Whether the process ended by itself and is not started again.
    pub(crate) retired: bool,
}

impl Host {
    fn new(region: RegionIx, part: Option<Part>, clock: NodeClock) -> Host {
        Host { region, part, clock, up: true, incarnation: 0, paused_until_us: 0, retired: false }
    }
}

/// Starts every process of a platform and returns the nodes.
pub(super) fn start_processes(env: &mut Env) -> Vec<Node> {
    let mut clocks = stream(env.scenario.seed, Stream::Clocks);
    let (drift, wall) = (env.scenario.shape.drift_ppm, env.scenario.shape.wall_error_ms);
    let mut start = |site: Site, part: Option<Part>| {
        let drift = clocks.below(2 * drift as u64 + 1) as i64 - drift;
        let wall = clocks.below(2 * wall as u64 + 1) as i64 - wall;
        Host::new(site.ix(), part, NodeClock::new(0, drift, wall))
    };
    let mut hosts = Vec::new();
    for site in Site::PAIR {
        for _ in 0..env.scenario.shape.api_processes {
            hosts.push(start(site, Some(Part::Api)));
        }
        for part in [Part::Processor, Part::Health, Part::StateMachine] {
            hosts.push(start(site, Some(part)));
        }
    }
    for site in Site::ALL {
        hosts.push(start(site, Some(Part::Sentinel)));
    }
    hosts.push(start(Site::Primary, None));
    env.hosts = hosts;
    let nodes = (0..env.hosts.len()).map(|process| env.new_node(process, 0)).collect();
    for process in 0..env.hosts.len() {
        env.begin_process(process);
    }
    if env.scenario.shape.sentinels == Lives::Function {
        for site in Site::ALL {
            let at_us = env.jitter.between(START_INTERVAL_US / 2, START_INTERVAL_US);
            env.queue.at(at_us, Event::Spawn { site });
        }
    }
    nodes
}

impl Env {
    fn new_node(&self, process: ProcessIx, life: u32) -> Node {
        let host = &self.hosts[process];
        let name = self.directory.name(host.region);
        Node::start(host.part, &self.settings.policy, name, life)
    }

    /// Queues the first inputs of a new life.
    fn begin_process(&mut self, process: ProcessIx) {
        let after_us = self.jitter.below(self.tick_us());
        match self.hosts[process].part {
            Some(Part::Sentinel) => {
                if self.scenario.shape.sentinels == Lives::Function {
                    self.queue_lifetime(process);
                }
                self.send(process, after_us, Input::TickDue);
            }
            Some(Part::Processor) => {
                self.send(process, after_us / 4, Input::ReceiveDue);
                self.send(process, after_us, Input::SweepDue(0));
            }
            Some(Part::Api | Part::Health | Part::StateMachine) | None => {}
        }
    }

    fn queue_lifetime(&mut self, process: ProcessIx) {
        let after_us = self.hosts[process].clock.span_us(FUNCTION_LIFE_MS);
        self.send(process, after_us, Input::LifetimeOver);
    }

    /// Starts an execution. The run's id is the execution's name, so a second start has no effect. Returns the process
    /// that begins the execution.
    pub(super) fn name_execution(&mut self, target: RegionIx, run: &String) -> Option<ProcessIx> {
        if self.regions[target].executions.contains(run) {
            return None;
        }
        let process = self.find_host(target, Part::StateMachine)?;
        self.regions[target].executions.push(run.clone());
        Some(process)
    }
}

impl World {
    /// Ends a process, whose state is lost; only the data in the cloud remains.
    pub(crate) fn crash(&mut self, process: ProcessIx) {
        let host = &mut self.env.hosts[process];
        if host.retired {
            return;
        }
        host.up = false;
        host.incarnation += 1;
        host.paused_until_us = 0;
        if host.part == Some(Part::Processor) {
            let region = host.region;
            self.env.regions[region].sweep = Default::default();
        }
        self.nodes[process] = self.env.new_node(process, self.life(process) + 1);
    }

    pub(crate) fn restart(&mut self, process: ProcessIx) {
        let env = &mut self.env;
        let host = &mut env.hosts[process];
        if host.up || host.retired || env.cloud.net().is_dark(host.region) {
            return;
        }
        host.up = true;
        host.clock = host.clock.restarted(env.now_us);
        env.begin_process(process);
    }

    /// Begins a newer life of a Region's sentinel, whether or not the older one has ended.
    pub(super) fn spawn_sentinel(&mut self, site: Site) {
        let env = &mut self.env;
        if env.scenario.shape.sentinels != Lives::Function {
            return;
        }
        env.queue.at(env.now_us + START_INTERVAL_US, Event::Spawn { site });
        let lost = env.scenario.shape.lost_starts && (env.now_us / START_INTERVAL_US) % 2 == 1;
        if lost || env.cloud.net().is_dark(site.ix()) {
            return;
        }
        let is_sentinel =
            |host: &Host| host.region == site.ix() && host.part == Some(Part::Sentinel);
        let of_site: Vec<ProcessIx> =
            (0..env.hosts.len()).filter(|ix| is_sentinel(&env.hosts[*ix])).collect();
        let life = 1 + of_site.iter().map(|ix| self.life(*ix)).max().unwrap_or(0);
        let env = &mut self.env;
        let oldest = *of_site.first().expect("each Region has a sentinel");
        let clock = env.hosts[oldest].clock.restarted(env.now_us);
        let fresh = Host::new(site.ix(), Some(Part::Sentinel), clock);
        let process = match of_site.into_iter().find(|ix| env.hosts[*ix].retired) {
            Some(process) => {
                let incarnation = env.hosts[process].incarnation + 1;
                env.hosts[process] = Host { incarnation, ..fresh };
                self.nodes[process] = env.new_node(process, life);
                process
            }
            None => {
                env.hosts.push(fresh);
                let process = env.hosts.len() - 1;
                self.nodes.push(env.new_node(process, life));
                process
            }
        };
        env.send(process, 0, Input::TickDue);
        env.queue_lifetime(process);
    }

    /// Ends a sentinel that exits by itself. A sentinel in a loop is restarted; for functions, the schedule starts the
    /// next one.
    pub(super) fn leave(&mut self, process: ProcessIx) {
        self.crash(process);
        let env = &mut self.env;
        match env.scenario.shape.sentinels {
            Lives::Function => env.hosts[process].retired = true,
            Lives::Loop => {
                env.queue.at(env.now_us + env.tick_us(), Event::Restart { process });
            }
        }
    }

    fn life(&self, process: ProcessIx) -> u32 {
        match &self.nodes[process] {
            Node::Sentinel(node) => node.life(),
            _ => 0,
        }
    }
}
