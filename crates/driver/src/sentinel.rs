//! Ticks of one sentinel: probe, write, read, decide, and what follows from the verdict.

use crate::run::{RunPorts, execute_run};
use leeward_core::decide::Policy;
use leeward_core::detect::ProbeReport;
use leeward_core::run::RunSettings;
use leeward_core::sentinel::{Command, Event, Readings, SaveReply, Sentinel};
use leeward_model::{Authority, Observation, Region, Run, Verdict};
use leeward_ports::{Control, Outcome, StateMachine, Swap};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Everything a sentinel needs beside its machine.
#[derive(Clone)]
pub struct SentinelPorts {
    pub run: RunPorts,
    pub settings: RunSettings,
    pub policy: Policy,
    pub region: Region,
    pub incarnation: String,
    pub runner: Runner,
}

/// Who carries out the runs that this sentinel starts.
#[derive(Clone)]
pub enum Runner {
    /// This process.
    Here,
    /// A state machine in the target's Region; this process if that one does not take it, and whenever a run
    /// stands still.
    StateMachine(Arc<dyn StateMachine>),
}

impl Runner {
    /// Whether a state machine carries the run out. Two starts of one id are one; a lost answer only means that
    /// two are at it, which is harmless.
    pub async fn takes(&self, run: &Run) -> bool {
        let Runner::StateMachine(machine) = self else { return false };
        match machine.start(&run.target, &run.id, run.kind).await {
            Outcome::Done(()) => true,
            other => {
                tracing::warn!(run = %run.id, ?other, "the state machine does not take it");
                false
            }
        }
    }
}

/// What the last tick brought, for status pages and this Region's health answers.
#[derive(Debug, Clone, Default)]
pub struct TickReport {
    pub observation: Option<Observation>,
    pub verdict: Option<Verdict>,
}

/// Ticks until `stop` turns true or a newer incarnation takes over.
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
            tracing::info!("a newer incarnation of this sentinel ticks; leaving");
            return;
        }
    }
}

struct Ticker {
    ports: SentinelPorts,
    machine: Sentinel,
    reports: watch::Sender<TickReport>,
    /// An executor of this process is at a run: one at a time. It ends with the sentinel, somebody takes the run
    /// over (S13): what was stopped between a look and a call must not call in a later life (R4).
    executing: JoinSet<()>,
}

impl Ticker {
    /// One tick; `false` when this incarnation is over.
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
                    self.start(&verdict, *next, expect_version, not_after_ms).await;
                }
                Command::TakeOver { run } => self.execute(run),
                Command::Note { next, expect_version } => self.note(&next, expect_version).await,
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
            let p = self.ports.run.probe.probe(region).await;
            let report = ProbeReport {
                api: p.api,
                ledger: p.ledger,
                control: p.control,
                writer: p.writer,
                resyncing: p.resyncing,
                member: p.member,
            };
            (region.clone(), report)
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

    /// Whatever comes of it: what was not noted is noted again.
    async fn note(&self, next: &Authority, expect_version: u64) {
        let noted = self.ports.run.control.swap_authority(next, Some(expect_version)).await;
        tracing::info!(home_whole = next.marks.home_whole.is_some(), ?noted, "noted");
    }

    async fn report(&self, verdict: Verdict) {
        tracing::info!(?verdict, "verdict");
        let what = format!("{verdict:?}");
        if let Verdict::Alert(alert) = &verdict {
            // Alerts do not wait for the audit (SAFE-10).
            let (ports, subject) = (self.ports.run.clone(), format!("CRITICAL: {alert:?}"));
            let message = format!("sentinel {} says {what}", self.ports.region);
            tokio::spawn(async move {
                for region in &ports.regions {
                    let _ = ports.notify.notify(region, &subject, &message).await;
                }
            });
        }
        self.reports.send_modify(|r| r.verdict = Some(verdict.clone()));
        if !matches!(verdict, Verdict::Start { .. }) {
            let auditor = self.ports.run.auditor.clone();
            tokio::spawn(async move { auditor.record("verdict", &what).await });
        }
    }

    /// The winning write is the whole start of the run; who loses it does nothing.
    async fn start(
        &mut self,
        verdict: &Verdict,
        mut next: Authority,
        expect_version: u64,
        not_after_ms: u64,
    ) {
        let auditor = self.ports.run.auditor.clone();
        let id = next.run.as_ref().map(|r| r.id.clone()).unwrap_or_default();
        // SAFE-10: the intent is in the log, and its head in the write, before the effect.
        let what = format!("start {id}: {verdict:?}");
        let Some(head) = auditor.record("intent", &what).await else {
            tracing::warn!(run = %id, "the intent could not be written; deciding anew");
            return;
        };
        next.chain_heads.insert(auditor.writer().to_owned(), head);
        // SAFE-8: a process that stood still between its look and its act must not act on what it saw.
        if self.ports.run.clock.now_ms() > not_after_ms {
            tracing::warn!(run = %id, "the decision came too late to be written; deciding anew");
            auditor.record("result", &format!("{what}: too late")).await;
            return;
        }
        // The fence is this very write: its mark says when it was sent, not when the tick began.
        let at_ms = self.ports.run.clock.wall_ms();
        if let Some(mark) = next.run.as_mut().and_then(|run| run.history.last_mut()) {
            mark.done_at_ms = at_ms;
        }
        let control = &self.ports.run.control;
        let won = match control.swap_authority(&next, Some(expect_version)).await {
            Outcome::Done(Swap::Stored) => true,
            Outcome::Done(Swap::Changed(_)) => false,
            // SAFE-7: only the item itself says who won.
            _ => {
                let read = control.authority().await.done().flatten();
                read.and_then(|a| a.run).is_some_and(|run| run.id == id)
            }
        };
        tracing::info!(run = %id, won, "start of a run");
        if let (true, Some(run)) = (won, &next.run) {
            self.hand_on(run).await;
        }
        let what = format!("{what}: won {won}");
        tokio::spawn(async move { auditor.record("result", &what).await });
    }

    async fn hand_on(&mut self, run: &Run) {
        if !self.ports.runner.takes(run).await {
            self.execute(run.id.clone());
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
