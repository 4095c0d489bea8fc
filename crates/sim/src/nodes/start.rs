//! The start of a run: the intent in the log, then the one write of the authority that is the start,
//! then the execution (SAFE-10).

use super::auditor::AfterAudit;
use super::sentinel::SentinelNode;
use crate::scenario::Runner;
use crate::world::{Ctx, PortCall, PortReply, Purpose, Signal};
use leeward_model::Authority;

/// A start under way, from the intent in the log to the execution.
pub(super) struct Starting {
    pub(super) next: Box<Authority>,
    pub(super) expect_version: u64,
    pub(super) not_after_ms: u64,
}

impl SentinelNode {
    /// Writes the authority with the run in it, now that the intent is in the log.
    pub(super) fn write_start(&mut self, ctx: &mut Ctx<'_>) {
        let Some(Starting { next, expect_version, not_after_ms }) = &mut self.start else { return };
        if ctx.now_ms() > *not_after_ms {
            self.audit(ctx, "result", "start: too late".to_owned(), AfterAudit::Nothing);
            return self.give_up_start(ctx);
        }
        let auditor = &self.executor.auditor;
        if let Some(head) = auditor.known_head() {
            next.chain_heads.insert(auditor.writer().to_owned(), head);
        }
        if let Some(mark) = next.run.as_mut().and_then(|run| run.history.last_mut()) {
            mark.done_at_ms = ctx.wall_ms();
        }
        let call = PortCall::SwapAuthority(next.clone(), Some(*expect_version));
        ctx.call_own_region(Purpose::StartRun, call);
    }

    /// Gives the start up: the next tick decides anew.
    pub(super) fn give_up_start(&mut self, ctx: &mut Ctx<'_>) {
        self.start = None;
        self.carry_out_next(ctx);
    }

    pub(super) fn on_start_written(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        match reply {
            Some(PortReply::Done) => self.finish_start(ctx, true),
            Some(PortReply::Occupied(_)) => self.finish_start(ctx, false),
            // SAFE-7: only the item itself shows whether this write won.
            _ => ctx.call_own_region(Purpose::ResolveStart, PortCall::Authority),
        }
    }

    pub(super) fn on_start_resolved(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let read = ctx.env.bodies.authority(reply).and_then(|a| a.run.clone());
        let wanted = self.start.as_ref().and_then(|s| s.next.run.clone());
        let won = read.is_some() && read.map(|r| r.id) == wanted.map(|r| r.id);
        self.finish_start(ctx, won);
    }

    /// The write has ended; the winner starts the execution.
    fn finish_start(&mut self, ctx: &mut Ctx<'_>, won: bool) {
        let Some(Starting { next, .. }) = &self.start else { return };
        let run = next.run.as_ref().expect("a start has a run");
        let id = run.id.clone();
        if won {
            match ctx.env.scenario.shape.runner {
                Runner::Sentinel => self.execute(ctx, id),
                Runner::StateMachine => {
                    let target = ctx.env.directory.region_of(&run.target);
                    let caller = ctx.process;
                    return ctx.emit(Signal::StartExecution { target, run: id, caller });
                }
            }
        }
        self.conclude_start(ctx, won);
    }

    pub(super) fn conclude_start(&mut self, ctx: &mut Ctx<'_>, won: bool) {
        let Some(Starting { next, .. }) = self.start.take() else { return };
        let id = next.run.map(|run| run.id).unwrap_or_default();
        self.audit(ctx, "result", format!("start {id}: won {won}"), AfterAudit::Nothing);
        self.carry_out_next(ctx);
    }
}
