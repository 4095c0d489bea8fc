//! Executors of runs: `core::run` in a sentinel's process, or in a state machine that works task by
//! task and may die in between.

use super::audit::{Auditor, Then};
use super::calls::Purpose;
use super::sentinel::execution_slot;
use super::{Ask, HttpAnswer, Input, ProcessIx, Role, Told, World};
use crate::check::Truth;
use crate::faults::Part;
use leeward_cloud::RegionIx;
use leeward_core::run::{CallReply, Command, Event, Executor, Leave, SaveReply};
use leeward_model::{AuditKind, Authority};

pub(crate) struct Execution {
    machine: Executor,
    /// The call whose intent is being written.
    call: Option<Command>,
    canary: u32,
    waits_for_canary: bool,
    /// When it last asked where the database is, and how often it was told since its last call.
    asked_us: u64,
    looks: u32,
}

/// The state machine service of a Region: one execution at a time is enough for one platform.
#[derive(Default)]
pub(crate) struct Machine {
    pub(crate) auditor: Auditor,
    pub(crate) execution: Option<Box<Execution>>,
    canaries: u64,
}

impl Machine {
    pub(super) fn next_canary(&mut self) -> (u32, u64) {
        self.canaries += 1;
        (0, self.canaries)
    }
}

impl World {
    fn execution(&mut self, ix: ProcessIx) -> &mut Option<Box<Execution>> {
        match &mut self.processes[ix].role {
            Role::Sentinel(node) => &mut node.execution,
            Role::Machine(machine) => &mut machine.execution,
            _ => unreachable!("executes no runs"),
        }
    }

    /// Started with the run's id as its name: two starts are one.
    pub(super) fn start_execution(&mut self, target: RegionIx, run: String) {
        let machine = self
            .processes
            .iter()
            .position(|p| p.region == target && p.role.part() == Some(Part::StateMachine) && p.up);
        let shared = &mut self.shared[usize::from(target.0)];
        if shared.executions.contains(&run) {
            return;
        }
        let Some(ix) = machine else { return };
        shared.executions.push(run.clone());
        if let Role::Machine(machine) = &mut self.processes[ix].role
            && machine.auditor.writer.is_empty()
        {
            machine.auditor = Auditor::new(format!("machine-{}", target.0));
        }
        self.execute(ix, run);
    }

    pub(super) fn execute(&mut self, ix: ProcessIx, run: String) {
        if self.execution(ix).is_some() {
            return;
        }
        let p = &self.processes[ix];
        let me = match &p.role {
            Role::Sentinel(node) => format!("sentinel-{}.{}.{}", p.region.0, ix, node.life),
            _ => format!("machine-{}.{}", p.region.0, p.incarnation),
        };
        let machine = Executor::new(self.machines.run.clone(), me, run);
        let execution = Execution {
            machine,
            call: None,
            canary: 0,
            waits_for_canary: false,
            asked_us: 0,
            looks: 0,
        };
        *self.execution(ix) = Some(Box::new(execution));
        self.run_event(ix, Event::Begin);
    }

    pub(super) fn run_event(&mut self, ix: ProcessIx, event: Event) {
        let (now_ms, at_ms) = (self.now_ms(ix), self.wall_ms(ix));
        let Some(execution) = self.execution(ix) else { return };
        let commands = execution.machine.step(now_ms, at_ms, event);
        self.outcome.steps += 1;
        for command in commands {
            self.carry_out_run(ix, command);
        }
    }

    fn carry_out_run(&mut self, ix: ProcessIx, command: Command) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let (purpose, to, ask) = match command {
            Command::ReadAuthority => (Purpose::RunAuthority, region, Ask::Authority),
            Command::Save { next, expect_version, .. } => {
                self.judge_giving_up(ix, &next);
                (Purpose::RunSave, region, Ask::SwapAuthority(next, Some(expect_version)))
            }
            Command::DescribeDatabase { at } => {
                let now_us = self.now_us;
                self.execution(ix).as_mut().expect("stepped just now").asked_us = now_us;
                (Purpose::RunDescribe, self.region_of(&at), Ask::Describe)
            }
            Command::ReadProcessor { region: of } => {
                (Purpose::RunProcessor, region, Ask::Processor(self.region_of(&of)))
            }
            call @ (Command::FailoverDatabase { .. } | Command::SwitchoverDatabase { .. }) => {
                let what = format!("{call:?}");
                self.execution(ix).as_mut().expect("stepped just now").call = Some(call);
                // SAFE-10: the intent before the call.
                return self.audit(ix, AuditKind::Intent, what, Then::Call);
            }
            Command::Canary { region: of } => {
                let to = self.region_of(&of);
                let timeout_ms = self.scenario.timing.probe_timeout_ms;
                let execution = self.execution(ix).as_mut().expect("stepped just now");
                execution.canary += 1;
                execution.waits_for_canary = true;
                let slot = execution_slot(execution.canary);
                self.canary(ix, to, slot);
                return self.send_after_ms(ix, timeout_ms, Input::OwnCanaryOver(slot));
            }
            Command::Announce { run } => {
                let what = format!("run {} completes", run.id);
                return self.audit(ix, AuditKind::Result, what, Then::Announced);
            }
            Command::Wait { ms } => return self.send_after_ms(ix, ms, Input::RunTimer),
            Command::Leave(why) => return self.left(ix, &why),
        };
        self.ask(ix, to, purpose, limit_ms, ask);
    }

    fn judge_giving_up(&mut self, ix: ProcessIx, next: &Authority) {
        let Some(last) = next.marks.last_run.as_ref().filter(|_| next.run.is_none()) else {
            return;
        };
        if last.end != "abandoned" {
            return;
        }
        // Before anything was asked for there is nothing to look for.
        if last.history.is_empty() {
            return;
        }
        let execution = self.execution(ix).as_ref().expect("stepped just now");
        let (asked_us, looks) = (execution.asked_us, execution.looks);
        let target = self.region_of(&last.target);
        let handed_over_us = self.database.handed_over_us(target);
        let truth = Truth { handed_over_us, asked_us, looks };
        self.checkers.planned.gives_up(self.now_us, &last.id, truth);
        self.take_violations();
    }

    fn left(&mut self, ix: ProcessIx, why: &Leave) {
        let now_us = self.now_us;
        self.trace.say(now_us, || format!("executor in process {ix} leaves: {why:?}"));
        *self.execution(ix) = None;
    }

    pub(super) fn make_call(&mut self, ix: ProcessIx) {
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let Some(execution) = self.execution(ix) else { return };
        let (to, ask) = match execution.call.take() {
            Some(Command::FailoverDatabase { to, id }) => {
                let to = self.region_of(&to);
                self.checkers.planned.forced(self.now_us, &id.run);
                (to, Ask::Failover(to))
            }
            Some(Command::SwitchoverDatabase { from, to, id }) => {
                self.checkers.planned.handed_over(self.now_us, &id.run);
                (self.region_of(&from), Ask::Switchover(self.region_of(&to)))
            }
            _ => return,
        };
        self.outcome.database_calls += 1;
        if let Some(execution) = self.execution(ix) {
            execution.looks = 0;
        }
        self.ask(ix, to, Purpose::RunCall, limit_ms, ask);
    }

    pub(super) fn called(&mut self, ix: ProcessIx, reply: CallReply) {
        self.run_event(ix, Event::Called(reply));
    }

    pub(super) fn announced(&mut self, ix: ProcessIx) {
        self.run_event(ix, Event::Announced);
    }

    pub(super) fn run_canary(&mut self, ix: ProcessIx, answer: HttpAnswer) {
        let good = matches!(answer, HttpAnswer::Accepted { .. });
        let Some(execution) = self.execution(ix) else { return };
        if std::mem::take(&mut execution.waits_for_canary) {
            self.run_event(ix, Event::Canary(good));
        }
    }

    pub(super) fn run_canary_over(&mut self, ix: ProcessIx, slot: u32) {
        let Some(execution) = self.execution(ix) else { return };
        if execution.waits_for_canary && execution_slot(execution.canary) == slot {
            execution.waits_for_canary = false;
            self.run_event(ix, Event::Canary(false));
        }
    }

    pub(super) fn run_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        let event = match purpose {
            Purpose::RunAuthority => Event::Authority(self.bodies.owned_authority(told.as_ref())),
            Purpose::RunSave => Event::Saved(match told {
                Some(Told::Done) => SaveReply::Stored,
                Some(Told::Met(_)) => SaveReply::Conflict,
                _ => SaveReply::Unknown,
            }),
            Purpose::RunDescribe => Event::Database(match told {
                Some(Told::View(view)) => {
                    if let Some(execution) = self.execution(ix) {
                        execution.looks += 1;
                    }
                    Some(*view)
                }
                _ => None,
            }),
            Purpose::RunProcessor => Event::Processor(self.bodies.processor(told.as_ref())),
            Purpose::RunCall => {
                let reply = match told {
                    Some(Told::Done) => CallReply::Accepted,
                    Some(Told::Refused(why)) => CallReply::Rejected(why),
                    _ => CallReply::Unknown,
                };
                let what = format!("{reply:?}");
                return self.audit(ix, AuditKind::Result, what, Then::Called(reply));
            }
            other => unreachable!("{other:?} is not of a run"),
        };
        self.run_event(ix, event);
    }

    pub(super) fn machine_input(&mut self, ix: ProcessIx, input: Input) {
        match input {
            Input::Told(purpose @ (Purpose::AuditHead | Purpose::AuditPut), told) => {
                self.audit_told(ix, purpose, told);
            }
            Input::Told(purpose, told) => self.run_told(ix, purpose, told),
            Input::RunTimer => self.run_event(ix, Event::Timer),
            Input::Answered { answer, .. } => self.run_canary(ix, answer),
            Input::OwnCanaryOver(slot) => self.run_canary_over(ix, slot),
            _ => unreachable!("not for a state machine"),
        }
    }
}
