//! The ticks of one sentinel: probe, write, read, decide, and act on the verdict.

use crate::run::{RunPorts, execute_run, notify_operators};
use crate::swap_reply;
use leeward_core::decide::Policy;
use leeward_core::run::start::{self, Intent};
use leeward_core::run::{RunSettings, Start};
use leeward_core::sentinel::{Command, Event, Readings, SaveReply, Sentinel};
use leeward_model::{AuditKind, Authority, Observation, ProbeReport, Region, Run, Verdict};
use leeward_ports::{Control, Outcome, StateMachine, Swap};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The ports and the settings of a sentinel.
#[derive(Clone)]
pub struct SentinelPorts {
    pub run: RunPorts,
    pub settings: RunSettings,
    pub policy: Policy,
    pub region: Region,
    pub incarnation: String,
    pub runner: Runner,
}

/// The process that carries out the runs of this sentinel.
#[derive(Clone)]
pub enum Runner {
    /// This process.
    Here,
    /// A state machine in the target's Region. This process carries the run out if the state machine cannot be
    /// started, or if the run makes no progress.
    StateMachine(Arc<dyn StateMachine>),
}

impl Runner {
    /// Starts the state machine, and returns whether it carries the run out.
    ///
    /// The state machine starts at most once for a run's id. After a lost reply two executors may work on the run,
    /// which is safe.
    pub async fn start(&self, run: &Run) -> bool {
        let Runner::StateMachine(machine) = self else { return false };
        match machine.start(&run.target, &run.id, run.kind).await {
            Outcome::Done(()) => true,
            other => {
                tracing::warn!(run = %run.id, ?other, "cannot start the state machine");
                false
            }
        }
    }
}

/// The result of the last tick, for status pages and the health endpoint of this Region.
#[derive(Debug, Clone, Default)]
pub struct TickReport {
    pub observation: Option<Observation>,
    pub verdict: Option<Verdict>,
}

/// Runs ticks until `stop` turns true or a newer incarnation takes over.
pub async fn run_sentinel(
    ports: SentinelPorts,
    reports: watch::Sender<TickReport>,
    mut stop: watch::Receiver<bool>,
) {
    let machine =
        Sentinel::new(ports.policy.clone(), ports.region.clone(), ports.incarnation.clone());
    let mut ticker = Ticker { ports, machine, reports, executing: JoinSet::new() };
    let mut interval = tokio::time::interval(Duration::from_millis(ticker.ports.policy.tick_ms));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.changed() => return,
        }
        if !ticker.tick().await {
            tracing::info!("a newer incarnation of this sentinel is running; this one stops");
            return;
        }
    }
}

struct Ticker {
    ports: SentinelPorts,
    machine: Sentinel,
    reports: watch::Sender<TickReport>,
    /// The executor of this process, if there is one. It ends with the sentinel, and another sentinel takes over its
    /// run (S13). An executor that froze between a read and a call must not make the call later (R4).
    executing: JoinSet<()>,
}

impl Ticker {
    /// Runs one tick. Returns `false` if a newer incarnation has taken over.
    async fn tick(&mut self) -> bool {
        let at_ms = self.ports.run.clock.wall_ms();
        let mut commands = self.step(Event::Tick { at_ms });
        while !commands.is_empty() {
            let command = commands.remove(0);
            match command {
                Command::Probe => {
                    let reports = self.probe().await;
                    commands.extend(self.step(Event::Probed(reports)));
                }
                Command::Save { observation, expect } => {
                    let reply = self.save(&observation, expect).await;
                    commands.extend(self.step(Event::Saved(reply)));
                }
                Command::ReadAll => {
                    let readings = self.read_all().await;
                    commands.extend(self.step(Event::Read(readings.map(Box::new))));
                }
                Command::Report { verdict } => self.report(verdict).await,
                Command::Start { verdict, next, expect_version, not_after_ms } => {
                    let (verdict, writer) =
                        (verdict.to_string(), self.ports.run.auditor.writer().to_owned());
                    self.start(Intent { next, expect_version, not_after_ms, verdict, writer })
                        .await;
                }
                Command::TakeOver { run } => self.execute(run),
                Command::Note { next, expect_version } => {
                    self.save_marks(&next, expect_version).await;
                }
                Command::Leave => return false,
            }
        }
        self.reports.send_modify(|r| r.observation = self.machine.observation().cloned());
        true
    }

    fn step(&mut self, event: Event) -> Vec<Command> {
        self.machine.step(self.ports.run.clock.now_ms(), event)
    }

    async fn probe(&self) -> BTreeMap<Region, ProbeReport> {
        let probes = self.ports.policy.regions.iter().map(|region| async move {
            (region.clone(), self.ports.run.probe.probe(region).await)
        });
        futures::future::join_all(probes).await.into_iter().collect()
    }

    async fn save(&self, observation: &Observation, expect: Option<u64>) -> SaveReply {
        match self.ports.run.control.swap_observation(observation, expect).await {
            Outcome::Done(Swap::Stored) => SaveReply::Stored,
            Outcome::Done(Swap::Changed(there)) => SaveReply::Changed(there),
            _ => SaveReply::Unknown,
        }
    }

    async fn read_all(&self) -> Option<Readings> {
        let control: &dyn Control = &*self.ports.run.control;
        let (observations, authority) = tokio::join!(control.observations(), control.authority());
        Some(Readings { observations: observations.done()?, authority: authority.done()?? })
    }

    /// Writes the authority's new marks. The outcome does not matter: a later tick repeats a write that was lost.
    async fn save_marks(&self, next: &Authority, expect_version: u64) {
        let outcome = self.ports.run.control.swap_authority(next, Some(expect_version)).await;
        tracing::info!(home_whole = next.marks.home_whole.is_some(), ?outcome, "marks written");
    }

    async fn report(&self, verdict: Verdict) {
        tracing::info!(?verdict, "verdict");
        let what = verdict.to_string();
        if let Verdict::Alert(alert) = &verdict {
            // An alert does not wait for its audit record (SAFE-10).
            let (ports, subject) = (self.ports.run.clone(), format!("CRITICAL: {alert}"));
            let message = format!("The sentinel in {} reports: {alert}.", self.ports.region);
            tokio::spawn(async move { notify_operators(&ports, &subject, &message).await });
        }
        self.reports.send_modify(|r| r.verdict = Some(verdict.clone()));
        if !matches!(verdict, Verdict::Start { .. }) {
            let auditor = self.ports.run.auditor.clone();
            tokio::spawn(async move { auditor.record(AuditKind::Verdict, &what).await });
        }
    }

    /// Starts a run: carries out the commands of the machine in `core::run::start`.
    async fn start(&mut self, intent: Intent) {
        let (ports, id) = (self.ports.run.clone(), run_id(&intent));
        let mut machine = Start::new(intent);
        let mut event = start::Event::Begin;
        let end = loop {
            let (now, at) = (ports.clock.now_ms(), ports.clock.wall_ms());
            event = match machine.step(now, at, event) {
                start::Command::Record { kind, what } => {
                    start::Event::Recorded(ports.auditor.record(kind, &what).await)
                }
                start::Command::Swap { next, expect_version } => {
                    let swapped = ports.control.swap_authority(&next, Some(expect_version)).await;
                    start::Event::Swapped(swap_reply(&swapped))
                }
                start::Command::ReadAuthority => {
                    let read = ports.control.authority().await.done().flatten();
                    start::Event::Authority(read.map(Box::new))
                }
                start::Command::End(end) => break end,
            };
        };
        tracing::info!(run = %id, won = end.won.is_some(), result = ?end.result, "start of a run");
        if let Some(run) = &end.won
            && !self.ports.runner.start(run).await
        {
            self.execute(id);
        }
        if let Some(result) = end.result {
            tokio::spawn(async move { ports.auditor.record(AuditKind::Result, &result).await });
        }
    }

    fn execute(&mut self, run_id: String) {
        while self.executing.try_join_next().is_some() {}
        if !self.executing.is_empty() {
            return;
        }
        let ports = self.ports.clone();
        self.executing.spawn(async move {
            let me = ports.incarnation.clone();
            execute_run(&ports.run, ports.settings.clone(), me, run_id).await;
        });
    }
}

fn run_id(intent: &Intent) -> String {
    intent.next.run.as_ref().map(|run| run.id.clone()).unwrap_or_default()
}
