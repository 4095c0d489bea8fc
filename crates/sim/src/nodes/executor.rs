//! The executor of runs. It drives `core::run` in a sentinel's process, or in a state machine that works task by task
//! and may die between two tasks.

use super::Input;
use super::auditor::{AfterAudit, Audited, Auditor};
use super::start::swap_reply;
use crate::Site;
use crate::check::GroundTruth;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::run::notice::{self, Notice};
use leeward_core::run::{self, Advance, Advanced, CallReply, Command, Event, Leave, Task, advance};
use leeward_model::{AuditKind, Authority, RunEnd};

/// The lowest number that an executor gives to a canary order, to match the answer to its order. The canaries of a
/// sentinel's probes have lower numbers, so that the two kinds cannot be confused.
pub(super) const EXECUTION_SLOT: u32 = 1 << 31;

/// The machine of an execution.
enum Machine {
    /// An executor in a sentinel, which carries the run out until it ends.
    Run(Box<run::Executor>),
    /// A call of the function that the state machine invokes. The call advances one step as far as possible without
    /// waiting.
    Task(Box<Advance>),
}

/// A run that is being carried out.
struct Execution {
    run: String,
    machine: Machine,
    /// The call whose intent is being logged.
    call: Option<Command>,
    /// The description of the last call, for the record of its result.
    called: String,
    /// The slot of the canary order whose answer the machine waits for.
    canary: Option<u32>,
    /// The time at which the execution last asked for the state of the database.
    asked_us: u64,
}

/// An executor, with the audit chain and the canaries that it shares with its process.
pub(super) struct RunExecutor {
    pub(super) auditor: Auditor,
    /// The number of the process's life, which distinguishes its canaries from those of other lives.
    life: u32,
    canaries: u64,
    execution: Option<Box<Execution>>,
    /// The result of the last task, until the state machine takes it.
    pub(super) ended: Option<Advanced>,
}

impl RunExecutor {
    pub(super) fn new(writer: String, life: u32) -> RunExecutor {
        let auditor = Auditor::new(writer);
        RunExecutor { auditor, life, canaries: 0, execution: None, ended: None }
    }

    /// Returns the number of the process's life and the number of its next canary.
    pub(super) fn next_canary(&mut self) -> (u32, u64) {
        self.canaries += 1;
        (self.life, self.canaries)
    }

    /// Begins to carry out the run under an executor's name, unless an execution is in progress.
    pub(super) fn begin(&mut self, ctx: &mut Ctx<'_>, executor: String, run: String) {
        if self.execution.is_some() {
            return;
        }
        let settings = ctx.env.settings.run.clone();
        let machine = run::Executor::new(settings, executor, run.clone());
        self.execute(run, Machine::Run(Box::new(machine)));
        self.step(ctx, Event::Begin);
    }

    /// Begins a call of the state machine's function.
    pub(super) fn begin_task(&mut self, ctx: &mut Ctx<'_>, executor: String, task: Task) {
        let run = task.run.clone();
        let machine = Advance::new(ctx.env.settings.run.clone(), executor, task);
        self.execute(run, Machine::Task(Box::new(machine)));
        self.step_task(ctx, advance::Event::Begin);
    }

    fn execute(&mut self, run: String, machine: Machine) {
        self.execution = Some(Box::new(Execution {
            run,
            machine,
            call: None,
            called: String::new(),
            canary: None,
            asked_us: 0,
        }));
    }

    pub(super) fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let Some(execution) = &mut self.execution else { return };
        let Machine::Run(machine) = &mut execution.machine else {
            return self.step_task(ctx, advance::Event::Run(event));
        };
        let commands = machine.step(ctx.now_ms(), ctx.wall_ms(), event);
        ctx.count_step();
        for command in commands {
            self.carry_out(ctx, command);
        }
    }

    pub(super) fn step_task(&mut self, ctx: &mut Ctx<'_>, event: advance::Event) {
        let Some(execution) = &mut self.execution else { return };
        let Machine::Task(machine) = &mut execution.machine else {
            unreachable!("{event:?} is for a task")
        };
        ctx.count_step();
        match machine.step(ctx.now_ms(), ctx.wall_ms(), event) {
            advance::Command::ReadAuthority => {
                ctx.call_own_region(Purpose::TaskAuthority, PortCall::Authority);
            }
            advance::Command::Run(command) => self.carry_out(ctx, command),
            advance::Command::Notify(left) => match notice::of_leaving(&execution.run, &left) {
                Some(Notice { record: Some((kind, what)), .. }) => {
                    self.auditor.append(ctx, kind, what, AfterAudit::TaskNotified);
                }
                _ => self.step_task(ctx, advance::Event::Notified),
            },
            advance::Command::End(advanced) => {
                self.execution = None;
                self.ended = Some(advanced);
            }
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
                // SAFE-10: the intent is logged before the call.
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
        let Some(execution) = self.execution.take() else { return };
        let notice = notice::of_leaving(&execution.run, why);
        if let Some((kind, what)) = notice.and_then(|notice| notice.record) {
            self.auditor.append(ctx, kind, what, AfterAudit::Nothing);
        }
    }

    /// Continues after an audit record has been written or has failed.
    pub(super) fn on_audited(&mut self, ctx: &mut Ctx<'_>, (after, head): Audited) {
        match after {
            AfterAudit::Nothing => {}
            // SAFE-10: a call whose intent is not in the log is not made.
            AfterAudit::MakeCall if head.is_none() => {
                self.step(ctx, Event::Called(CallReply::Unknown))
            }
            AfterAudit::MakeCall => self.make_call(ctx),
            AfterAudit::ReportCall(reply) => self.step(ctx, Event::Called(reply)),
            AfterAudit::ReportAnnounced => self.step(ctx, Event::Announced),
            AfterAudit::TaskNotified => self.step_task(ctx, advance::Event::Notified),
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
        ctx.env.watch.outcome.database_calls += 1;
        ctx.call(to, Purpose::RunCall, ctx.timing().call_timeout_ms, call);
    }

    /// Takes the answer to the canary order with this slot; a timeout counts as not accepted. The answer to an earlier
    /// canary order is ignored.
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
            Purpose::TaskAuthority => {
                let read = match reply {
                    Some(PortReply::Item(_)) => Some(bodies.owned_authority(reply.as_ref())),
                    _ => None,
                };
                return self.step_task(ctx, advance::Event::Authority(read));
            }
            Purpose::RunAuthority => Event::Authority(bodies.owned_authority(reply.as_ref())),
            Purpose::RunSave => Event::Saved(swap_reply(reply.as_ref())),
            Purpose::RunDescribe => Event::Database(match reply {
                Some(PortReply::Database(view)) => {
                    if let Some(execution) = &self.execution {
                        ctx.env.watch.checkers.planned.observe_look(&execution.run);
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
        // A run that has not asked for anything yet has changed nothing.
        if last.end != RunEnd::Abandoned || last.history.is_empty() {
            return;
        }
        let env = &mut *ctx.env;
        let target = env.directory.region_of(&last.target);
        let truth = GroundTruth {
            handed_over_us: env.database.handed_over_us(target),
            asked_us: self.asked_us,
        };
        env.watch.checkers.planned.observe_abandonment(env.now_us, &last.id, truth);
        env.watch.take_violations(env.now_us);
    }
}
