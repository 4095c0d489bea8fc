//! The executor of runs: `core::run` in a sentinel's process, or in a state machine that works task by
//! task and may die in between.

use super::Input;
use super::auditor::{AfterAudit, Audited, Auditor};
use super::start::swap_reply;
use crate::Site;
use crate::check::GroundTruth;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::run::{self, CallReply, Command, Event, Leave, notice};
use leeward_model::{AuditKind, Authority, RunEnd};

/// The slots of an execution's canaries, which are apart from those of a sentinel's probes.
pub(super) const EXECUTION_SLOT: u32 = 1 << 31;

/// One run in execution.
struct Execution {
    machine: run::Executor,
    /// The call whose intent is being written.
    call: Option<Command>,
    /// The last call in words, for the record of its result.
    called: String,
    /// The slot of the canary order whose answer the machine waits for.
    canary: Option<u32>,
    /// The time at which it last asked for the state of the database.
    asked_us: u64,
    /// The replies since its last call.
    looks: u32,
}

/// An executor with the audit chain and the canaries that it shares with its process.
pub(super) struct RunExecutor {
    pub(super) auditor: Auditor,
    /// The life of the process, which distinguishes its canaries.
    life: u32,
    canaries: u64,
    execution: Option<Box<Execution>>,
}

impl RunExecutor {
    pub(super) fn new(writer: String, life: u32) -> RunExecutor {
        RunExecutor { auditor: Auditor::new(writer), life, canaries: 0, execution: None }
    }

    /// Returns the life of the process and the number of its next canary.
    pub(super) fn next_canary(&mut self) -> (u32, u64) {
        self.canaries += 1;
        (self.life, self.canaries)
    }

    /// Begins the run under an executor's name, unless an execution is under way.
    pub(super) fn begin(&mut self, ctx: &mut Ctx<'_>, executor: String, run: String) {
        if self.execution.is_some() {
            return;
        }
        let machine = run::Executor::new(ctx.env.settings.run.clone(), executor, run);
        self.execution = Some(Box::new(Execution {
            machine,
            call: None,
            called: String::new(),
            canary: None,
            asked_us: 0,
            looks: 0,
        }));
        self.step(ctx, Event::Begin);
    }

    pub(super) fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let Some(execution) = &mut self.execution else { return };
        let commands = execution.machine.step(ctx.now_ms(), ctx.wall_ms(), event);
        ctx.count_step();
        for command in commands {
            self.carry_out(ctx, command);
        }
    }

    fn carry_out(&mut self, ctx: &mut Ctx<'_>, command: Command) {
        let own = ctx.region();
        let execution = self.execution.as_mut().expect("only an execution has commands");
        let (purpose, to, call) = match command {
            Command::ReadAuthority => (Purpose::RunAuthority, own, PortCall::Authority),
            Command::Save { next, expect_version, .. } => {
                execution.report_abandonment(ctx, &next);
                (Purpose::RunSave, own, PortCall::SwapAuthority(next, Some(expect_version)))
            }
            Command::DescribeDatabase { at } => {
                execution.asked_us = ctx.env.now_us;
                (Purpose::RunDescribe, ctx.env.directory.region_of(&at), PortCall::Describe)
            }
            Command::ReadProcessor { region } => {
                let of = ctx.env.directory.region_of(&region);
                (Purpose::RunProcessor, own, PortCall::Processor(of))
            }
            call @ (Command::FailoverDatabase { .. } | Command::SwitchoverDatabase { .. }) => {
                let what = notice::of_call(&call);
                execution.called.clone_from(&what);
                execution.call = Some(call);
                // SAFE-10: the intent before the call.
                return self.auditor.append(ctx, AuditKind::Intent, what, AfterAudit::MakeCall);
            }
            Command::Canary { region } => {
                let to = ctx.env.directory.region_of(&region);
                let timeout_ms = ctx.timing().probe_timeout_ms;
                let (life, n) = self.next_canary();
                let slot = n as u32 | EXECUTION_SLOT;
                self.execution.as_mut().expect("it has commands").canary = Some(slot);
                ctx.send_canary(to, slot, life, n);
                return ctx.send_after_ms(timeout_ms, Input::RunCanaryTimeout(slot));
            }
            Command::Announce { run } => {
                let home = ctx.env.directory.name(Site::Primary.ix());
                let record = notice::of_completion(&run, home).record;
                let (kind, what) = record.expect("a completed run is in the log");
                return self.auditor.append(ctx, kind, what, AfterAudit::ReportAnnounced);
            }
            Command::Wait { ms } => return ctx.send_after_ms(ms, Input::RunTimer),
            Command::Leave(why) => return self.end_execution(ctx, &why),
        };
        ctx.call(to, purpose, ctx.timing().call_timeout_ms, call);
    }

    fn end_execution(&mut self, ctx: &mut Ctx<'_>, why: &Leave) {
        let process = ctx.process;
        ctx.log(|| format!("executor in process {process} leaves: {why:?}"));
        self.execution = None;
    }

    /// Continues after a record of the audit chain has ended.
    pub(super) fn on_audited(&mut self, ctx: &mut Ctx<'_>, (after, head): Audited) {
        match after {
            AfterAudit::Nothing => {}
            // SAFE-10: an intent that is in no log has no effect.
            AfterAudit::MakeCall if head.is_none() => {
                self.step(ctx, Event::Called(CallReply::Unknown))
            }
            AfterAudit::MakeCall => self.make_call(ctx),
            AfterAudit::ReportCall(reply) => self.step(ctx, Event::Called(reply)),
            AfterAudit::ReportAnnounced => self.step(ctx, Event::Announced),
            other => unreachable!("{other:?} is not an executor's"),
        }
    }

    fn make_call(&mut self, ctx: &mut Ctx<'_>) {
        let Some(execution) = &mut self.execution else { return };
        let directory = &ctx.env.directory;
        let (now_us, planned) = (ctx.env.now_us, &mut ctx.env.watch.checkers.planned);
        let (to, call) = match execution.call.take() {
            Some(Command::FailoverDatabase { to, id }) => {
                let to = directory.region_of(&to);
                planned.observe_forced_move(now_us, &id.run);
                (to, PortCall::Failover(to))
            }
            Some(Command::SwitchoverDatabase { from, to, id }) => {
                planned.observe_hand_over_call(now_us, &id.run);
                (directory.region_of(&from), PortCall::Switchover(directory.region_of(&to)))
            }
            _ => return,
        };
        execution.looks = 0;
        ctx.env.watch.outcome.database_calls += 1;
        ctx.call(to, Purpose::RunCall, ctx.timing().call_timeout_ms, call);
    }

    /// Takes the answer to the canary order with this slot; a time-out is `accepted: false`. The answer to an earlier
    /// order says nothing about the one that is waited for.
    pub(super) fn on_canary(&mut self, ctx: &mut Ctx<'_>, slot: u32, accepted: bool) {
        let Some(execution) = &mut self.execution else { return };
        if execution.canary == Some(slot) {
            execution.canary = None;
            self.step(ctx, Event::Canary(accepted));
        }
    }

    pub(super) fn on_reply(
        &mut self,
        ctx: &mut Ctx<'_>,
        purpose: Purpose,
        reply: Option<PortReply>,
    ) {
        let bodies = &ctx.env.bodies;
        let event = match purpose {
            Purpose::RunAuthority => Event::Authority(bodies.owned_authority(reply.as_ref())),
            Purpose::RunSave => Event::Saved(swap_reply(reply.as_ref())),
            Purpose::RunDescribe => Event::Database(match reply {
                Some(PortReply::Database(view)) => {
                    if let Some(execution) = &mut self.execution {
                        execution.looks += 1;
                    }
                    Some(*view)
                }
                _ => None,
            }),
            Purpose::RunProcessor => Event::Processor(bodies.processor(reply.as_ref())),
            Purpose::RunCall => {
                let reply = match reply {
                    Some(PortReply::Done) => CallReply::Accepted,
                    Some(PortReply::Refused(why)) => CallReply::Rejected(why),
                    _ => CallReply::Unknown,
                };
                let called = self.execution.as_ref().map(|execution| execution.called.as_str());
                let what = format!("{}: {reply}", called.unwrap_or("a call of an earlier run"));
                let kind = AuditKind::Result;
                return self.auditor.append(ctx, kind, what, AfterAudit::ReportCall(reply));
            }
            other => unreachable!("{other:?} is not an executor's"),
        };
        self.step(ctx, event);
    }
}

impl Execution {
    /// Reports to the judges what this execution knew when it writes that its run is abandoned.
    fn report_abandonment(&self, ctx: &mut Ctx<'_>, next: &Authority) {
        let Some(last) = next.marks.last_run.as_ref().filter(|_| next.run.is_none()) else {
            return;
        };
        // A run that has asked for nothing yet leaves nothing behind.
        if last.end != RunEnd::Abandoned || last.history.is_empty() {
            return;
        }
        let env = &mut *ctx.env;
        let target = env.directory.region_of(&last.target);
        let truth = GroundTruth {
            handed_over_us: env.database.handed_over_us(target),
            asked_us: self.asked_us,
            looks: self.looks,
        };
        env.watch.checkers.planned.observe_abandonment(env.now_us, &last.id, truth);
        env.watch.take_violations(env.now_us);
    }
}
