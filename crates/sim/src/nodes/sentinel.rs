//! A sentinel, which carries out the ticks of `core::sentinel` as `driver::run_sentinel` does. Its probes are in
//! `probe`, and the start of a run is in `start`.

use super::Input;
use super::auditor::{AfterAudit, Audited};
use super::executor::{EXECUTION_SLOT, RunExecutor};
use super::probe::Prober;
use crate::faults::Site;
use crate::world::{Ctx, PortCall, PortReply, Purpose, Signal};
use leeward_core::decide::Policy;
use leeward_core::run;
use leeward_core::run::start::{Intent, Start};
use leeward_core::sentinel::{Command, Event, Readings, SaveReply, Sentinel};
use leeward_model::{AuditKind, Authority, NoAction, Observation, Region, Verdict};
use std::collections::VecDeque;

pub(crate) struct SentinelNode {
    machine: Sentinel,
    life: u32,
    pub(super) executor: RunExecutor,
    pub(super) prober: Prober,
    /// Whether a tick is in progress; the next tick waits for its end.
    busy: bool,
    tick_is_due: bool,
    observations: Option<Vec<Observation>>,
    pending: VecDeque<Command>,
    pub(super) start: Option<Start>,
    /// The result of the start in progress, which is logged at its end.
    pub(super) start_result: Option<String>,
    steps_in_tick: u64,
    last_verdict: Option<Verdict>,
    /// Whether the sentinel has ended and does nothing more.
    left: bool,
}

impl SentinelNode {
    pub(super) fn new(policy: &Policy, region: &Region, life: u32) -> SentinelNode {
        SentinelNode {
            machine: Sentinel::new(policy.clone(), region.clone(), format!("{region}.{life}")),
            life,
            executor: RunExecutor::new(format!("sentinel-{region}"), life),
            prober: Prober::default(),
            busy: false,
            tick_is_due: false,
            observations: None,
            pending: VecDeque::new(),
            start: None,
            start_result: None,
            steps_in_tick: 0,
            last_verdict: None,
            left: false,
        }
    }

    pub(crate) fn life(&self) -> u32 {
        self.life
    }

    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::TickDue => self.begin_tick(ctx),
            Input::ProbeTimeout(round) => {
                let reports = self.prober.on_timeout(ctx, round);
                self.report_probes(ctx, reports);
            }
            Input::Answered { slot, answer } if slot & EXECUTION_SLOT != 0 => {
                self.executor.on_canary(ctx, slot, answer.is_accepted());
            }
            Input::Answered { slot, answer } => {
                let reports = self.prober.on_canary(ctx, slot, answer);
                self.report_probes(ctx, reports);
            }
            Input::Reply(purpose, reply) => self.on_reply(ctx, purpose, reply),
            Input::RunTimer => self.executor.step(ctx, run::Event::Timer),
            Input::RunCanaryTimeout(slot) => self.executor.on_canary(ctx, slot, false),
            Input::ExecutionStarted => self.conclude_start(ctx),
            Input::LifetimeOver => self.leave(ctx),
            _ => unreachable!("not an input of a sentinel"),
        }
    }

    fn begin_tick(&mut self, ctx: &mut Ctx<'_>) {
        if self.busy {
            self.tick_is_due = true;
            return;
        }
        self.busy = true;
        ctx.send_after_ms(ctx.env.settings.policy.tick_ms, Input::TickDue);
        let at_ms = ctx.wall_ms();
        self.step(ctx, Event::Tick { at_ms });
    }

    fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let commands = self.machine.step(ctx.now_ms(), event);
        self.steps_in_tick += 1;
        self.pending.extend(commands);
        self.carry_out_next(ctx);
    }

    /// Carries out the commands one after the other, as the production shell does. After the last command, the tick
    /// ends.
    pub(super) fn carry_out_next(&mut self, ctx: &mut Ctx<'_>) {
        let Some(command) = self.pending.pop_front() else {
            return self.end_tick(ctx);
        };
        match command {
            Command::Probe => self.prober.begin(ctx, &mut self.executor),
            Command::Save { observation, expect } => {
                let call = PortCall::SwapObservation(observation, expect);
                ctx.call_own_region(Purpose::SaveObservation, call);
            }
            Command::ReadAll => {
                self.observations = None;
                ctx.call_own_region(Purpose::ReadObservations, PortCall::Observations);
            }
            Command::Report { verdict } => {
                self.report_verdict(ctx, verdict);
                self.carry_out_next(ctx);
            }
            Command::Start { verdict, next, expect_version, not_after_ms } => {
                let verdict = verdict.to_string();
                let writer = self.executor.auditor.writer().to_owned();
                let intent = Intent { next, expect_version, not_after_ms, verdict, writer };
                self.begin_start(ctx, intent);
            }
            Command::TakeOver { run } => {
                ctx.env.watch.outcome.takeovers += 1;
                self.execute(ctx, run);
                self.carry_out_next(ctx);
            }
            Command::Note { next, expect_version } => {
                let call = PortCall::SwapAuthority(next, Some(expect_version));
                ctx.call_own_region(Purpose::WriteNote, call);
            }
            Command::Leave => self.leave(ctx),
        }
    }

    fn end_tick(&mut self, ctx: &mut Ctx<'_>) {
        self.busy = false;
        let steps = std::mem::take(&mut self.steps_in_tick);
        // Idle ticks do not count as events.
        let idle = matches!(
            self.last_verdict,
            None | Some(Verdict::NoAction(NoAction::AllWell | NoAction::FailbackWaits))
        );
        if !idle {
            ctx.env.watch.outcome.steps += steps;
        }
        if std::mem::take(&mut self.tick_is_due) {
            self.begin_tick(ctx);
        }
    }

    fn report_verdict(&mut self, ctx: &mut Ctx<'_>, verdict: Verdict) {
        let region = ctx.region();
        ctx.env.watch.trace.add_word(u64::from(region.0) << 8 | verdict_word(&verdict));
        ctx.log(|| format!("{:?} sentinel: {verdict:?}", Site::of(region)));
        if !matches!(verdict, Verdict::Start { .. }) {
            self.audit(ctx, AuditKind::Verdict, verdict.to_string(), AfterAudit::Nothing);
        }
        self.last_verdict = Some(verdict);
    }

    fn on_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        match purpose {
            Purpose::ProbeLedger(round, to) => {
                let reports = self.prober.on_ledger(ctx, round, to, reply.as_ref());
                self.report_probes(ctx, reports);
            }
            Purpose::ProbeControl(round, to) => {
                let reports = self.prober.on_control(ctx, round, to, reply);
                self.report_probes(ctx, reports);
            }
            Purpose::SaveObservation => {
                let saved = match reply {
                    Some(PortReply::Done) => SaveReply::Stored,
                    Some(PortReply::Occupied(item)) => {
                        SaveReply::Changed(ctx.env.bodies.observation_found(item.as_ref()))
                    }
                    _ => SaveReply::Unknown,
                };
                self.step(ctx, Event::Saved(saved));
            }
            Purpose::ReadObservations => {
                self.observations = match reply {
                    Some(PortReply::Items(items)) => Some(ctx.env.bodies.observations(&items)),
                    _ => None,
                };
                ctx.call_own_region(Purpose::ReadAuthority, PortCall::Authority);
            }
            Purpose::ReadAuthority => self.on_readings(ctx, reply.as_ref()),
            // If this write fails, the next tick writes the note again.
            Purpose::WriteNote => self.carry_out_next(ctx),
            Purpose::StartRun => self.on_start_written(ctx, reply.as_ref()),
            Purpose::ResolveStart => self.on_start_resolved(ctx, reply.as_ref()),
            Purpose::AuditHead | Purpose::AuditPut => self.on_audit_reply(ctx, purpose, reply),
            run => self.executor.on_reply(ctx, run, reply),
        }
    }

    fn report_probes(&mut self, ctx: &mut Ctx<'_>, reports: Option<super::probe::Reports>) {
        if let Some(reports) = reports {
            self.step(ctx, Event::Probed(reports));
        }
    }

    fn on_readings(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let authority = ctx.env.bodies.authority(reply);
        ctx.share_authority(authority.as_ref());
        let observations = self.observations.take();
        let readings = observations.zip(authority).map(|(observations, authority)| {
            Box::new(Readings { observations, authority: Authority::clone(&authority) })
        });
        self.step(ctx, Event::Read(readings));
    }

    pub(super) fn audit(
        &mut self,
        ctx: &mut Ctx<'_>,
        kind: AuditKind,
        what: String,
        after: AfterAudit,
    ) {
        self.executor.auditor.append(ctx, kind, what, after);
    }

    fn on_audit_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let Some(audited) = self.executor.auditor.on_reply(ctx, purpose, reply) else { return };
        self.on_audited(ctx, audited);
        if !self.left {
            self.executor.auditor.write_next(ctx);
        }
    }

    fn on_audited(&mut self, ctx: &mut Ctx<'_>, (after, head): Audited) {
        match after {
            AfterAudit::StartRun => self.on_intent_recorded(ctx, head),
            after => self.executor.on_audited(ctx, (after, head)),
        }
    }

    pub(super) fn execute(&mut self, ctx: &mut Ctx<'_>, run: String) {
        let name = format!("sentinel-{}.{}.{}", ctx.region().0, ctx.process, self.life);
        self.executor.begin(ctx, name, run);
    }

    fn leave(&mut self, ctx: &mut Ctx<'_>) {
        self.left = true;
        ctx.emit(Signal::Leave { process: ctx.process });
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
