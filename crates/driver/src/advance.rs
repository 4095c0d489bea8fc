//! `advance(run)`: one step of a run in one call, for whoever drives it from outside (Step Functions, task by
//! task). The executor is the same as a sentinel's, and both at once are harmless (core::run).

use crate::run::{RunPorts, carry_out, left};
use leeward_core::run::{Command, Event, Executor, Leave, RunSettings, give_up};
use leeward_model::{Authority, Plan, RunKind, Step};
use leeward_ports::{Outcome, Swap};

/// What came of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// The step is over.
    Done,
    /// Call again: what it waits for is not there yet, or somebody else is at it.
    Waiting,
    /// The run is over, however it ended.
    Ended,
    Parked(String),
    /// The authority cannot be read here: nothing is known (SAFE-7).
    Unknown,
}

/// One run, and the step that the caller is at.
#[derive(Debug, Clone)]
pub struct Task {
    pub run: String,
    pub kind: RunKind,
    pub step: Step,
}

const ATTEMPTS: u32 = 10;

/// Works on the task's step until it is over, or until `until_ms` of the ports' clock.
pub async fn advance(
    ports: &RunPorts,
    settings: RunSettings,
    me: String,
    task: &Task,
    until_ms: u64,
) -> Advanced {
    match whereabouts(ports, task).await {
        Advanced::Waiting => {}
        known => return known,
    }
    let mut executor = Executor::new(settings, me, task.run.clone());
    let mut event = Event::Begin;
    loop {
        let (now, at) = (ports.clock.now_ms(), ports.clock.wall_ms());
        let Some(command) = executor.step(now, at, event).into_iter().next() else {
            return Advanced::Waiting;
        };
        // The next step is the next task's: it has been written that it is its turn.
        let beyond = executor.at().is_some_and(|step| is_after(task, step));
        if beyond && !matches!(command, Command::Save { .. } | Command::ReadAuthority) {
            return Advanced::Done;
        }
        match command {
            Command::Leave(why) => {
                left(ports, &task.run, &why).await;
                return match why {
                    Leave::Completed | Leave::Abandoned(_) => Advanced::Ended,
                    Leave::Parked(why) => Advanced::Parked(why),
                    // Somebody else is at it, or ended it: the item says which.
                    Leave::NotMine | Leave::LostStep | Leave::LifetimeOver => {
                        whereabouts(ports, task).await
                    }
                };
            }
            // Polling is done by calling again, not by waiting inside a call that is paid for.
            Command::Wait { ms } if now + ms >= until_ms => return Advanced::Waiting,
            command => event = carry_out(ports, command).await,
        }
    }
}

fn is_after(task: &Task, step: Step) -> bool {
    let steps = Plan::steps(task.kind);
    let place = |wanted: Step| steps.iter().position(|s| *s == wanted);
    place(step) > place(task.step)
}

/// Where the run is without doing anything: `Waiting` says that the task's step is to be worked on.
async fn whereabouts(ports: &RunPorts, task: &Task) -> Advanced {
    let Some(Some(authority)) = ports.control.authority().await.done() else {
        return Advanced::Unknown;
    };
    match authority.run.filter(|run| run.id == task.run) {
        None => Advanced::Ended,
        Some(run) => match run.parked {
            Some(why) => Advanced::Parked(why),
            None if is_after(task, run.step) => Advanced::Done,
            None => Advanced::Waiting,
        },
    }
}

/// The driver's tries are used up: a planned move that has not begun is abandoned, anything else waits for a
/// person, and people are told.
pub async fn surrender(ports: &RunPorts, run: &str, why: &str) -> Advanced {
    // A write of ours may be what is there: people are told also when the answer to it was lost.
    let mut perhaps_ours = false;
    for _ in 0..ATTEMPTS {
        let Some(Some(read)) = ports.control.authority().await.done() else { continue };
        let Some(mut next) = give_up(&read, run, why) else {
            let leave = given_up(&read, run);
            if let Some(leave) = leave.as_ref().filter(|leave| perhaps_ours && says(leave, why)) {
                left(ports, run, leave).await;
            }
            return match leave {
                Some(Leave::Parked(why)) => Advanced::Parked(why),
                _ => Advanced::Ended,
            };
        };
        // SAFE-10: the intent before the effect.
        let Some(head) = ports.auditor.record("intent", &format!("give {run} up: {why}")).await
        else {
            return Advanced::Unknown;
        };
        next.chain_heads.insert(ports.auditor.writer().to_owned(), head);
        match ports.control.swap_authority(&next, Some(read.version)).await {
            Outcome::Done(Swap::Stored) => {
                let leave = given_up(&next, run).expect("that is what was stored");
                left(ports, run, &leave).await;
                return match leave {
                    Leave::Parked(why) => Advanced::Parked(why),
                    _ => Advanced::Ended,
                };
            }
            Outcome::Done(Swap::Changed(_)) | Outcome::Rejected(_) => {}
            // SAFE-7: the item says; a write of long ago may land yet.
            Outcome::Transient(_) | Outcome::Unknown(_) => perhaps_ours = true,
        }
    }
    Advanced::Unknown
}

/// What the item says of a run that was given up; `None`: it ended in another way.
fn given_up(authority: &Authority, run: &str) -> Option<Leave> {
    if let Some(open) = authority.run.as_ref().filter(|open| open.id == run) {
        return open.parked.clone().map(Leave::Parked);
    }
    let last = authority.marks.last_run.as_ref().filter(|last| last.id == run)?;
    (last.end == "abandoned").then(|| Leave::Abandoned(last.why.clone().unwrap_or_default()))
}

fn says(leave: &Leave, why: &str) -> bool {
    matches!(leave, Leave::Parked(said) | Leave::Abandoned(said) if said == why)
}
