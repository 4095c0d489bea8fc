//! A Region's health function (design.md §5, R1).

use super::Input;
use crate::world::{Answer, Ctx, HealthPath, PortCall, PortReply, Purpose, Request, Requester};
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Health {
    /// The requests in work, by number.
    requests: BTreeMap<u32, Requester>,
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
                self.finish(ctx, slot, accepted);
            }
            Input::HealthTimeout(number) => self.finish(ctx, number, false),
            _ => unreachable!("not an input of a health function"),
        }
    }

    fn on_request(&mut self, ctx: &mut Ctx<'_>, request: Request) {
        let Request::Health { path, requester } = request else {
            unreachable!("orders are routed to other processes")
        };
        self.number += 1;
        let number = self.number;
        self.requests.insert(number, requester);
        if path == HealthPath::Traffic {
            let timeout_ms = ctx.timing().probe_timeout_ms;
            let purpose = Purpose::HealthAuthority(number);
            ctx.call(ctx.region(), purpose, timeout_ms, PortCall::Authority);
        } else {
            self.answer_if_accepting(ctx, number);
        }
    }

    /// Answers 200 only while the authority, read strongly for this very request, names this Region.
    fn on_authority(&mut self, ctx: &mut Ctx<'_>, number: u32, reply: Option<&PortReply>) {
        let authority = ctx.env.bodies.authority(reply);
        ctx.share_authority(authority.as_ref());
        if authority.is_some_and(|a| a.active == *ctx.region_name()) {
            self.answer_if_accepting(ctx, number);
        } else {
            self.finish(ctx, number, false);
        }
    }

    /// Relies on a canary of the last two ticks; if the sentinel sent none, sends one itself.
    fn answer_if_accepting(&mut self, ctx: &mut Ctx<'_>, number: u32) {
        let t = ctx.timing();
        let limit_us = (2 * t.tick_ms + t.probe_timeout_ms) * 1_000;
        let timeout_ms = t.probe_timeout_ms;
        let now_us = ctx.env.now_us;
        if ctx.shared().last_good_canary_us.is_some_and(|at_us| now_us - at_us <= limit_us) {
            return self.finish(ctx, number, true);
        }
        self.canaries += 1;
        ctx.send_canary(ctx.region(), number, 0, self.canaries);
        ctx.send_after_ms(timeout_ms, Input::HealthTimeout(number));
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>, number: u32, healthy: bool) {
        let Some(requester) = self.requests.remove(&number) else { return };
        let answer = if healthy { Answer::Healthy } else { Answer::Unavailable };
        ctx.answer(requester, answer);
    }
}
