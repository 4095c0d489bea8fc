//! The environment of the nodes of a world: time, randomness, the queue, the cloud and the judges.
//!
//! A node accesses the environment through a [`Ctx`], which adds the node's own Region, its clock, and the incarnation
//! to which replies are addressed.

use super::calls::PendingCalls;
use super::database::Database;
use super::directory::{Directory, PerRegion};
use super::disks::Disks;
use super::lifecycle::Host;
use super::network::{Answer, Request, Requester};
use super::settings::MachineSettings;
use super::tables::{self, Bodies};
use super::watch::Watch;
use super::{Event, ProcessIx, Purpose};
use crate::faults::{ActiveFaults, Fault, Part};
use crate::nodes::Input;
use crate::queue::Queue;
use crate::rng::{Stream, stream};
use crate::scenario::Scenario;
use leeward_blueprint::Timing;
use leeward_cloud::rng::Rng;
use leeward_cloud::{Cloud, RegionIx};
use leeward_model::{AccountId, Authority, ClientId, Region, RunKind};
use std::collections::VecDeque;
use std::sync::Arc;

/// An effect that takes place as soon as the node that caused it has returned.
pub(crate) enum Signal {
    /// The state machine service of a Region starts an execution and answers the caller.
    StartExecution { target: RegionIx, run: String, kind: RunKind, caller: ProcessIx },
    /// A process ends by itself.
    Leave { process: ProcessIx },
    /// A health checker has its result.
    CheckerResult { probe: u32, healthy: bool },
}

/// The state that the processes of one Region share.
#[derive(Debug, Default, Clone)]
pub(crate) struct RegionShared {
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) last_good_canary_us: Option<u64>,
    /// The ids of the executions that the Region's state machine service has started.
    pub(crate) executions: Vec<String>,
    pub(crate) sweep: SweepPlan,
}

/// The next wake-up of the Region's sweeper.
#[derive(Debug, Default, Clone)]
pub(crate) struct SweepPlan {
    /// The number of the newest plan; wake-ups of older plans are ignored.
    pub(crate) number: u64,
    pub(crate) under_way: bool,
}

/// Everything in a world except its nodes.
pub(crate) struct Env {
    pub(crate) scenario: Scenario,
    pub(crate) settings: MachineSettings,
    pub(crate) directory: Directory,
    pub(crate) now_us: u64,
    pub(crate) queue: Queue<Event>,
    pub(super) signals: VecDeque<Signal>,
    pub(crate) cloud: Cloud,
    pub(crate) bodies: Bodies,
    pub(super) pending: PendingCalls,
    /// The random stream of the network; clients, clocks and faults have separate streams.
    pub(super) network: Rng,
    pub(crate) jitter: Rng,
    pub(crate) hosts: Vec<Host>,
    pub(crate) regions: PerRegion<RegionShared>,
    pub(crate) database: Database,
    pub(crate) disks: Disks,
    pub(crate) active_faults: ActiveFaults,
    pub(crate) watch: Watch,
}

impl Env {
    pub(super) fn new(scenario: Scenario, transcript: bool) -> Env {
        let seed = scenario.seed;
        let directory = Directory::new(scenario.shape.accounts);
        let [primary, secondary, _] = directory.regions().clone();
        Env {
            settings: MachineSettings::of(&scenario, [primary, secondary]),
            directory,
            now_us: 0,
            queue: Queue::new(),
            signals: VecDeque::new(),
            cloud: tables::build_cloud(&scenario, stream(seed, Stream::Cloud).next_u64()),
            bodies: Bodies::default(),
            pending: PendingCalls::new(),
            network: stream(seed, Stream::Network),
            jitter: stream(seed, Stream::Jitter),
            hosts: Vec::new(),
            regions: PerRegion::default(),
            database: Database::new(
                scenario.timing.database_lag_ms * 1_000,
                // A switchover that ended after its run had given up would move the writer without the run's knowledge.
                scenario.timing.promote_wait_ms * 1_000 / 2,
            ),
            disks: Disks::new(),
            active_faults: ActiveFaults::default(),
            watch: Watch::new(&scenario, transcript),
            scenario,
        }
    }

    pub(crate) fn fault(&self, index: usize) -> &Fault {
        &self.scenario.faults[index].fault
    }

    pub(crate) fn tick_us(&self) -> u64 {
        self.settings.policy.tick_ms * 1_000
    }

    /// Returns a process of a Region that has this role and is up.
    pub(crate) fn find_host(&self, region: RegionIx, part: Part) -> Option<ProcessIx> {
        let runs = |host: &Host| host.region == region && host.part == Some(part) && host.up;
        self.hosts.iter().position(runs)
    }

    /// Queues an input for a process after `after_us` microseconds.
    pub(super) fn send(&mut self, process: ProcessIx, after_us: u64, input: Input) {
        let incarnation = self.hosts[process].incarnation;
        self.queue.at(self.now_us + after_us, Event::Input { process, incarnation, input });
    }

    /// Wakes the Region's sweeper, unless a sweep is in progress.
    fn wake_sweeper(&mut self, region: RegionIx) {
        let Some(ix) = self.find_host(region, Part::Processor) else { return };
        let plan = &mut self.regions[region].sweep;
        if !plan.under_way {
            plan.number += 1;
            let number = plan.number;
            self.send(ix, 0, Input::SweepDue(number));
        }
    }
}

/// The access that a process has to the world while it handles an input.
pub(crate) struct Ctx<'a> {
    pub(crate) env: &'a mut Env,
    pub(crate) process: ProcessIx,
}

impl Ctx<'_> {
    pub(crate) fn region(&self) -> RegionIx {
        self.env.hosts[self.process].region
    }

    pub(crate) fn region_name(&self) -> &Region {
        self.env.directory.name(self.region())
    }

    pub(crate) fn incarnation(&self) -> u32 {
        self.env.hosts[self.process].incarnation
    }

    pub(crate) fn timing(&self) -> &Timing {
        &self.env.scenario.timing
    }

    /// Returns the time on the process's own monotonic clock.
    pub(crate) fn now_ms(&self) -> u64 {
        self.env.hosts[self.process].clock.now_ms(self.env.now_us)
    }

    /// Returns the time of day that the process reads.
    pub(crate) fn wall_ms(&self) -> u64 {
        self.env.hosts[self.process].clock.wall_ms(self.env.now_us)
    }

    /// Returns the state that the processes of this Region share.
    pub(crate) fn shared(&mut self) -> &mut RegionShared {
        let region = self.region();
        &mut self.env.regions[region]
    }

    /// Returns the number of an account of this world.
    pub(crate) fn account_number(&self, account: &AccountId) -> u16 {
        self.env.directory.account_number(account.as_str()).expect("an account of this world")
    }

    /// Moves the process to another Region.
    pub(crate) fn move_to(&mut self, region: RegionIx) {
        self.env.hosts[self.process].region = region;
    }

    /// Queues an input for this process after a true time, not one on its own clock.
    pub(crate) fn send_after_us(&mut self, after_us: u64, input: Input) {
        self.env.send(self.process, after_us, input);
    }

    /// Queues an input for this process after a time on its own clock.
    pub(crate) fn send_after_ms(&mut self, after_ms: u64, input: Input) {
        let after_us = self.env.hosts[self.process].clock.span_us(after_ms);
        self.env.send(self.process, after_us, input);
    }

    /// Calls a service of this process's Region with the usual timeout.
    pub(crate) fn call_own_region(&mut self, purpose: Purpose, call: tables::PortCall) {
        let timeout_ms = self.timing().call_timeout_ms;
        self.call(self.region(), purpose, timeout_ms, call);
    }

    /// Calls a service of a Region, and waits for the reply for at most `timeout_ms`.
    pub(crate) fn call(
        &mut self,
        to: RegionIx,
        purpose: Purpose,
        timeout_ms: u64,
        call: tables::PortCall,
    ) {
        self.env.call(self.process, to, purpose, timeout_ms, call);
    }

    /// Adds an effect, which takes place when this node returns.
    pub(crate) fn emit(&mut self, signal: Signal) {
        self.env.signals.push_back(signal);
    }

    /// Answers a request that this process received.
    pub(crate) fn answer(&mut self, requester: Requester, answer: Answer) {
        self.env.answer(self.region(), requester, answer);
    }

    /// Sends an order on a prober's account along the customers' path of a Region.
    pub(crate) fn send_canary(&mut self, to: RegionIx, slot: u32, life: u32, n: u64) {
        let (process, incarnation) = (self.process, self.incarnation());
        let id = ClientId::new(&format!("p{process}.{incarnation}.{life}-{n}"));
        let id = id.expect("a plain id");
        let (account, order) = self.env.directory.canary(self.region(), to, n);
        let (payload, hash) = order.clone();
        let requester = Requester::Process { process, incarnation, slot };
        self.env.request_http(to, Request::Order { account, id, hash, payload, requester });
    }

    /// Shares an authority that this process read with the processes of its Region. A read that is not newer changes
    /// nothing.
    pub(crate) fn share_authority(&mut self, read: Option<&Arc<Authority>>) {
        let Some(read) = read else { return };
        let known = &mut self.shared().authority;
        if known.as_ref().is_some_and(|k| k.version >= read.version) {
            return;
        }
        *known = Some(read.clone());
        self.env.wake_sweeper(self.region());
    }

    /// Counts a step of a `core` machine.
    pub(crate) fn count_step(&mut self) {
        self.env.watch.outcome.steps += 1;
    }

    /// Adds a line to the transcript, if one is kept.
    pub(crate) fn log(&mut self, line: impl FnOnce() -> String) {
        self.env.watch.trace.log(self.env.now_us, line);
    }
}
