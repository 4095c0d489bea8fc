//! One step of a run in one call, for a driver outside the platform (Step Functions, task by task). The
//! executor is the one that sentinels use, and both at once are harmless.
//!
//! A call does not wait: where the executor would poll, the driver calls again. And it does not go beyond
//! its task: the next step is the next task's, once it has been written that it is its turn.

use super::{Command as RunCommand, Event as RunEvent, Executor, Leave, RunSettings};
use leeward_model::{Authority, Plan, RunKind, Step};

/// One run, and the step that the caller is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub run: String,
    pub kind: RunKind,
    pub step: Step,
}

impl Task {
    fn is_before(&self, step: Step) -> bool {
        let steps = Plan::steps(self.kind);
        let place = |wanted: Step| steps.iter().position(|s| *s == wanted);
        place(step) > place(self.step)
    }
}

/// What a call brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// The step is over.
    Done,
    /// Call again: what the step waits for is not there yet, or another executor is at it.
    Waiting,
    /// The run is over, however it ended.
    Ended,
    Parked(String),
    /// The authority cannot be read here: nothing is known (SAFE-7).
    Unknown,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Begin,
    /// Strong read; `None`: unknown, `Some(None)`: there is no authority.
    Authority(Option<Option<Box<Authority>>>),
    /// What came of a [`Command::Run`].
    Run(RunEvent),
    Notified,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    ReadAuthority,
    /// A command of the run's executor.
    Run(RunCommand),
    /// Tell people how the executor left the run.
    Notify(Leave),
    End(Advanced),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Looking where the run is, before anything is done or after the executor has lost it.
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
    until_ms: u64,
    phase: Phase,
    left: Option<Leave>,
}

impl Advance {
    /// `until_ms`: by the caller's monotonic clock; no wait is begun that would end after it.
    pub fn new(settings: RunSettings, me: String, task: Task, until_ms: u64) -> Advance {
        let executor = Executor::new(settings, me, task.run.clone());
        Advance { executor, task, until_ms, phase: Phase::Locating { first: true }, left: None }
    }

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
            (phase, event) => panic!("{event:?} answers nothing in {phase:?}"),
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
            RunCommand::Wait { ms } if now_ms + ms >= self.until_ms => self.end(Advanced::Waiting),
            command => Command::Run(command),
        }
    }

    fn on_notified(&mut self) -> Command {
        match self.left.take().expect("it has left") {
            Leave::Completed | Leave::Abandoned(_) => self.end(Advanced::Ended),
            Leave::Parked(why) => self.end(Advanced::Parked(why)),
            // Another executor is at it, or ended it: the item says which.
            Leave::NotMine | Leave::LostStep | Leave::LifetimeOver => {
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

/// Where the run is, by the item: `Waiting` if the task's step is to be worked on.
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
