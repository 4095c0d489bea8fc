//! Order API processes: lanes of `core::append` and the callers that wait on them.

use super::calls::Purpose;
use super::tables::met_claim;
use super::{Ask, Asker, HttpAnswer, HttpRequest, Input, ProcessIx, Role, Told, World};
use leeward_core::append::{Answer, ClaimReply, Command, Event, Lane, PutReply, Submit, Ticket};
use leeward_model::Seq;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Api {
    lanes: BTreeMap<u16, Lane>,
    callers: BTreeMap<Ticket, Asker>,
    tickets: Ticket,
    hints: BTreeMap<u16, Seq>,
    hints_due: bool,
}

impl World {
    fn api(&mut self, ix: ProcessIx) -> &mut Api {
        match &mut self.processes[ix].role {
            Role::Api(api) => api,
            _ => unreachable!("only asked of an API process"),
        }
    }

    pub(super) fn api_input(&mut self, ix: ProcessIx, input: Input) {
        match input {
            Input::Http(request) => self.on_order(ix, *request),
            Input::Told(purpose, told) => self.on_lane_told(ix, purpose, told),
            Input::Lane(account, command) => self.carry_out(ix, account, *command),
            Input::LaneTimer(account) => self.step_lane(ix, account, Event::Timer),
            Input::HintsDue => self.send_hints(ix),
            _ => unreachable!("not for an API process"),
        }
    }

    fn on_order(&mut self, ix: ProcessIx, request: HttpRequest) {
        let HttpRequest::Order { account, id, hash, payload, asker } = request else {
            unreachable!("health has its own processes")
        };
        let deadline_in_ms = self.scenario.timing.deadline_ms;
        let deadline_ms = self.now_ms(ix) + deadline_in_ms;
        let lane = self.machines.lane;
        let api = self.api(ix);
        api.tickets += 1;
        let ticket = api.tickets;
        api.callers.insert(ticket, asker);
        api.lanes.entry(account).or_insert_with(|| Lane::new(lane));
        let submit = Submit { ticket, id, hash, payload, deadline_ms };
        self.step_lane(ix, account, Event::Submit(submit));
        // The rounding of two clocks must not leave anybody waiting.
        self.send_after_ms(ix, deadline_in_ms + 1, Input::LaneTimer(account));
    }

    fn step_lane(&mut self, ix: ProcessIx, account: u16, event: Event) {
        let now_ms = self.now_ms(ix);
        let Some(lane) = self.api(ix).lanes.get_mut(&account) else { return };
        let commands = lane.step(now_ms, event);
        self.outcome.steps += 1;
        for command in commands {
            let jitter_ms = jitter_of(&command);
            if jitter_ms > 0 {
                let after_us = self.jitter.below(jitter_ms * 1_000 + 1);
                self.send(ix, after_us, Input::Lane(account, Box::new(command)));
            } else {
                self.carry_out(ix, account, command);
            }
        }
    }

    fn carry_out(&mut self, ix: ProcessIx, account: u16, command: Command) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let (purpose, limit_ms, ask) = match command {
            Command::ReadHead { .. } => (Purpose::LaneHead(account), limit_ms, Ask::Head(account)),
            Command::Register { .. } => {
                (Purpose::LaneRegister(account), limit_ms, Ask::Register(account))
            }
            Command::Claim { ticket, id, claim, .. } => {
                (Purpose::LaneClaim(account, ticket), limit_ms, Ask::Claim(account, id, claim))
            }
            Command::ReadAfter { after, .. } => {
                (Purpose::LaneAfter(account), limit_ms, Ask::After(account, after))
            }
            Command::Put { seq, entry, timeout_ms, .. } => {
                let ask = Ask::Put(account, seq, entry.encode());
                (Purpose::LanePut(account, seq), timeout_ms, ask)
            }
            Command::Answer { ticket, answer } => {
                return self.answer_caller(ix, account, ticket, answer);
            }
        };
        self.ask(ix, region, purpose, limit_ms, ask);
    }

    fn on_lane_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        let (account, event) = match (purpose, told) {
            (Purpose::LaneHead(a), Some(Told::Head(head))) => (a, Event::HeadRead(Some(head))),
            (Purpose::LaneHead(a), _) => (a, Event::HeadRead(None)),
            (Purpose::LaneRegister(a), told) => {
                let done = matches!(told, Some(Told::Done | Told::Met(_)));
                (a, Event::Registered(done))
            }
            (Purpose::LaneClaim(a, ticket), told) => {
                let reply = match told {
                    Some(Told::Done) => ClaimReply::Fresh,
                    Some(Told::Met(item)) => {
                        met_claim(item.as_ref()).map_or(ClaimReply::Unknown, ClaimReply::Held)
                    }
                    _ => ClaimReply::Unknown,
                };
                (a, Event::Claimed { ticket, reply })
            }
            (Purpose::LaneAfter(a), Some(Told::Entries(entries))) => {
                (a, Event::EntriesRead(Some(entries)))
            }
            (Purpose::LaneAfter(a), _) => (a, Event::EntriesRead(None)),
            (Purpose::LanePut(a, seq), told) => {
                let reply = match told {
                    Some(Told::Done) => PutReply::Stored,
                    Some(Told::Met(item)) => {
                        self.met_entry(item.as_ref()).map_or(PutReply::Unknown, PutReply::Occupied)
                    }
                    _ => PutReply::Unknown,
                };
                (a, Event::Put { seq, reply })
            }
            // A lost hint costs time only: the sweeper finds its account.
            (Purpose::Hint, _) => return,
            (purpose, _) => unreachable!("{purpose:?} is not of a lane"),
        };
        self.step_lane(ix, account, event);
    }

    fn answer_caller(&mut self, ix: ProcessIx, account: u16, ticket: Ticket, answer: Answer) {
        let region = self.processes[ix].region;
        let hint_after_ms = self.scenario.timing.hint_delay_ms;
        let api = self.api(ix);
        let Some(asker) = api.callers.remove(&ticket) else { return };
        let answer = match answer {
            Answer::Accepted { seq, index } => {
                let newest = api.hints.entry(account).or_insert(seq);
                *newest = (*newest).max(seq);
                if !std::mem::replace(&mut api.hints_due, true) {
                    self.send_after_ms(ix, hint_after_ms, Input::HintsDue);
                }
                HttpAnswer::Accepted { seq, index }
            }
            Answer::Existing { seq, index } => HttpAnswer::Accepted { seq, index },
            Answer::Conflict => HttpAnswer::Conflict,
            Answer::Unknown => HttpAnswer::Unavailable,
        };
        self.answer_http(region, asker, answer);
    }

    /// To the queue of the Region that authority names (R15), the local one if nobody said.
    fn send_hints(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let known = self.shared[region.0 as usize].authority.as_ref().map(|a| a.active.clone());
        let to = known.map_or(region, |name| self.region_of(&name));
        let api = self.api(ix);
        api.hints_due = false;
        let hints = std::mem::take(&mut api.hints);
        let body: Vec<String> = hints.iter().map(|(a, seq)| format!("{a}:{seq}")).collect();
        let limit_ms = self.scenario.timing.call_timeout_ms;
        self.ask(ix, to, Purpose::Hint, limit_ms, Ask::SendHints(body.join(",")));
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
