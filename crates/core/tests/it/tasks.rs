//! Carries out runs task by task, as Step Functions does. Each call is a new executor, and no call waits. The limits of
//! a step apply to all calls together (LIVE-2).

use super::run::{World, settings};
use leeward_core::run::advance::{Command, Event};
use leeward_core::run::{Advance, Advanced, Command as RunCommand, Event as RunEvent, Task};
use leeward_model::{Plan, RunKind, Step};

/// The number of calls for one step after which the test fails as endless.
const CALLS_MAX: u32 = 1_000;

/// Calls the function once for the step. `answers` replaces replies of the world.
fn call(
    world: &mut World,
    me: String,
    task: &Task,
    answers: fn(&RunCommand) -> Option<RunEvent>,
) -> Advanced {
    let mut machine = Advance::new(settings(), me, task.clone());
    let mut event = Event::Begin;
    loop {
        let command = machine.step(world.now_ms, world.now_ms, event);
        event = match command {
            Command::ReadAuthority => {
                Event::Authority(Some(Some(Box::new(world.authority.clone()))))
            }
            Command::Run(RunCommand::Wait { .. }) => unreachable!("no call waits"),
            Command::Run(command) => {
                Event::Run(answers(&command).unwrap_or_else(|| world.perform(&command, true, true)))
            }
            Command::Notify(_) => Event::Notified,
            Command::End(advanced) => return advanced,
        };
        world.now_ms += 1;
    }
}

/// Calls the function until the run has ended or is parked, and returns the number of calls for the last step.
fn drive(
    world: &mut World,
    kind: RunKind,
    answers: fn(&RunCommand) -> Option<RunEvent>,
) -> (Step, Advanced, u32) {
    let mut task = Task { run: "r1".into(), kind, step: Plan::first(kind) };
    let mut calls = 0;
    loop {
        calls += 1;
        assert!(calls < CALLS_MAX, "LIVE-2: {} does not end", task.step);
        match call(world, format!("{}-{calls}", task.step), &task, answers) {
            Advanced::Waiting => world.now_ms += settings().poll_ms,
            Advanced::Done => {
                let Some(next) = Plan::after(kind, task.step) else {
                    return (task.step, Advanced::Done, calls);
                };
                (task.step, calls) = (next, 0);
            }
            end => return (task.step, end, calls),
        }
    }
}

fn as_the_world(_: &RunCommand) -> Option<RunEvent> {
    None
}

#[test]
fn every_kind_of_run_completes_task_by_task() {
    for kind in [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign] {
        let mut world = World::new(kind);
        let (_, end, _) = drive(&mut world, kind, as_the_world);
        assert!(matches!(end, Advanced::Done | Advanced::Ended), "{kind}: {end:?}");
        let last = world.authority.marks.last_run.expect("it ended");
        assert_eq!(last.end.as_str(), "completed", "{kind}");
    }
}

#[test]
fn a_hand_over_that_is_refused_is_given_up_after_two_calls() {
    // SAFE-9, LIVE-2: the descriptions of a database at rest and the calls are counted across all executors.
    let mut world = World::new(RunKind::Switchover);
    world.refuses_handover = true;
    let (step, end, calls) = drive(&mut world, RunKind::Switchover, as_the_world);
    assert_eq!((step, end), (Step::HandOverDatabase, Advanced::Ended));
    assert_eq!(world.handovers, settings().hand_over_calls);
    assert!(calls <= 2 * (settings().idle_looks + 1) + 1, "{calls} calls");
    let last = world.authority.marks.last_run.expect("it ended");
    assert_eq!(last.end.as_str(), "abandoned");
}

#[test]
fn a_database_that_never_stops_moving_parks_the_run_in_its_time() {
    let mut world = World::new(RunKind::Failover);
    world.moving_polls = u32::MAX;
    let began_ms = world.now_ms;
    let (step, end, _) = drive(&mut world, RunKind::Failover, as_the_world);
    assert_eq!(step, Step::PromoteDatabase);
    let Advanced::Parked(why) = end else { panic!("{end:?}") };
    assert!(why.contains("moving"), "{why}");
    // Here, a call itself takes a few milliseconds, which count as well.
    let waited_ms = world.now_ms - began_ms;
    let limit_ms = settings().promote_wait_ms;
    assert!((limit_ms..limit_ms * 2).contains(&waited_ms), "{waited_ms} ms");
}

#[test]
fn a_region_that_accepts_no_canary_orders_parks_the_run() {
    let mut world = World::new(RunKind::Failover);
    world.canary_failures = u32::MAX;
    let (step, end, calls) = drive(&mut world, RunKind::Failover, as_the_world);
    assert!(matches!(end, Advanced::Parked(_)), "{end:?}");
    assert_eq!(step, Step::Verify);
    assert!(calls > 2, "one refusal says little: {calls} calls");
}

#[test]
fn a_hand_over_asks_the_other_control_plane_when_one_does_not_answer() {
    fn the_source_is_silent(command: &RunCommand) -> Option<RunEvent> {
        match command {
            RunCommand::DescribeDatabase { at } if at.as_str() == "a" => {
                Some(RunEvent::Database(None))
            }
            _ => None,
        }
    }
    let mut world = World::new(RunKind::Switchover);
    // The run is past the step `check`, which needs the source's control plane.
    let run = world.authority.run.as_mut().expect("begun");
    run.step = Step::HandOverDatabase;
    world.writer = run.target.clone();
    let (_, end, _) = drive(&mut world, RunKind::Switchover, the_source_is_silent);
    assert!(matches!(end, Advanced::Done | Advanced::Ended), "{end:?}");
}
