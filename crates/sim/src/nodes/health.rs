//! A Region's health function (docs/spec/moves.md, R1), which carries out the commands of `core::health`.

use super::Input;
use crate::world::{Answer, Ctx, HealthPath, PortCall, PortReply, Purpose, Request, Requester};
use leeward_core::health::{Command, Event, HealthSettings, Inquiry, Question};
use leeward_model::Authority;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Health {
    /// The requests in progress, by their numbers.
    requests: BTreeMap<u32, (Requester, Inquiry)>,
    number: u32,
    canaries: u64,
}

impl Health {
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::Request(request) => self.on_request(ctx, *request),
            Input::Reply(Purpose::HealthAuthority(number), reply) => {
                self.on_authority(ctx, number, reply.as_ref());
            }
            Input::Answered { slot, answer } => {
                let accepted = answer.is_accepted();
                if accepted {
                    ctx.shared().last_good_canary_us = Some(ctx.env.now_us);
                }
                self.step(ctx, slot, Event::Canary(accepted));
            }
            Input::HealthTimeout(number) => self.step(ctx, number, Event::Canary(false)),
            _ => unreachable!("not an input of a health function"),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_>, request: Request) {
        let Request::Health { path, requester } = request else {
            unreachable!("orders are routed to other processes")
        };
        self.number += 1;
        let number = self.number;
        let question = match path {
            HealthPath::Traffic => Question::Traffic,
            HealthPath::Accepting => Question::Accepting,
        };
        let inquiry = Inquiry::new(question, ctx.region_name().clone(), settings(ctx));
        self.requests.insert(number, (requester, inquiry));
        self.step(ctx, number, Event::Asked);
    }

    fn on_authority(&mut self, ctx: &mut Ctx<'_>, number: u32, reply: Option<&PortReply>) {
        let read = ctx.env.bodies.authority(reply);
        ctx.share_authority(read.as_ref());
        let read = read.map(|read| Box::new(Authority::clone(&read)));
        self.step(ctx, number, Event::Authority(read));
    }

    /// Passes an event to the inquiry of a request. An event that arrives after the request has ended changes nothing.
    fn step(&mut self, ctx: &mut Ctx<'_>, number: u32, event: Event) {
        let now_us = ctx.env.now_us;
        let age_ms = ctx.shared().last_good_canary_us.map(|at_us| (now_us - at_us) / 1_000);
        let Some((_, inquiry)) = self.requests.get_mut(&number) else { return };
        match inquiry.step(age_ms, event) {
            Command::ReadAuthority => {
                let timeout_ms = ctx.timing().probe_timeout_ms;
                let purpose = Purpose::HealthAuthority(number);
                ctx.call(ctx.region(), purpose, timeout_ms, PortCall::Authority);
            }
            Command::SendCanary => {
                self.canaries += 1;
                ctx.send_canary(ctx.region(), number, 0, self.canaries);
                ctx.send_after_ms(ctx.timing().probe_timeout_ms, Input::HealthTimeout(number));
            }
            Command::Answer { good, .. } => {
                let (requester, _) = self.requests.remove(&number).expect("found above");
                let answer = if good { Answer::Healthy } else { Answer::Unavailable };
                ctx.answer(requester, answer);
            }
        }
    }
}

fn settings(ctx: &Ctx<'_>) -> HealthSettings {
    let timing = ctx.timing();
    HealthSettings { tick_ms: timing.tick_ms, probe_timeout_ms: timing.probe_timeout_ms }
}
