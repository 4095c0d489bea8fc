//! Advances one step of a run in one call, for a driver outside the platform: Step Functions calls it task by task. The
//! call uses the same executor as the sentinels, and a driver and a sentinel may work on one run at the same time.
//!
//! A call never waits: where the executor would wait before its next poll, the call ends and the driver calls again. A
//! call does not go beyond its task either: once the authority names the next step, that step belongs to the next task.

use super::{Command as RunCommand, Event as RunEvent, Executor, Leave, RunSettings};
use leeward_model::{Authority, Plan, RunKind, Step};

/// One run, and the step that the caller works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id of the run.
    pub run: String,
    /// The kind of the run.
    pub kind: RunKind,
    /// The step that the caller works on.
    pub step: Step,
}

impl Task {
    fn is_before(&self, step: Step) -> bool {
        let steps = Plan::steps(self.kind);
        let place = |wanted: Step| steps.iter().position(|s| *s == wanted);
        place(step) > place(self.step)
    }
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// The step is done.
    Done,
    /// The step is still waiting, or another executor works on it. The driver calls again.
    Waiting,
    /// The run has ended, completed or not.
    Ended,
    /// The run is parked, for this reason.
    Parked(String),
    /// The authority cannot be read here, so the state of the run is unknown (SAFE-7).
    Unknown,
}

/// An input of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The call begins.
    Begin,
    /// The authority from a strong read; `None` if it is unknown, `Some(None)` if there is none.
    Authority(Option<Option<Box<Authority>>>),
    /// The result of a [`Command::Run`].
    Run(RunEvent),
    /// The notice was sent, or could not be sent.
    Notified,
}

/// An output of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Read the authority strongly.
    ReadAuthority,
    /// A command of the run's executor.
    Run(RunCommand),
    /// Notify operators of the reason why the executor stopped, if it concerns them.
    Notify(Leave),
    /// End the call with this result.
    End(Advanced),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Reads the state of the run, at the beginning or after the executor has lost the run.
    Locating {
        first: bool,
    },
    Executing,
    Over,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Advance {
    executor: Executor,
    task: Task,
    phase: Phase,
    left: Option<Leave>,
}

impl Advance {
    /// Creates a call.
    pub fn new(settings: RunSettings, me: String, task: Task) -> Advance {
        let executor = Executor::new(settings, me, task.run.clone());
        Advance { executor, task, phase: Phase::Locating { first: true }, left: None }
    }

    /// Takes one event and returns the next command. `now_ms` is the time on the caller's monotonic clock, and `at_ms`
    /// is the wall-clock time.
    pub fn step(&mut self, now_ms: u64, at_ms: u64, event: Event) -> Command {
        match (self.phase, event) {
            (Phase::Locating { .. }, Event::Begin) => Command::ReadAuthority,
            (Phase::Locating { first }, Event::Authority(read)) => match locate(&self.task, read) {
                Advanced::Waiting if first => {
                    self.phase = Phase::Executing;
                    self.execute(now_ms, at_ms, RunEvent::Begin)
                }
                located => self.end(located),
            },
            (Phase::Executing, Event::Run(event)) => self.execute(now_ms, at_ms, event),
            (Phase::Executing, Event::Notified) => self.on_notified(),
            (phase, event) => panic!("{event:?} was not requested in {phase:?}"),
        }
    }

    fn execute(&mut self, now_ms: u64, at_ms: u64, event: RunEvent) -> Command {
        let commands = self.executor.step(now_ms, at_ms, event);
        let Some(command) = commands.into_iter().next() else {
            return self.end(Advanced::Waiting);
        };
        let beyond = self.executor.at().is_some_and(|step| self.task.is_before(step));
        if beyond && !matches!(command, RunCommand::Save { .. } | RunCommand::ReadAuthority) {
            return self.end(Advanced::Done);
        }
        match command {
            RunCommand::Leave(why) => {
                self.left = Some(why.clone());
                Command::Notify(why)
            }
            RunCommand::Wait { .. } => self.end(Advanced::Waiting),
            command => Command::Run(command),
        }
    }

    fn on_notified(&mut self) -> Command {
        match self.left.take().expect("the executor has stopped") {
            Leave::Completed | Leave::Abandoned(_) => self.end(Advanced::Ended),
            Leave::Parked(why) => self.end(Advanced::Parked(why)),
            // Another executor works on the run or has ended it. The authority item shows which.
            Leave::NotMine | Leave::LostStep | Leave::LifetimeOver | Leave::LeftOpen(_) => {
                self.phase = Phase::Locating { first: false };
                Command::ReadAuthority
            }
        }
    }

    fn end(&mut self, advanced: Advanced) -> Command {
        self.phase = Phase::Over;
        Command::End(advanced)
    }
}

/// Returns the state of the run according to the authority item. `Waiting` means that the task's step still needs work.
fn locate(task: &Task, read: Option<Option<Box<Authority>>>) -> Advanced {
    let Some(Some(authority)) = read else { return Advanced::Unknown };
    match authority.run.filter(|run| run.id == task.run) {
        None => Advanced::Ended,
        Some(run) => match run.parked {
            Some(why) => Advanced::Parked(why),
            None if task.is_before(run.step) => Advanced::Done,
            None => Advanced::Waiting,
        },
    }
}
