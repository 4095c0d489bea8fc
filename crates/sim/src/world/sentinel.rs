//! Sentinel processes: ticks of `core::sentinel`, as `driver::run_sentinel` makes them.

use super::audit::{Auditor, Then};
use super::calls::Purpose;
use super::executor::Execution;
use super::{Ask, Asker, HttpAnswer, HttpRequest, Input, ProcessIx, Role, Told, World};
use crate::faults::Site;
use crate::scenario::Runner;
use leeward_cloud::RegionIx;
use leeward_core::decide::Policy;
use leeward_core::sentinel::{Command, Event, Readings, SaveReply, Sentinel};
use leeward_model::{
    AccountId, Answer, AuditKind, Authority, ClientId, ContentHash, DatabaseView, Decimal,
    NoAction, Observation, Order, OrderType, Payload, ProbeReport, Region, Side, Symbol,
    TimeInForce, Verdict,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Executions have their canaries answered in slots of their own.
const EXECUTION_SLOT: u32 = 1 << 31;

#[derive(Debug, Default)]
struct Paths {
    api: Option<Answer>,
    ledger: Option<Answer>,
    control: Option<(Answer, DatabaseView)>,
}

/// A start on its way: from the intent in the log to the write.
struct Starting {
    next: Box<Authority>,
    expect_version: u64,
    not_after_ms: u64,
}

pub(crate) struct SentinelNode {
    machine: Sentinel,
    pub(crate) life: u32,
    pub(crate) auditor: Auditor,
    pub(crate) execution: Option<Box<Execution>>,
    round: u32,
    paths: [Paths; 2],
    probing: bool,
    /// A tick is in work; the next one waits for its end.
    busy: bool,
    due: bool,
    observations: Option<Vec<Observation>>,
    pending: VecDeque<Command>,
    start: Option<Starting>,
    canaries: u64,
    steps_in_tick: u64,
    last_verdict: Option<Verdict>,
}

impl SentinelNode {
    pub(crate) fn new(
        policy: &Policy,
        names: &[Region],
        region: RegionIx,
        life: u32,
    ) -> SentinelNode {
        let name = names[region.0 as usize].clone();
        SentinelNode {
            auditor: Auditor::new(format!("sentinel-{name}")),
            machine: Sentinel::new(policy.clone(), name.clone(), format!("{name}.{life}")),
            life,
            execution: None,
            round: 0,
            paths: Default::default(),
            probing: false,
            busy: false,
            due: false,
            observations: None,
            pending: VecDeque::new(),
            start: None,
            canaries: 0,
            steps_in_tick: 0,
            last_verdict: None,
        }
    }
}

impl World {
    pub(super) fn node(&mut self, ix: ProcessIx) -> &mut SentinelNode {
        match &mut self.processes[ix].role {
            Role::Sentinel(node) => node,
            _ => unreachable!("only asked of a sentinel"),
        }
    }

    pub(super) fn region_of(&self, name: &Region) -> RegionIx {
        let at = self.names.iter().position(|n| n == name).expect("a Region of the platform");
        RegionIx(at as u8)
    }

    pub(super) fn sentinel_input(&mut self, ix: ProcessIx, input: Input) {
        match input {
            Input::Tick => self.on_tick_due(ix),
            Input::ProbeOver(round) => self.on_probe_over(ix, round),
            Input::Answered { slot, answer } if slot & EXECUTION_SLOT != 0 => {
                self.run_canary(ix, answer);
            }
            Input::Answered { slot, answer } => self.on_canary(ix, slot, answer),
            Input::Told(purpose, told) => self.on_sentinel_told(ix, purpose, told),
            Input::RunTimer => self.run_event(ix, leeward_core::run::Event::Timer),
            Input::OwnCanaryOver(slot) => self.run_canary_over(ix, slot),
            Input::LifeOver => self.leave(ix),
            _ => unreachable!("not for a sentinel"),
        }
    }

    fn on_tick_due(&mut self, ix: ProcessIx) {
        let tick_ms = self.machines.policy.tick_ms;
        let node = self.node(ix);
        if node.busy {
            node.due = true;
            return;
        }
        node.busy = true;
        self.send_after_ms(ix, tick_ms, Input::Tick);
        let at_ms = self.wall_ms(ix);
        self.step_sentinel(ix, Event::Tick { at_ms });
    }

    fn step_sentinel(&mut self, ix: ProcessIx, event: Event) {
        let now_ms = self.now_ms(ix);
        let node = self.node(ix);
        let commands = node.machine.step(now_ms, event);
        node.steps_in_tick += 1;
        node.pending.extend(commands);
        self.next_command(ix);
    }

    /// One after the other, as the shell does; the tick is over when none is left.
    fn next_command(&mut self, ix: ProcessIx) {
        let Some(command) = self.node(ix).pending.pop_front() else {
            return self.tick_over(ix);
        };
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        match command {
            Command::Probe => self.probe(ix),
            Command::Save { observation, expect } => {
                let ask = Ask::SwapObservation(observation, expect);
                self.ask(ix, region, Purpose::SaveObservation, limit_ms, ask);
            }
            Command::ReadAll => {
                self.node(ix).observations = None;
                self.ask(ix, region, Purpose::ReadObservations, limit_ms, Ask::Observations);
            }
            Command::Report { verdict } => {
                self.report(ix, verdict);
                self.next_command(ix);
            }
            Command::Start { next, expect_version, not_after_ms, .. } => {
                let id = next.run.as_ref().map(|r| r.id.clone()).unwrap_or_default();
                self.node(ix).start = Some(Starting { next, expect_version, not_after_ms });
                self.audit(ix, AuditKind::Intent, format!("start {id}"), Then::Start);
            }
            Command::TakeOver { run } => {
                self.outcome.takeovers += 1;
                self.execute(ix, run);
                self.next_command(ix);
            }
            Command::Note { next, expect_version } => {
                let ask = Ask::SwapAuthority(next, Some(expect_version));
                self.ask(ix, region, Purpose::Note, limit_ms, ask);
            }
            Command::Leave => self.leave(ix),
        }
    }

    fn tick_over(&mut self, ix: ProcessIx) {
        let node = self.node(ix);
        node.busy = false;
        let steps = std::mem::take(&mut node.steps_in_tick);
        // An idle tick is no event.
        let idle = matches!(
            node.last_verdict,
            None | Some(Verdict::NoAction(NoAction::AllWell | NoAction::FailbackWaits))
        );
        let due = std::mem::take(&mut node.due);
        if !idle {
            self.outcome.steps += steps;
        }
        if due {
            self.on_tick_due(ix);
        }
    }

    fn report(&mut self, ix: ProcessIx, verdict: Verdict) {
        let (now_us, region) = (self.now_us, self.processes[ix].region);
        self.trace.word(u64::from(region.0) << 8 | verdict_word(&verdict));
        self.trace.say(now_us, || format!("{:?} sentinel: {verdict:?}", Site::of(region)));
        let starts = matches!(verdict, Verdict::Start { .. });
        if !starts {
            self.audit(ix, AuditKind::Verdict, format!("{verdict:?}"), Then::Nothing);
        }
        self.node(ix).last_verdict = Some(verdict);
    }

    fn probe(&mut self, ix: ProcessIx) {
        let timeout_ms = self.scenario.timing.probe_timeout_ms;
        let own = self.processes[ix].region;
        let node = self.node(ix);
        node.round += 1;
        node.paths = Default::default();
        node.probing = true;
        let round = node.round;
        self.send_after_ms(ix, timeout_ms, Input::ProbeOver(round));
        for site in Site::PAIR {
            let to = site.ix();
            let slot = round << 1 | u32::from(to.0);
            self.canary(ix, to, slot & !EXECUTION_SLOT);
            if !self.is_blind(own, to) {
                let purpose = Purpose::ProbeLedger(round, to);
                self.ask(ix, to, purpose, timeout_ms, Ask::Authority);
            }
            if !self.is_blind(own, to) {
                let purpose = Purpose::ProbeControl(round, to);
                self.ask(ix, to, purpose, timeout_ms, Ask::Describe);
            }
        }
    }

    /// An order through the customers' path of a Region.
    pub(super) fn canary(&mut self, ix: ProcessIx, to: RegionIx, slot: u32) {
        let own = self.processes[ix].region;
        let customers = self.scenario.shape.accounts as u16;
        let account = customers + u16::from(own.0) * 2 + u16::from(to.0);
        let incarnation = self.processes[ix].incarnation;
        let (life, n) = match &mut self.processes[ix].role {
            Role::Sentinel(node) => {
                node.canaries += 1;
                (node.life, node.canaries)
            }
            Role::Machine(machine) => machine.next_canary(),
            Role::Health(health) => health.next_canary(),
            _ => unreachable!("sends no canaries"),
        };
        let id = format!("p{ix}.{incarnation}.{life}-{n}");
        let id = ClientId::new(&id).expect("a plain id");
        let (payload, hash) = self.canaries[usize::from(account - customers)].of(n).clone();
        let asker = Asker::Process { process: ix, incarnation, slot };
        self.http(to, HttpRequest::Order { account, id, hash, payload, asker });
    }

    fn on_canary(&mut self, ix: ProcessIx, slot: u32, answer: HttpAnswer) {
        let (round, to) = (slot >> 1, (slot & 1) as usize);
        let own = usize::from(self.processes[ix].region.0);
        let good = matches!(answer, HttpAnswer::Accepted { .. });
        if good && own == to {
            self.shared[own].canary_good_us = Some(self.now_us);
        }
        let node = self.node(ix);
        if node.round & !EXECUTION_SLOT != round {
            return;
        }
        node.paths[to].api =
            Some(if good { Answer::Good } else { Answer::Error("503".to_owned()) });
        self.probes_in(ix);
    }

    fn on_probe_over(&mut self, ix: ProcessIx, round: u32) {
        let node = self.node(ix);
        if node.round == round && node.probing {
            for paths in &mut node.paths {
                paths.api.get_or_insert(Answer::Silence);
                paths.ledger.get_or_insert(Answer::Silence);
                paths.control.get_or_insert((Answer::Silence, DatabaseView::default()));
            }
            self.probes_in(ix);
        }
    }

    fn probes_in(&mut self, ix: ProcessIx) {
        let node = self.node(ix);
        let all = |p: &Paths| p.api.is_some() && p.ledger.is_some() && p.control.is_some();
        if !node.probing || !node.paths.iter().all(all) {
            return;
        }
        node.probing = false;
        let paths = std::mem::take(&mut node.paths);
        let report = |(region, p): (Region, Paths)| {
            let (control, view) = p.control.expect("checked above");
            let report = ProbeReport {
                api: p.api.expect("checked above"),
                ledger: p.ledger.expect("checked above"),
                control,
                resyncing: view.resyncing.contains(&region),
                member: view.members.contains(&region),
                writer: view.writer.filter(|_| !view.moving),
            };
            (region, report)
        };
        let names = self.names.iter().cloned();
        let reports: BTreeMap<Region, ProbeReport> = names.zip(paths).map(report).collect();
        self.step_sentinel(ix, Event::Probed(reports));
    }

    fn on_sentinel_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        match purpose {
            Purpose::ProbeLedger(round, to) => {
                let node = self.node(ix);
                if node.round == round && node.probing {
                    node.paths[usize::from(to.0)].ledger = Some(heard(told.as_ref()));
                    self.probes_in(ix);
                }
            }
            Purpose::ProbeControl(round, to) => self.on_described(ix, round, to, told),
            Purpose::SaveObservation => {
                let reply = match told {
                    Some(Told::Done) => SaveReply::Stored,
                    Some(Told::Met(item)) => {
                        SaveReply::Changed(self.bodies.met_observation(item.as_ref()))
                    }
                    _ => SaveReply::Unknown,
                };
                self.step_sentinel(ix, Event::Saved(reply));
            }
            Purpose::ReadObservations => {
                let read = match told {
                    Some(Told::Items(items)) => Some(self.bodies.observations(&items)),
                    _ => None,
                };
                let region = self.processes[ix].region;
                let limit_ms = self.scenario.timing.call_timeout_ms;
                self.node(ix).observations = read;
                self.ask(ix, region, Purpose::ReadAuthority, limit_ms, Ask::Authority);
            }
            Purpose::ReadAuthority => self.on_readings(ix, told.as_ref()),
            // Whatever came of it: what was not noted is noted again.
            Purpose::Note => self.next_command(ix),
            Purpose::Start => self.on_started(ix, told),
            Purpose::StartResolved => self.on_start_resolved(ix, told.as_ref()),
            Purpose::AuditHead | Purpose::AuditPut => self.audit_told(ix, purpose, told),
            run => self.run_told(ix, run, told),
        }
    }

    fn on_described(&mut self, ix: ProcessIx, round: u32, to: RegionIx, told: Option<Told>) {
        let node = self.node(ix);
        if node.round != round || !node.probing {
            return;
        }
        let seen = match told {
            Some(Told::View(view)) => (Answer::Good, *view),
            other => (heard(other.as_ref()), DatabaseView::default()),
        };
        node.paths[usize::from(to.0)].control = Some(seen);
        self.probes_in(ix);
    }

    fn on_readings(&mut self, ix: ProcessIx, told: Option<&Told>) {
        let authority = self.bodies.authority(told);
        self.note_authority(self.processes[ix].region, authority.as_ref());
        let observations = self.node(ix).observations.take();
        let readings = observations.zip(authority).map(|(observations, authority)| {
            Box::new(Readings { observations, authority: Authority::clone(&authority) })
        });
        self.step_sentinel(ix, Event::Read(readings));
    }

    /// The intent is in the log: now the write that is the whole start of the run.
    pub(super) fn start_run(&mut self, ix: ProcessIx) {
        let (region, at_ms) = (self.processes[ix].region, self.wall_ms(ix));
        let (now_ms, limit_ms) = (self.now_ms(ix), self.scenario.timing.call_timeout_ms);
        let node = self.node(ix);
        let Some(Starting { next, expect_version, not_after_ms }) = &mut node.start else { return };
        if now_ms > *not_after_ms {
            self.audit(ix, AuditKind::Result, "start: too late".to_owned(), Then::Nothing);
            return self.start_given_up(ix);
        }
        let expect = Some(*expect_version);
        if let Some(head) = node.auditor.known_head() {
            next.chain_heads.insert(node.auditor.writer.clone(), head);
        }
        if let Some(mark) = next.run.as_mut().and_then(|run| run.history.last_mut()) {
            mark.done_at_ms = at_ms;
        }
        let ask = Ask::SwapAuthority(next.clone(), expect);
        self.ask(ix, region, Purpose::Start, limit_ms, ask);
    }

    /// The next tick decides anew.
    pub(super) fn start_given_up(&mut self, ix: ProcessIx) {
        self.node(ix).start = None;
        self.next_command(ix);
    }

    fn on_started(&mut self, ix: ProcessIx, told: Option<Told>) {
        match told {
            Some(Told::Done) => self.start_ended(ix, true),
            Some(Told::Met(_)) => self.start_ended(ix, false),
            // SAFE-7: only the item itself says who won.
            _ => {
                let region = self.processes[ix].region;
                let limit_ms = self.scenario.timing.call_timeout_ms;
                self.ask(ix, region, Purpose::StartResolved, limit_ms, Ask::Authority);
            }
        }
    }

    fn on_start_resolved(&mut self, ix: ProcessIx, told: Option<&Told>) {
        let read = self.bodies.authority(told).and_then(|a| a.run.clone());
        let wanted = self.node(ix).start.as_ref().and_then(|s| s.next.run.clone());
        let won = read.is_some() && read.map(|r| r.id) == wanted.map(|r| r.id);
        self.start_ended(ix, won);
    }

    fn start_ended(&mut self, ix: ProcessIx, won: bool) {
        let Some(Starting { next, .. }) = self.node(ix).start.take() else { return };
        let run = next.run.as_ref().expect("a start has a run");
        let id = run.id.clone();
        if won {
            match self.scenario.shape.runner {
                Runner::Sentinel => self.execute(ix, id.clone()),
                Runner::StateMachine => {
                    let target = self.region_of(&run.target);
                    self.start_execution(target, id.clone());
                }
            }
        }
        self.audit(ix, AuditKind::Result, format!("start {id}: won {won}"), Then::Nothing);
        self.next_command(ix);
    }

    /// What any process of a Region read is known to all of it; older reads change nothing.
    pub(super) fn note_authority(&mut self, region: RegionIx, read: Option<&Arc<Authority>>) {
        let Some(read) = read else { return };
        let known = &mut self.shared[usize::from(region.0)].authority;
        if known.as_ref().is_some_and(|k| k.version >= read.version) {
            return;
        }
        *known = Some(read.clone());
        self.wake_sweeper(region);
    }
}

/// What a path's answer says to a prober.
fn heard(told: Option<&Told>) -> Answer {
    match told {
        None => Answer::Silence,
        Some(Told::Error) => Answer::Error("500".to_owned()),
        Some(Told::Refused(why)) => Answer::Error(why.clone()),
        Some(_) => Answer::Good,
    }
}

/// The two orders that a prober sends to a Region in turn, with their hashes.
pub(crate) struct Canaries([(Payload, ContentHash); 2]);

impl Canaries {
    pub(super) fn for_account(account: &AccountId) -> Canaries {
        Canaries([Side::Buy, Side::Sell].map(|side| {
            let payload = Payload::Order(Order {
                symbol: Symbol::new("CANARY").expect("a plain name"),
                side,
                order_type: OrderType::Market,
                quantity: Decimal::from_units(100_000_000),
                limit_price: None,
                time_in_force: TimeInForce::Day,
            });
            let hash = ContentHash::of(account, &payload);
            (payload, hash)
        }))
    }

    /// The prober's nth order.
    fn of(&self, n: u64) -> &(Payload, ContentHash) {
        &self.0[usize::from(!n.is_multiple_of(2))]
    }
}

fn verdict_word(verdict: &Verdict) -> u64 {
    match verdict {
        Verdict::NoAction(why) => *why as u64,
        Verdict::Start { .. } => 100,
        Verdict::TakeOver { .. } => 101,
        Verdict::Alert(alert) => 110 + *alert as u64,
    }
}

pub(super) const fn execution_slot(n: u32) -> u32 {
    n | EXECUTION_SLOT
}
