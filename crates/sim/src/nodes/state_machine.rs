//! The state machine service of a Region. One execution at a time is enough for one platform.

use super::Input;
use super::executor::RunExecutor;
use crate::world::{Ctx, PortReply, Purpose};
use leeward_core::run::Event;
use leeward_model::Region;

pub(crate) struct StateMachine {
    executor: RunExecutor,
}

impl StateMachine {
    pub(super) fn new(region: &Region) -> StateMachine {
        StateMachine { executor: RunExecutor::new(format!("machine-{region}"), 0) }
    }

    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::Execute(run) => self.execute(ctx, run),
            Input::Reply(purpose @ (Purpose::AuditHead | Purpose::AuditPut), reply) => {
                self.on_audit_reply(ctx, purpose, reply);
            }
            Input::Reply(purpose, reply) => self.executor.on_reply(ctx, purpose, reply),
            Input::RunTimer => self.executor.step(ctx, Event::Timer),
            Input::Answered { slot, answer } => {
                self.executor.on_canary(ctx, slot, answer.is_accepted());
            }
            Input::RunCanaryTimeout(slot) => self.executor.on_canary(ctx, slot, false),
            _ => unreachable!("not an input of a state machine"),
        }
    }

    fn execute(&mut self, ctx: &mut Ctx<'_>, run: String) {
        let region = ctx.region().0;
        let name = format!("machine-{region}.{}", ctx.incarnation());
        self.executor.begin(ctx, name, run);
    }

    fn on_audit_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let Some(audited) = self.executor.auditor.on_reply(ctx, purpose, reply) else { return };
        self.executor.on_audited(ctx, audited);
        self.executor.auditor.write_next(ctx);
    }
}
