//! Explores a run with two executors, two crashes, lost replies and calls that take effect late.

use super::budget::Budget;
use super::explore;
use leeward_core::run::{
    Begin, CallReply, Command, Event, Executor, Leave, RunSettings, SwapReply, begin,
};
use leeward_model::{
    Authority, Class, Counters, DatabaseView, Mode, Plan, ProcessorState, Region, RunEnd, RunKind,
    Step,
};
use stateright::{Model, Property};
use std::collections::BTreeMap;

const RUN: &str = "r1";
const PROMOTE_WAIT_MS: u64 = 1_000;

fn region(name: &str) -> Region {
    Region::new(name).expect("valid")
}

fn settings() -> RunSettings {
    RunSettings { idle_looks: 2, ..RunSettings::of(10, PROMOTE_WAIT_MS) }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Executing {
    machine: Executor,
    pending: Command,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    authority: Authority,
    writer: Region,
    moving: bool,
    /// The target's processor: the run for which it folds, and whether it has read all entries since then.
    processor: Option<(String, bool)>,
    executing: [Option<Executing>; 2],
    left: Budget,
    /// Calls of an executor that died or gave up, which take effect at any later time.
    late: Vec<Command>,
    /// The executor that took each attempt.
    takers: BTreeMap<(Step, u32), String>,
    canary_accepted: bool,
    met: Met,
    broken: Option<&'static str>,
}

/// The events that happened at least once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Met {
    lost_step: bool,
    landed_late: bool,
    refused: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Start(usize),
    /// The pending command of this executor takes effect, and its reply arrives.
    Do(usize),
    /// The pending command gets the reply "not yet".
    NotYet(usize),
    /// The command takes effect or not, and its reply is lost.
    Lose {
        who: usize,
        effect: bool,
    },
    /// The executor dies. Its last call takes effect or is lost; after `CrashSent`, it may take effect later.
    Crash {
        who: usize,
        effect: bool,
    },
    CrashSent(usize),
    Land(usize),
    Other,
    PatienceEnds,
}

struct RunModel {
    kind: RunKind,
    budget: Budget,
}

impl State {
    fn now_ms(&self) -> u64 {
        if self.left.patience == 0 { PROMOTE_WAIT_MS + 1 } else { 0 }
    }

    fn open(&self) -> bool {
        self.authority.run.as_ref().is_some_and(|run| run.parked.is_none())
    }

    fn waits(&self, who: usize) -> Option<&Command> {
        Some(&self.executing[who].as_ref()?.pending)
    }

    /// Applies the effect of a command and returns the reply that arrives if nothing fails.
    fn perform(&mut self, command: &Command) -> Event {
        match command {
            Command::ReadAuthority => Event::Authority(Some(Box::new(self.authority.clone()))),
            Command::Save { next, expect_version, .. } => self.swap(next, *expect_version),
            Command::DescribeDatabase { .. } => {
                if self.moving {
                    (self.moving, self.writer) = (false, region("b"));
                }
                Event::Database(Some(self.view()))
            }
            Command::FailoverDatabase { to, .. } | Command::SwitchoverDatabase { to, .. } => {
                if self.left.refusals > 0 {
                    self.left.refusals -= 1;
                    return Event::Called(CallReply::Rejected("InvalidState".into()));
                }
                if self.writer == *to || self.moving {
                    self.met.refused = true;
                    return Event::Called(CallReply::Rejected("InvalidState".into()));
                }
                self.moving = true;
                // The promotion discards the volume, and with it the entries that were folded into it.
                self.processor = None;
                Event::Called(CallReply::Accepted)
            }
            Command::ReadProcessor { .. } => {
                self.fold();
                Event::Processor(Some(self.processor_state()))
            }
            Command::Canary { .. } => {
                self.canary_accepted = true;
                Event::Canary(true)
            }
            Command::Announce { .. } => Event::Announced,
            Command::Wait { .. } => Event::Timer,
            Command::Leave(_) => unreachable!("taken when it is said"),
        }
    }

    fn swap(&mut self, next: &Authority, expect_version: u64) -> Event {
        if self.authority.version != expect_version {
            return Event::Saved(SwapReply::Changed);
        }
        if next.version != expect_version + 1 {
            self.broken = Some("SAFE-5: a version was skipped");
        }
        if next.epoch != self.authority.epoch {
            self.fenced(next);
        }
        let last = next.marks.last_run.as_ref();
        let given_up = last.is_some_and(|last| last.end == RunEnd::Abandoned);
        if given_up && (self.moving || self.writer != region("a")) && !self.met.landed_late {
            self.broken = Some("SAFE-9: given up, and the database moves or has moved");
        }
        let before = self.authority.run.as_ref().map(|run| (run.step, run.attempt));
        if let Some(run) = &next.run
            && before.is_some_and(|(_, attempt)| attempt != run.attempt)
        {
            let taken = self.takers.insert((run.step, run.attempt), run.executor.clone());
            if taken.is_some() {
                self.broken = Some("SAFE-5: two took one attempt");
            }
        }
        self.authority = next.clone();
        Event::Saved(SwapReply::Stored)
    }

    /// Checks that only one step of one kind of run changes the epoch, once, after the database moved (SAFE-5, SAFE-9).
    fn fenced(&mut self, next: &Authority) {
        let run = self.authority.run.as_ref();
        let fences = run.is_some_and(|run| run.step == Step::Fence && next.active == run.target);
        if !fences || next.epoch.0 != self.authority.epoch.0 + 1 {
            self.broken = Some("SAFE-5: a step changed the epoch that is not to");
        }
        if self.writer != region("b") || self.moving {
            self.broken = Some("SAFE-9: fenced before the database was handed over");
        }
    }

    fn view(&self) -> DatabaseView {
        DatabaseView {
            writer: Some(self.writer.clone()),
            moving: self.moving,
            members: vec![region("a"), region("b")],
            resyncing: vec![],
            detached: vec![],
        }
    }

    /// Lets the target's processor act: once the database has moved, the processor reports for the open run.
    fn fold(&mut self) {
        let Some(run) = &self.authority.run else { return };
        if Plan::resumes(run.kind, run.step) {
            let all = run.step >= Step::Reconcile;
            self.processor = Some((run.id.clone(), all));
        }
    }

    fn processor_state(&self) -> Option<ProcessorState> {
        let (run, reconciled) = self.processor.clone()?;
        Some(ProcessorState {
            region: region("b"),
            epoch: self.authority.epoch,
            run: Some(run),
            reconciled,
            accounts: 1,
            remaining: 0,
            parked: vec![],
        })
    }

    /// Returns the reply "not yet" to a command, if the command can have this reply.
    fn not_yet(&self, command: &Command) -> Option<Event> {
        match command {
            Command::DescribeDatabase { .. } if self.moving => {
                Some(Event::Database(Some(self.view())))
            }
            Command::ReadProcessor { .. } => Some(Event::Processor(Some(self.processor_state()))),
            Command::Canary { .. } => Some(Event::Canary(false)),
            _ => None,
        }
    }

    fn unanswered(command: &Command) -> Option<Event> {
        match command {
            Command::ReadAuthority => Some(Event::Authority(None)),
            Command::Save { .. } => Some(Event::Saved(SwapReply::Unknown)),
            Command::DescribeDatabase { .. } => Some(Event::Database(None)),
            Command::FailoverDatabase { .. } | Command::SwitchoverDatabase { .. } => {
                Some(Event::Called(CallReply::Unknown))
            }
            Command::ReadProcessor { .. } => Some(Event::Processor(None)),
            _ => None,
        }
    }

    fn has_effect(command: &Command) -> bool {
        use Command::{FailoverDatabase, Save, SwitchoverDatabase};
        matches!(command, Save { .. } | FailoverDatabase { .. } | SwitchoverDatabase { .. })
    }

    /// R4: the executor counted its call, and another executor took over before the call took effect. No call can be
    /// fenced; `realign` corrects the result.
    fn note_overtaken(&mut self, who: usize, command: &Command) {
        let holder = self.authority.run.as_ref().map(|run| run.executor.as_str());
        let calls = matches!(command, Command::SwitchoverDatabase { .. });
        self.met.landed_late |= calls && holder != Some(["x", "y"][who]);
    }

    fn feed(&mut self, who: usize, event: Event) {
        let now_ms = self.now_ms();
        let mut executing = self.executing[who].take().expect("it waits for this");
        let mut commands = executing.machine.step(now_ms, 0, event);
        assert_eq!(commands.len(), 1, "an executor does one thing at a time");
        match commands.remove(0) {
            Command::Leave(why) => self.met.lost_step |= why == Leave::LostStep,
            pending => {
                executing.pending = pending;
                self.executing[who] = Some(executing);
            }
        }
    }
}

impl Model for RunModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let (a, b) = (region("a"), region("b"));
        // In a realign, the target is active and the writer is still in the other Region.
        let active = if self.kind == RunKind::Realign { &b } else { &a };
        let authority = begin(
            &Authority::initial(active.clone()),
            Begin {
                id: RUN.into(),
                kind: self.kind,
                from: a.clone(),
                target: b,
                class: Class::Dark,
                reason: String::new(),
                automatic: Some(Counters::new()),
                by: "w".into(),
                at_ms: 0,
            },
        );
        vec![State {
            authority,
            writer: a,
            moving: false,
            processor: None,
            executing: [None, None],
            left: self.budget,
            late: Vec::new(),
            takers: BTreeMap::new(),
            canary_accepted: false,
            met: Met::default(),
            broken: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        let nobody = state.executing.iter().all(Option::is_none);
        for who in 0..2 {
            let Some(command) = state.waits(who) else {
                // Each executor begins once, and may begin again whenever no executor is left.
                let name = ["x", "y"][who];
                let fresh = !state.takers.values().any(|taker| taker == name);
                if state.open() && (fresh || nobody) {
                    actions.push(Act::Start(who));
                }
                continue;
            };
            actions.push(Act::Do(who));
            if state.left.delays > 0 && state.not_yet(command).is_some() {
                actions.push(Act::NotYet(who));
            }
            if state.left.lost > 0 && State::unanswered(command).is_some() {
                actions.push(Act::Lose { who, effect: false });
                if State::has_effect(command) {
                    actions.push(Act::Lose { who, effect: true });
                }
            }
            if state.left.crashes > 0 {
                actions.push(Act::Crash { who, effect: false });
                if State::has_effect(command) {
                    actions.extend([Act::Crash { who, effect: true }, Act::CrashSent(who)]);
                }
            }
        }
        actions.extend((0..state.late.len()).map(Act::Land));
        if state.left.others > 0 && state.open() {
            actions.push(Act::Other);
        }
        if state.left.patience > 0 && state.open() {
            actions.push(Act::PatienceEnds);
        }
    }

    fn next_state(&self, last: &State, act: Act) -> Option<State> {
        let mut state = last.clone();
        match act {
            Act::Start(who) => {
                let name = ["x", "y"][who].to_owned();
                let mut machine = Executor::new(settings(), name, RUN.into());
                let pending = machine.step(state.now_ms(), 0, Event::Begin).remove(0);
                state.executing[who] = Some(Executing { machine, pending });
            }
            Act::Do(who) => {
                let command = state.waits(who)?.clone();
                state.note_overtaken(who, &command);
                let event = state.perform(&command);
                state.feed(who, event);
            }
            Act::NotYet(who) => {
                state.left.delays -= 1;
                let event = state.not_yet(state.waits(who)?)?;
                state.feed(who, event);
            }
            Act::Lose { who, effect } => {
                state.left.lost -= 1;
                let command = state.waits(who)?.clone();
                if effect {
                    state.note_overtaken(who, &command);
                    state.perform(&command);
                }
                state.feed(who, State::unanswered(&command)?);
            }
            Act::Crash { who, effect } => {
                state.left.crashes -= 1;
                let command = state.executing[who].take()?.pending;
                if effect {
                    state.note_overtaken(who, &command);
                    state.perform(&command);
                }
            }
            Act::CrashSent(who) => {
                state.left.crashes -= 1;
                let command = state.executing[who].take()?.pending;
                state.late.push(command);
            }
            Act::Land(n) => {
                let command = state.late.remove(n);
                state.met.landed_late = true;
                state.perform(&command);
            }
            Act::Other => {
                state.left.others -= 1;
                state.authority = state.authority.next();
                state.authority.mode = Mode::Paused;
            }
            Act::PatienceEnds => state.left.patience -= 1,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<RunModel>> {
        let mut all = vec![
            Property::always("SAFE-5: one winner, one epoch", |_, s: &State| s.broken.is_none()),
            Property::always("what has ended is whole", |model: &RunModel, s: &State| {
                let Some(last) = &s.authority.marks.last_run else { return true };
                if last.end == RunEnd::Abandoned {
                    return s.authority.epoch.0 == 1 && s.authority.active == region("a");
                }
                let done: Vec<Step> = last.history.iter().map(|mark| mark.step).collect();
                let booked = s.processor.as_ref().is_some_and(|(_, all)| *all);
                let answers = s.canary_accepted || model.kind == RunKind::Realign;
                s.writer == region("b") && booked && answers && done == Plan::steps(model.kind)
            }),
            Property::always("an operator's write stays", |model: &RunModel, s: &State| {
                s.left.others == model.budget.others || s.authority.mode == Mode::Paused
            }),
            Property::eventually("LIVE-2: it ends or it parks", |_, s: &State| !s.open()),
            Property::sometimes("it ends", |_, s: &State| {
                s.authority
                    .marks
                    .last_run
                    .as_ref()
                    .is_some_and(|last| last.end == RunEnd::Completed)
            }),
            Property::sometimes("somebody loses a step", |_, s: &State| s.met.lost_step),
        ];
        if self.budget.patience > 0 {
            all.push(Property::sometimes("it parks", |_, s: &State| {
                s.authority.run.as_ref().is_some_and(|run| run.parked.is_some())
            }));
        }
        if self.budget.refusals > 0 {
            all.push(Property::sometimes("SAFE-9: it is given up", |_, s: &State| {
                s.authority
                    .marks
                    .last_run
                    .as_ref()
                    .is_some_and(|last| last.end == RunEnd::Abandoned)
            }));
        }
        if self.budget.crashes > 0 {
            all.extend([
                Property::sometimes("a call lands late", |_, s: &State| s.met.landed_late),
                Property::sometimes("a second call is refused", |_, s: &State| s.met.refused),
            ]);
        }
        if self.budget.crashes > 1 {
            all.push(Property::sometimes("four attempts", |_, s: &State| s.takers.len() >= 4));
        }
        all
    }
}

const NOTHING: Budget =
    Budget { crashes: 0, lost: 0, delays: 0, others: 0, patience: 0, refusals: 0 };

fn check(name: &str, kind: RunKind, budget: Budget, at_least: usize) {
    explore(name, RunModel { kind, budget }, at_least);
}

#[test]
fn two_executors_and_a_crash() {
    // SAFE-5, LIVE-2, R3, R4, S8.
    let budget = Budget { crashes: 1, ..NOTHING };
    check("failover, a crash", RunKind::Failover, budget, 51_000);
    check("realign, a crash", RunKind::Realign, budget, 36_000);
}

#[test]
fn a_planned_move_completes_or_has_changed_nothing() {
    // SAFE-9, S8.
    let budget = Budget { crashes: 1, ..NOTHING };
    check("switchover, a crash", RunKind::Switchover, budget, 91_000);
    let budget = Budget { refusals: 1, delays: 1, patience: 1, ..NOTHING };
    check("switchover, a refusal", RunKind::Switchover, budget, 54_000);
}

#[test]
fn two_executors_and_a_lost_answer() {
    // SAFE-7: a lost reply is never mistaken for a reply.
    let budget = Budget { lost: 1, others: 1, ..NOTHING };
    check("failover, a lost answer", RunKind::Failover, budget, 57_000);
}

#[test]
fn two_executors_that_wait() {
    let budget = Budget { delays: 1, patience: 1, ..NOTHING };
    check("failover, waiting", RunKind::Failover, budget, 57_000);
}

#[test]
#[ignore = "minutes: run by `cargo xtask nightly`"]
fn two_executors_and_two_crashes() {
    let budget = Budget { crashes: 2, ..NOTHING };
    check("failover, two crashes", RunKind::Failover, budget, 750_000);
    check("realign, two crashes", RunKind::Realign, budget, 500_000);
}

#[test]
#[ignore = "minutes: run by `cargo xtask nightly`"]
fn two_executors_a_crash_and_a_lost_answer() {
    let budget = Budget { crashes: 1, lost: 1, ..NOTHING };
    check("failover, a crash and a lost answer", RunKind::Failover, budget, 310_000);
}
