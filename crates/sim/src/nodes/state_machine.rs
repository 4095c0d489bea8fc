//! The state machine service of a Region. It calls the function of runs step by step, as the definition in `stacks`
//! does, and gives the run up after it has used up its attempts. One platform needs only one execution at a time.

use super::Input;
use super::auditor::AfterAudit;
use super::executor::RunExecutor;
use super::start::swap_reply;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_blueprint::{GIVE_UP_RETRIES, STEP_RETRIES, TimingProfile};
use leeward_core::run::notice::{self, Notice};
use leeward_core::run::surrender::{Command, Event};
use leeward_core::run::{Advanced, Surrender, Task};
use leeward_model::{Plan, Region, RunKind};

/// The execution of one run.
struct Execution {
    task: Task,
    /// The number of consecutive calls that failed.
    failures: u32,
    gives_up: bool,
}

pub(crate) struct StateMachine {
    executor: RunExecutor,
    execution: Option<Execution>,
    surrender: Option<Surrender>,
    /// The number of the last call, from which its executor's name is made.
    calls: u64,
}

impl StateMachine {
    pub(super) fn new(region: &Region) -> StateMachine {
        let executor = RunExecutor::new(format!("machine-{region}"), 0);
        StateMachine { executor, execution: None, surrender: None, calls: 0 }
    }

    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::Execute { run, kind } => self.execute(ctx, run, kind),
            Input::Reply(purpose @ (Purpose::AuditHead | Purpose::AuditPut), reply) => {
                self.on_audit_reply(ctx, purpose, reply);
            }
            Input::Reply(Purpose::GiveUpAuthority, reply) => {
                let read = ctx.env.bodies.owned_authority(reply.as_ref());
                self.give_up(ctx, Event::Authority(read));
            }
            Input::Reply(Purpose::GiveUpWrite, reply) => {
                self.give_up(ctx, Event::Swapped(swap_reply(reply.as_ref())));
            }
            Input::Reply(purpose, reply) => self.executor.on_reply(ctx, purpose, reply),
            // This is a wait of the state machine; a call of its function never waits.
            Input::RunTimer => self.call(ctx),
            Input::Answered { slot, answer } => {
                self.executor.on_canary(ctx, slot, answer.is_accepted());
            }
            Input::RunCanaryTimeout(slot) => self.executor.on_canary(ctx, slot, false),
            _ => unreachable!("not an input of a state machine"),
        }
        if let Some(advanced) = self.executor.ended.take() {
            self.on_advanced(ctx, advanced);
        }
    }

    fn execute(&mut self, ctx: &mut Ctx<'_>, run: String, kind: RunKind) {
        if self.execution.is_none() {
            let task = Task { run, kind, step: Plan::first(kind) };
            self.execution = Some(Execution { task, failures: 0, gives_up: false });
            self.call(ctx);
        }
    }

    /// Calls the function for the step, or calls it to give the run up.
    fn call(&mut self, ctx: &mut Ctx<'_>) {
        let Some(execution) = &self.execution else { return };
        self.calls += 1;
        let (region, calls) = (ctx.region().0, self.calls);
        let name = format!("machine-{region}.{}-{calls}", ctx.incarnation());
        if execution.gives_up {
            let why = "the state machine used up its attempts".to_owned();
            let writer = self.executor.auditor.writer().to_owned();
            self.surrender = Some(Surrender::new(execution.task.run.clone(), why, writer));
            self.give_up(ctx, Event::Begin);
        } else {
            self.executor.begin_task(ctx, name, execution.task.clone());
        }
    }

    /// Continues with the result of a call, as the choice after each step in the definition does.
    fn on_advanced(&mut self, ctx: &mut Ctx<'_>, advanced: Advanced) {
        let Some(execution) = &mut self.execution else { return };
        let aws = ctx.timing().profile == TimingProfile::Aws;
        // The product waits whole seconds. A local platform has no state machine, so its pace can be chosen freely.
        let second_ms = if aws { 1_000 } else { ctx.timing().poll_ms };
        let wait_ms = match advanced {
            Advanced::Done => {
                let Some(next) = Plan::after(execution.task.kind, execution.task.step) else {
                    return self.execution = None;
                };
                (execution.task.step, execution.failures) = (next, 0);
                0
            }
            // The state machine leaves the run to the sentinels.
            Advanced::Waiting if execution.gives_up => return self.execution = None,
            Advanced::Waiting => {
                execution.failures = 0;
                ctx.timing().poll_ms.max(second_ms)
            }
            Advanced::Ended | Advanced::Parked(_) => return self.execution = None,
            Advanced::Unknown => {
                execution.failures += 1;
                let retries = if execution.gives_up { GIVE_UP_RETRIES } else { STEP_RETRIES };
                match retries.delay_s(execution.failures) {
                    Some(delay_s) => delay_s * second_ms,
                    // A sentinel will find the run without progress and take it over.
                    None if execution.gives_up => return self.execution = None,
                    None => {
                        (execution.gives_up, execution.failures) = (true, 0);
                        0
                    }
                }
            }
        };
        ctx.send_after_ms(wait_ms, Input::RunTimer);
    }

    fn give_up(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let Some(surrender) = &mut self.surrender else { return };
        ctx.count_step();
        match surrender.step(event) {
            Command::ReadAuthority => {
                ctx.call_own_region(Purpose::GiveUpAuthority, PortCall::Authority);
            }
            Command::Record { kind, what } => {
                self.executor.auditor.append(ctx, kind, what, AfterAudit::GiveUp);
            }
            Command::Swap { next, expect_version } => {
                let call = PortCall::SwapAuthority(next, Some(expect_version));
                ctx.call_own_region(Purpose::GiveUpWrite, call);
            }
            Command::Notify(left) => {
                let run = self.execution.as_ref().map_or("", |e| e.task.run.as_str());
                match notice::of_leaving(run, &left) {
                    Some(Notice { record: Some((kind, what)), .. }) => {
                        self.executor.auditor.append(ctx, kind, what, AfterAudit::GiveUpNotified);
                    }
                    _ => self.give_up(ctx, Event::Notified),
                }
            }
            Command::End(advanced) => {
                self.surrender = None;
                self.on_advanced(ctx, advanced);
            }
        }
    }

    fn on_audit_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let Some((after, head)) = self.executor.auditor.on_reply(ctx, purpose, reply) else {
            return;
        };
        match after {
            AfterAudit::GiveUp => self.give_up(ctx, Event::Recorded(head)),
            AfterAudit::GiveUpNotified => self.give_up(ctx, Event::Notified),
            after => self.executor.on_audited(ctx, (after, head)),
        }
        self.executor.auditor.write_next(ctx);
    }
}
