//! A process of the order API: the lanes of `core::append`, and the callers that wait for them.

use super::Input;
use crate::world::{Answer, Ctx, PortCall, PortReply, Purpose, Request, Requester, claim_in};
use leeward_core::append::{self, ClaimReply, Command, Event, Lane, PutReply, Submit, Ticket};
use leeward_model::Seq;
use std::collections::BTreeMap;

/// The state of a process of the order API.
#[derive(Default)]
pub(crate) struct Api {
    lanes: BTreeMap<u16, Lane>,
    callers: BTreeMap<Ticket, Requester>,
    tickets: Ticket,
    hints: BTreeMap<u16, Seq>,
    hints_are_due: bool,
}

impl Api {
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::Request(request) => self.on_order(ctx, *request),
            Input::Reply(purpose, reply) => self.on_reply(ctx, purpose, reply),
            Input::LaneCommand(account, command) => self.carry_out(ctx, account, *command),
            Input::LaneTimer(account) => self.step_lane(ctx, account, Event::Timer),
            Input::HintsDue => self.send_hints(ctx),
            _ => unreachable!("not an input of an API process"),
        }
    }

    fn on_order(&mut self, ctx: &mut Ctx<'_>, request: Request) {
        let Request::Order { account, id, hash, payload, requester } = request else {
            unreachable!("health requests are routed to other processes")
        };
        let deadline_in_ms = ctx.timing().deadline_ms;
        let deadline_ms = ctx.now_ms() + deadline_in_ms;
        self.tickets += 1;
        let ticket = self.tickets;
        self.callers.insert(ticket, requester);
        self.lanes.entry(account).or_insert_with(|| Lane::new(ctx.env.settings.lane));
        let submit = Submit { ticket, id, hash, payload, deadline_ms };
        self.step_lane(ctx, account, Event::Submit(submit));
        // The timer waits one more millisecond, so that rounding between two clocks leaves no caller waiting.
        ctx.send_after_ms(deadline_in_ms + 1, Input::LaneTimer(account));
    }

    fn step_lane(&mut self, ctx: &mut Ctx<'_>, account: u16, event: Event) {
        let Some(lane) = self.lanes.get_mut(&account) else { return };
        let commands = lane.step(ctx.now_ms(), event);
        ctx.count_step();
        for command in commands {
            let jitter_ms = jitter_of(&command);
            if jitter_ms > 0 {
                let after_us = ctx.env.jitter.below(jitter_ms * 1_000 + 1);
                ctx.send_after_us(after_us, Input::LaneCommand(account, Box::new(command)));
            } else {
                self.carry_out(ctx, account, command);
            }
        }
    }

    fn carry_out(&mut self, ctx: &mut Ctx<'_>, account: u16, command: Command) {
        let timeout_ms = ctx.timing().call_timeout_ms;
        let (purpose, timeout_ms, call) = match command {
            Command::ReadHead { .. } => {
                (Purpose::LaneHead(account), timeout_ms, PortCall::Head(account))
            }
            Command::Register { .. } => {
                (Purpose::LaneRegister(account), timeout_ms, PortCall::Register(account))
            }
            Command::Claim { ticket, id, claim, .. } => {
                let call = PortCall::Claim(account, id, claim);
                (Purpose::LaneClaim(account, ticket), timeout_ms, call)
            }
            Command::ReadAfter { after, .. } => {
                (Purpose::LaneAfter(account), timeout_ms, PortCall::After(account, after))
            }
            Command::Put { seq, entry, timeout_ms, .. } => {
                let call = PortCall::Put(account, seq, entry.encode());
                (Purpose::LanePut(account, seq), timeout_ms, call)
            }
            Command::Answer { ticket, answer } => {
                return self.answer_caller(ctx, account, ticket, answer);
            }
        };
        ctx.call(ctx.region(), purpose, timeout_ms, call);
    }

    fn on_reply(&mut self, ctx: &mut Ctx<'_>, purpose: Purpose, reply: Option<PortReply>) {
        let (account, event) = match (purpose, reply) {
            (Purpose::LaneHead(a), Some(PortReply::Head(head))) => (a, Event::HeadRead(Some(head))),
            (Purpose::LaneHead(a), _) => (a, Event::HeadRead(None)),
            (Purpose::LaneRegister(a), reply) => {
                let done = matches!(reply, Some(PortReply::Done | PortReply::Occupied(_)));
                (a, Event::Registered(done))
            }
            (Purpose::LaneClaim(a, ticket), reply) => {
                let reply = match reply {
                    Some(PortReply::Done) => ClaimReply::Fresh,
                    Some(PortReply::Occupied(item)) => {
                        claim_in(item.as_ref()).map_or(ClaimReply::Unknown, ClaimReply::Held)
                    }
                    _ => ClaimReply::Unknown,
                };
                (a, Event::Claimed { ticket, reply })
            }
            (Purpose::LaneAfter(a), Some(PortReply::Entries(entries))) => {
                (a, Event::EntriesRead(Some(entries)))
            }
            (Purpose::LaneAfter(a), _) => (a, Event::EntriesRead(None)),
            (Purpose::LanePut(a, seq), reply) => {
                let reply = match reply {
                    Some(PortReply::Done) => PutReply::Stored,
                    Some(PortReply::Occupied(item)) => {
                        let entry = ctx.env.entry_in(item.as_ref());
                        entry.map_or(PutReply::Unknown, PutReply::Occupied)
                    }
                    _ => PutReply::Unknown,
                };
                (a, Event::Put { seq, reply })
            }
            // A lost hint costs only time, because the sweeper finds its account.
            (Purpose::Hint, _) => return,
            (purpose, _) => unreachable!("{purpose:?} is not a lane's"),
        };
        self.step_lane(ctx, account, event);
    }

    fn answer_caller(
        &mut self,
        ctx: &mut Ctx<'_>,
        account: u16,
        ticket: Ticket,
        answer: append::Answer,
    ) {
        let Some(requester) = self.callers.remove(&ticket) else { return };
        let answer = match answer {
            append::Answer::Accepted { seq, index } => {
                let newest = self.hints.entry(account).or_insert(seq);
                *newest = (*newest).max(seq);
                if !std::mem::replace(&mut self.hints_are_due, true) {
                    ctx.send_after_ms(ctx.timing().hint_delay_ms, Input::HintsDue);
                }
                Answer::Accepted { seq, index }
            }
            append::Answer::Existing { seq, index } => Answer::Accepted { seq, index },
            append::Answer::Conflict => Answer::Conflict,
            append::Answer::Unknown => Answer::Unavailable,
        };
        ctx.answer(requester, answer);
    }

    /// Sends hints to the queue of the Region that the authority names (R15), or to this Region's own queue while the
    /// authority is unknown.
    fn send_hints(&mut self, ctx: &mut Ctx<'_>) {
        let active = ctx.shared().authority.as_ref().map(|a| a.active.clone());
        let to = active.map_or(ctx.region(), |name| ctx.env.directory.region_of(&name));
        self.hints_are_due = false;
        let hints = std::mem::take(&mut self.hints);
        let body: Vec<String> = hints.iter().map(|(a, seq)| format!("{a}:{seq}")).collect();
        let call = PortCall::SendHints(body.join(","));
        ctx.call(to, Purpose::Hint, ctx.timing().call_timeout_ms, call);
    }
}

fn jitter_of(command: &Command) -> u64 {
    match command {
        Command::ReadHead { jitter_ms }
        | Command::Register { jitter_ms }
        | Command::Claim { jitter_ms, .. }
        | Command::ReadAfter { jitter_ms, .. }
        | Command::Put { jitter_ms, .. } => *jitter_ms,
        Command::Answer { .. } => 0,
    }
}
