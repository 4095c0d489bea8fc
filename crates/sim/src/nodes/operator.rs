//! An operator with the platform's verbs: each is one conditional write of the authority.

use super::Input;
use super::auditor::{AfterAudit, Auditor};
use crate::faults::{Act, Site};
use crate::world::{CLUSTER, Ctx, PortCall, PortReply, Purpose};
use leeward_cloud::{Call, Place, RegionIx};
use leeward_core::run::{Operation, Verb, operate};
use leeward_model::{Authority, Region};
use std::collections::VecDeque;

pub(crate) const OPERATOR: &str = "operator";

/// Attempts at one act, which fail when another write came first or no reply was received.
const ATTEMPTS: u32 = 1_000;
const RETRY_MS: u64 = 1_000;

pub(crate) struct Operator {
    auditor: Auditor,
    /// The acts in order: the next one begins when the effect of the last one is known.
    acts: VecDeque<Act>,
    /// The number of acts so far, which names runs.
    number: u32,
    next: Option<Box<Authority>>,
    attempts: u32,
}

impl Default for Operator {
    fn default() -> Operator {
        Operator {
            auditor: Auditor::new(OPERATOR.to_owned()),
            acts: VecDeque::new(),
            number: 0,
            next: None,
            attempts: 0,
        }
    }
}

impl Operator {
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::Act(Act::MoveWriter) => move_writer(ctx),
            Input::Act(act) => {
                self.acts.push_back(act);
                if self.acts.len() == 1 {
                    self.attempts = 0;
                    self.read_authority(ctx);
                }
            }
            Input::RetryAct => self.read_authority(ctx),
            Input::Reply(Purpose::OperatorRead, reply) => self.on_read(ctx, reply.as_ref()),
            Input::Reply(Purpose::OperatorWrite, reply) => match reply {
                Some(PortReply::Done) => self.begin_next_act(ctx),
                // SAFE-7: the item shows what the effect was.
                _ => ctx.send_after_ms(RETRY_MS, Input::RetryAct),
            },
            Input::Reply(purpose, reply) => self.on_audit_reply(ctx, purpose, reply),
            _ => unreachable!("not an input of an operator"),
        }
    }

    /// Reads the authority in a Region that is not dark.
    fn read_authority(&mut self, ctx: &mut Ctx<'_>) {
        let dark = ctx.env.cloud.net().is_dark(Site::Primary.ix());
        let at = if dark { Site::Secondary } else { Site::Primary };
        ctx.move_to(at.ix());
        self.attempts += 1;
        if self.attempts > ATTEMPTS {
            return self.begin_next_act(ctx);
        }
        ctx.call_own_region(Purpose::OperatorRead, PortCall::Authority);
    }

    fn begin_next_act(&mut self, ctx: &mut Ctx<'_>) {
        self.acts.pop_front();
        self.number += 1;
        self.attempts = 0;
        if !self.acts.is_empty() {
            self.read_authority(ctx);
        }
    }

    fn on_read(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let Some(read) = ctx.env.bodies.authority(reply) else {
            return ctx.send_after_ms(RETRY_MS, Input::RetryAct);
        };
        let regions = &ctx.env.settings.policy.regions;
        let Some(act) = self.acts.front().copied() else { return };
        let Some(wanted) = apply_act(act, &read, regions, self.number, ctx.wall_ms()) else {
            return self.begin_next_act(ctx);
        };
        self.next = Some(Box::new(wanted));
        self.auditor.append(ctx, OPERATOR, format!("{act:?}"), AfterAudit::WriteAct);
    }

    fn on_audit_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let mut ended = self.auditor.on_reply(ctx, purpose, reply);
        while ended.is_some() {
            self.write_authority(ctx);
            ended = self.auditor.write_next(ctx);
        }
    }

    fn write_authority(&mut self, ctx: &mut Ctx<'_>) {
        let Some(mut next) = self.next.take() else { return };
        if let Some(head) = self.auditor.known_head() {
            next.chain_heads.insert(OPERATOR.to_owned(), head);
        }
        let expect = next.version - 1;
        let call = PortCall::SwapAuthority(next, Some(expect));
        ctx.call_own_region(Purpose::OperatorWrite, call);
    }
}

/// Moves the writer in the console of the Region that receives it, and ignores the answer.
fn move_writer(ctx: &mut Ctx<'_>) {
    let writer = ctx.env.cloud.cluster(CLUSTER).expect("made at the start").writer;
    let to = RegionIx(1 - writer.0);
    let request = ctx.env.request(PortCall::Failover(to));
    let call = Call { id: u64::MAX, from: Place::Internet, to, request };
    ctx.env.cloud.call(ctx.env.now_us, call);
}

/// Returns the authority after the act, or `None` where there is nothing to do or the act is refused.
fn apply_act(
    act: Act,
    read: &Authority,
    regions: &[Region; 2],
    number: u32,
    at_ms: u64,
) -> Option<Authority> {
    let other = regions.iter().find(|region| **region != read.active)?.clone();
    let verb = match act {
        Act::Pause => Verb::Pause,
        Act::Observe => Verb::Observe,
        Act::Resume => Verb::Resume,
        // It does not change the authority.
        Act::MoveWriter => return None,
        Act::PauseRun => Verb::PauseRun,
        Act::ResumeRun => Verb::ResumeRun,
        Act::AbandonRun => Verb::AbandonRun,
        Act::Failover => Verb::Failover { to: other },
        Act::Switchover => Verb::Switchover { to: other },
        Act::Failback => Verb::Failback,
    };
    let operation = Operation {
        verb,
        id: format!("operator-{number}"),
        by: OPERATOR.to_owned(),
        reason: "an operator asked for it".to_owned(),
        at_ms,
    };
    operate(read, regions, &operation).ok().flatten()
}
