//! A person with the operator's verbs: each is one conditional write of the authority.

use super::audit::{Auditor, Then};
use super::calls::Purpose;
use super::{Ask, CLUSTER, Input, ProcessIx, Role, Told, World};
use crate::faults::{Act, Site};
use leeward_cloud::{Call, Place, RegionIx};
use leeward_core::run::{Operation, Verb, operate};
use leeward_model::{AuditKind, Authority, Region};
use std::collections::VecDeque;

#[derive(Default)]
pub(crate) struct Operator {
    pub(crate) auditor: Auditor,
    /// One after the other: nobody resumes before they know that they have paused.
    acts: VecDeque<Act>,
    /// Acts so far, which names runs.
    number: u32,
    next: Option<Box<Authority>>,
    tries: u32,
}

pub(crate) const OPERATOR: &str = "operator";

/// A person tries again when somebody was faster, or when nothing was heard; at length they give up.
const TRIES: u32 = 1_000;
const PATIENCE_MS: u64 = 1_000;

impl World {
    fn operator(&mut self) -> (ProcessIx, &mut Operator) {
        let ix = self
            .processes
            .iter()
            .position(|p| matches!(p.role, Role::Operator(_)))
            .expect("each world has a person");
        match &mut self.processes[ix].role {
            Role::Operator(operator) => (ix, operator),
            _ => unreachable!("found as one"),
        }
    }

    /// A person is where a Region works: they ask the one that is up.
    pub(crate) fn act(&mut self, act: Act) {
        if act == Act::MoveWriter {
            return self.move_writer();
        }
        let (ix, operator) = self.operator();
        if operator.auditor.writer.is_empty() {
            operator.auditor = Auditor::new(OPERATOR.to_owned());
        }
        operator.acts.push_back(act);
        if operator.acts.len() == 1 {
            operator.tries = 0;
            self.read_for_act(ix);
        }
    }

    /// In the console of the Region that shall have it; nobody here hears the answer.
    fn move_writer(&mut self) {
        let writer = self.cloud.cluster(CLUSTER).expect("made at the start").writer;
        let to = RegionIx(1 - writer.0);
        let request = self.request(Ask::Failover(to));
        let call = Call { id: u64::MAX, from: Place::Internet, to, request };
        self.cloud.call(self.now_us, call);
    }

    fn read_for_act(&mut self, ix: ProcessIx) {
        let dark = self.cloud.net().is_dark(Site::Primary.ix());
        let at = if dark { Site::Secondary } else { Site::Primary };
        self.processes[ix].region = at.ix();
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let (_, operator) = self.operator();
        operator.tries += 1;
        if operator.tries > TRIES {
            return self.next_act(ix);
        }
        self.ask(ix, at.ix(), Purpose::ActRead, limit_ms, Ask::Authority);
    }

    fn next_act(&mut self, ix: ProcessIx) {
        let (_, operator) = self.operator();
        operator.acts.pop_front();
        operator.number += 1;
        operator.tries = 0;
        if !operator.acts.is_empty() {
            self.read_for_act(ix);
        }
    }

    pub(super) fn operator_input(&mut self, ix: ProcessIx, input: Input) {
        let Input::Told(purpose, told) = input else { return self.read_for_act(ix) };
        match purpose {
            Purpose::ActRead => self.on_act_read(ix, told.as_ref()),
            Purpose::ActWrite => match told {
                Some(Told::Done) => self.next_act(ix),
                // SAFE-7: whatever it was, the item says.
                _ => self.send_after_ms(ix, PATIENCE_MS, Input::Tick),
            },
            purpose => self.audit_told(ix, purpose, told),
        }
    }

    fn on_act_read(&mut self, ix: ProcessIx, told: Option<&Told>) {
        let Some(read) = self.bodies.authority(told) else {
            return self.send_after_ms(ix, PATIENCE_MS, Input::Tick);
        };
        let at_ms = self.wall_ms(ix);
        let regions = self.machines.policy.regions.clone();
        let (_, operator) = self.operator();
        let Some(act) = operator.acts.front().copied() else { return };
        let Some(wanted) = changed(act, &read, &regions, operator.number, at_ms) else {
            return self.next_act(ix);
        };
        operator.next = Some(Box::new(wanted));
        self.audit(ix, AuditKind::Intent, format!("{act:?}"), Then::Act);
    }

    pub(super) fn act_audited(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let (_, operator) = self.operator();
        let head = operator.auditor.known_head();
        let Some(mut next) = operator.next.take() else { return };
        if let Some(head) = head {
            next.chain_heads.insert(OPERATOR.to_owned(), head);
        }
        let expect = next.version - 1;
        let ask = Ask::SwapAuthority(next, Some(expect));
        self.ask(ix, region, Purpose::ActWrite, limit_ms, ask);
    }
}

/// The authority after the act; `None` where there is nothing to do (any more), or it is refused.
fn changed(
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
        // Not a change of the authority.
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
