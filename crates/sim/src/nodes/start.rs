//! The start of a run: carries out the commands of `core::run::start`, and then passes the run to its executor.

use super::auditor::AfterAudit;
use super::sentinel::SentinelNode;
use crate::scenario::Runner;
use crate::world::{Ctx, PortCall, PortReply, Purpose, Signal};
use leeward_core::run::SwapReply;
use leeward_core::run::start::{Command, Event, Intent, Start};
use leeward_model::{AuditKind, Authority, ChainHead};

impl SentinelNode {
    pub(super) fn begin_start(&mut self, ctx: &mut Ctx<'_>, intent: Intent) {
        self.start = Some(Start::new(intent));
        self.step_start(ctx, Event::Begin);
    }

    fn step_start(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let (now_ms, at_ms) = (ctx.now_ms(), ctx.wall_ms());
        let Some(start) = &mut self.start else { return };
        match start.step(now_ms, at_ms, event) {
            Command::Record { kind, what } => self.audit(ctx, kind, what, AfterAudit::StartRun),
            Command::Swap { next, expect_version } => {
                let call = PortCall::SwapAuthority(next, Some(expect_version));
                ctx.call_own_region(Purpose::StartRun, call);
            }
            Command::ReadAuthority => {
                ctx.call_own_region(Purpose::ResolveStart, PortCall::Authority);
            }
            Command::End(end) => {
                self.start = None;
                self.start_result = end.result;
                let Some(run) = end.won else { return self.conclude_start(ctx) };
                match ctx.env.scenario.shape.runner {
                    Runner::Sentinel => {
                        self.execute(ctx, run.id);
                        self.conclude_start(ctx);
                    }
                    Runner::StateMachine => {
                        let target = ctx.env.directory.region_of(&run.target);
                        let caller = ctx.process;
                        let (run, kind) = (run.id, run.kind);
                        ctx.emit(Signal::StartExecution { target, run, kind, caller });
                    }
                }
            }
        }
    }

    pub(super) fn on_intent_recorded(&mut self, ctx: &mut Ctx<'_>, head: Option<ChainHead>) {
        self.step_start(ctx, Event::Recorded(head));
    }

    pub(super) fn on_start_written(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        self.step_start(ctx, Event::Swapped(swap_reply(reply)));
    }

    pub(super) fn on_start_resolved(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let read = ctx.env.bodies.authority(reply);
        let read = read.map(|read| Box::new(Authority::clone(&read)));
        self.step_start(ctx, Event::Authority(read));
    }

    /// Logs the result of the start and continues with the tick.
    pub(super) fn conclude_start(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(result) = self.start_result.take() {
            self.audit(ctx, AuditKind::Result, result, AfterAudit::Nothing);
        }
        self.carry_out_next(ctx);
    }
}

/// Interprets the reply to a conditional write of the authority as `driver` does.
pub(super) fn swap_reply(reply: Option<&PortReply>) -> SwapReply {
    match reply {
        Some(PortReply::Done) => SwapReply::Stored,
        Some(PortReply::Occupied(_)) => SwapReply::Changed,
        _ => SwapReply::Unknown,
    }
}
