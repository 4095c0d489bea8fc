//! An operator that uses the platform's verbs. The operator reads the authority and then carries out the commands of
//! `core::run::operate`, as `driver::Operator` does.

use super::Input;
use super::auditor::{AfterAudit, Auditor};
use super::start::swap_reply;
use crate::faults::{Act, Site};
use crate::world::{CLUSTER, Ctx, PortCall, PortReply, Purpose};
use leeward_cloud::{Call, Place, RegionIx};
use leeward_core::run::operate::{Command, Event};
use leeward_core::run::{Operate, Operated, Operation, Verb};
use leeward_model::{Authority, Region};
use std::collections::VecDeque;

pub(crate) const OPERATOR: &str = "operator";

/// The maximum number of attempts at one act. An attempt fails if the authority cannot be read or written.
const ATTEMPTS: u32 = 100;
const RETRY_MS: u64 = 1_000;

pub(crate) struct Operator {
    auditor: Auditor,
    /// The acts in order. The next act begins when the effect of the previous one is known.
    acts: VecDeque<Act>,
    /// The number of acts so far, from which the names of runs are made.
    number: u32,
    /// The verb of the current act; `None` until the operator has read the authority.
    verb: Option<Verb>,
    machine: Option<Operate>,
    attempts: u32,
}

impl Default for Operator {
    fn default() -> Operator {
        Operator {
            auditor: Auditor::new(OPERATOR.to_owned()),
            acts: VecDeque::new(),
            number: 0,
            verb: None,
            machine: None,
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
                    self.attempt(ctx);
                }
            }
            Input::RetryAct => self.attempt(ctx),
            Input::Reply(Purpose::OperatorRead, reply) => self.on_read(ctx, reply.as_ref()),
            Input::Reply(Purpose::OperatorWrite, reply) => {
                self.step(ctx, Event::Swapped(swap_reply(reply.as_ref())));
            }
            Input::Reply(purpose, reply) => self.on_audit_reply(ctx, purpose, reply),
            _ => unreachable!("not an input of an operator"),
        }
    }

    /// Reads the authority to choose the verb of the act, or repeats the verb that was already chosen.
    fn attempt(&mut self, ctx: &mut Ctx<'_>) {
        self.attempts += 1;
        if self.attempts > ATTEMPTS {
            return self.begin_next_act(ctx);
        }
        match self.verb.clone() {
            Some(verb) => self.begin_verb(ctx, verb),
            None => read_authority(ctx),
        }
    }

    fn begin_verb(&mut self, ctx: &mut Ctx<'_>, verb: Verb) {
        let operation = Operation {
            verb,
            id: format!("operator-{}", self.number),
            by: OPERATOR.to_owned(),
            reason: "an operator asked for it".to_owned(),
            at_ms: ctx.wall_ms(),
        };
        let regions = ctx.env.settings.policy.regions.clone();
        self.machine = Some(Operate::new(operation, regions, OPERATOR.to_owned()));
        self.step(ctx, Event::Begin);
    }

    fn begin_next_act(&mut self, ctx: &mut Ctx<'_>) {
        self.acts.pop_front();
        self.number += 1;
        (self.attempts, self.verb, self.machine) = (0, None, None);
        if !self.acts.is_empty() {
            self.attempt(ctx);
        }
    }

    fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let at_ms = ctx.wall_ms();
        let Some(machine) = &mut self.machine else { return };
        match machine.step(at_ms, event) {
            Command::ReadAuthority => read_authority(ctx),
            Command::Record { kind, what } => {
                self.auditor.append(ctx, kind, what, AfterAudit::Operate);
            }
            Command::Swap { next, expect_version } => {
                let call = PortCall::SwapAuthority(next, Some(expect_version));
                ctx.call_own_region(Purpose::OperatorWrite, call);
            }
            // SAFE-7: the same operation is repeated with the same id.
            Command::End(Operated::Unknown(_)) => ctx.send_after_ms(RETRY_MS, Input::RetryAct),
            Command::End(Operated::Holds(_) | Operated::Refused(_)) => self.begin_next_act(ctx),
        }
    }

    fn on_read(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let read = ctx.env.bodies.authority(reply);
        if self.machine.is_some() {
            let read = read.map(|read| Box::new(Authority::clone(&read)));
            return self.step(ctx, Event::Authority(read));
        }
        let Some(read) = read else { return ctx.send_after_ms(RETRY_MS, Input::RetryAct) };
        let act = self.acts.front().copied().expect("an act is in work");
        let regions = &ctx.env.settings.policy.regions;
        let other = regions.iter().find(|region| **region != read.active).cloned();
        match other.and_then(|other| verb_of(act, other)) {
            Some(verb) => {
                self.verb = Some(verb.clone());
                self.begin_verb(ctx, verb);
            }
            None => self.begin_next_act(ctx),
        }
    }

    fn on_audit_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let Some((_, head)) = self.auditor.on_reply(ctx, purpose, reply) else { return };
        self.step(ctx, Event::Recorded(head));
        self.auditor.write_next(ctx);
    }
}

/// Reads the authority in a Region that is not dark.
fn read_authority(ctx: &mut Ctx<'_>) {
    let dark = ctx.env.cloud.net().is_dark(Site::Primary.ix());
    let at = if dark { Site::Secondary } else { Site::Primary };
    ctx.move_to(at.ix());
    ctx.call_own_region(Purpose::OperatorRead, PortCall::Authority);
}

/// Moves the writer with the console of the Region that will have it, and ignores the reply.
fn move_writer(ctx: &mut Ctx<'_>) {
    let writer = ctx.env.cloud.cluster(CLUSTER).expect("made at the start").writer;
    let to = RegionIx(1 - writer.0);
    let request = ctx.env.request(PortCall::Failover(to));
    let call = Call { id: u64::MAX, from: Place::Internet, to, request };
    ctx.env.cloud.call(ctx.env.now_us, call);
}

/// Returns the verb of an act, or `None` if the act does not change the authority. `other` is the Region that is not
/// active.
fn verb_of(act: Act, other: Region) -> Option<Verb> {
    Some(match act {
        Act::Pause => Verb::Pause,
        Act::Observe => Verb::Observe,
        Act::Resume => Verb::Resume,
        Act::MoveWriter => return None,
        Act::PauseRun => Verb::PauseRun,
        Act::ResumeRun => Verb::ResumeRun,
        Act::AbandonRun => Verb::AbandonRun,
        Act::Failover => Verb::Failover { to: other },
        Act::Switchover => Verb::Switchover { to: other },
        Act::Failback => Verb::Failback,
    })
}
