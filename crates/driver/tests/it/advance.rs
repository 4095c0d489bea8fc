//! Tests of `advance`, which Step Functions calls task by task: the calls come early, late, twice, or while another
//! executor works on the run.

use crate::world::{AWAY, Shared, region, settings, task};
use leeward_driver::{Advanced, advance};
use leeward_model::{Plan, ProbeAnswer, RunKind, Step};

async fn call(world: &Shared, me: &str, kind: RunKind, step: Step) -> Advanced {
    advance(&world.ports(), settings(), me.into(), &task(kind, step)).await
}

/// Calls `advance` as the state machine does: repeats a step until it ends, then calls the next one.
async fn drive(world: &Shared, me: &str, kind: RunKind) -> Advanced {
    let mut last = Advanced::Waiting;
    for step in Plan::steps(kind) {
        for _ in 0..200 {
            last = call(world, me, kind, *step).await;
            match last {
                Advanced::Waiting | Advanced::Unknown => tokio::task::yield_now().await,
                Advanced::Done => break,
                Advanced::Ended | Advanced::Parked(_) => return last,
            }
        }
    }
    last
}

#[tokio::test]
async fn a_failover_completes_task_by_task() {
    let world = Shared::with(RunKind::Failover);
    world.reconciled();
    assert_eq!(drive(&world, "a", RunKind::Failover).await, Advanced::Ended);
    world.look(|world| {
        assert_eq!((world.moves, world.view.writer.clone()), (1, Some(region(AWAY))));
        let last = world.authority.marks.last_run.as_ref().expect("ended");
        assert_eq!(last.end.as_str(), "completed");
        let steps: Vec<Step> = last.history.iter().map(|mark| mark.step).collect();
        assert_eq!(steps, Plan::steps(RunKind::Failover)[..steps.len()]);
        // One notice to each Region.
        assert_eq!(world.notices.len(), 2, "{:?}", world.notices);
    });
}

#[tokio::test]
async fn a_task_whose_step_has_ended_is_done() {
    let world = Shared::with(RunKind::Failover);
    assert_eq!(call(&world, "a", RunKind::Failover, Step::Fence).await, Advanced::Done);
    // A state machine that lost the reply calls the promotion again.
    while call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await != Advanced::Done {}
    let again = call(&world, "b", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(again, Advanced::Done);
    assert_eq!(world.look(|world| world.moves), 1);
}

#[tokio::test]
async fn a_step_waits_by_being_called_again() {
    let world = Shared::with(RunKind::Failover);
    while call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await != Advanced::Done {}
    let resume = call(&world, "a", RunKind::Failover, Step::ResumeProcessing).await;
    assert_eq!(resume, Advanced::Waiting, "no processor has reported");
    world.reconciled();
    while call(&world, "a", RunKind::Failover, Step::ResumeProcessing).await != Advanced::Done {}
}

#[tokio::test]
async fn a_task_of_another_run_changes_nothing() {
    let world = Shared::with(RunKind::Failover);
    let mut other = task(RunKind::Failover, Step::PromoteDatabase);
    other.run = "run-0".into();
    let advanced = advance(&world.ports(), settings(), "a".into(), &other).await;
    assert_eq!(advanced, Advanced::Ended);
    assert_eq!(world.look(|world| (world.moves, world.authority.version)), (0, 2));
}

#[tokio::test]
async fn a_parked_run_does_not_advance() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| {
        world.authority.run.as_mut().expect("open").parked = Some("look at it".into());
    });
    let advanced = call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(advanced, Advanced::Parked("look at it".into()));
    assert_eq!(world.look(|world| world.moves), 0);
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_is_unknown() {
    // SAFE-7.
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.unanswered_reads = 1);
    let advanced = call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(advanced, Advanced::Unknown);
    assert_eq!(world.look(|world| world.moves), 0);
}

#[tokio::test]
async fn a_promotion_whose_reply_is_lost_is_requested_once() {
    // SAFE-7: describing the database shows that the call took effect.
    let world = Shared::with(RunKind::Failover);
    world.look(|world| (world.lost_moves, world.lost_swaps) = (true, 3));
    world.reconciled();
    assert_eq!(drive(&world, "a", RunKind::Failover).await, Advanced::Ended);
    assert_eq!(world.look(|world| world.moves), 1);
}

#[tokio::test]
async fn two_concurrent_drivers_move_the_database_once() {
    // One driver is a state machine. The other is a sentinel that takes over the run because it sees no progress.
    for kind in [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign] {
        let world = Shared::with(kind);
        if kind == RunKind::Realign {
            // The active Region is not the Region of the database's writer.
            world.look(|world| {
                world.authority.active = region(AWAY);
            });
        }
        world.reconciled();
        let other = world.clone();
        let one = tokio::spawn(async move { drive(&other, "a", kind).await });
        let both = (drive(&world, "b", kind).await, one.await.expect("no panic"));
        // A planned move raises the epoch at its fence, so a processor can report that epoch only afterwards.
        if world.look(|world| world.authority.run.is_some()) {
            world.reconciled();
            drive(&world, "c", kind).await;
        }
        world.look(|world| {
            let last = world.authority.marks.last_run.as_ref();
            assert_eq!(last.map(|l| l.end.as_str()), Some("completed"), "{kind}: {both:?}");
            assert_eq!(world.moves, 1, "{kind}");
        });
    }
}

#[tokio::test]
async fn a_run_does_not_complete_without_an_accepted_canary() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.canary = ProbeAnswer::Silence);
    world.reconciled();
    let ended = drive(&world, "a", RunKind::Failover).await;
    assert!(!matches!(ended, Advanced::Ended), "{ended:?}");
    assert!(world.look(|world| world.authority.run.is_some()));
}
