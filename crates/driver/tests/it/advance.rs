//! `advance`: what Step Functions calls task by task, and what becomes of a call that comes early, late, twice or in
//! the middle of somebody else's.

use crate::world::{AWAY, Shared, region, settings, task};
use leeward_driver::{Advanced, advance};
use leeward_model::{Answer, Plan, RunKind, Step};

async fn call(world: &Shared, me: &str, kind: RunKind, step: Step) -> Advanced {
    advance(&world.ports(), settings(), me.into(), &task(kind, step), 0).await
}

/// As the state machine does: a step until it is over, then the next.
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
async fn a_failover_is_carried_through_task_by_task() {
    let world = Shared::with(RunKind::Failover);
    world.reconciled();
    assert_eq!(drive(&world, "a", RunKind::Failover).await, Advanced::Ended);
    world.look(|world| {
        assert_eq!((world.moves, world.view.writer.clone()), (1, Some(region(AWAY))));
        let last = world.authority.marks.last_run.as_ref().expect("ended");
        assert_eq!(last.end.as_str(), "completed");
        let steps: Vec<Step> = last.history.iter().map(|mark| mark.step).collect();
        assert_eq!(steps, Plan::steps(RunKind::Failover)[..steps.len()]);
        // To both Regions.
        assert_eq!(world.notices.len(), 2, "{:?}", world.notices);
    });
}

#[tokio::test]
async fn a_task_of_a_step_that_is_over_is_done() {
    let world = Shared::with(RunKind::Failover);
    assert_eq!(call(&world, "a", RunKind::Failover, Step::Fence).await, Advanced::Done);
    // Promoted, and called again by a machine that did not hear of it.
    while call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await != Advanced::Done {}
    let again = call(&world, "b", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(again, Advanced::Done);
    assert_eq!(world.look(|world| world.moves), 1);
}

#[tokio::test]
async fn what_is_not_there_yet_is_waited_for_by_calling_again() {
    let world = Shared::with(RunKind::Failover);
    while call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await != Advanced::Done {}
    let resume = call(&world, "a", RunKind::Failover, Step::ResumeProcessing).await;
    assert_eq!(resume, Advanced::Waiting, "no processor has spoken");
    world.reconciled();
    while call(&world, "a", RunKind::Failover, Step::ResumeProcessing).await != Advanced::Done {}
}

#[tokio::test]
async fn another_run_is_none_of_its_business() {
    let world = Shared::with(RunKind::Failover);
    let mut other = task(RunKind::Failover, Step::PromoteDatabase);
    other.run = "run-0".into();
    let advanced = advance(&world.ports(), settings(), "a".into(), &other, 0).await;
    assert_eq!(advanced, Advanced::Ended);
    assert_eq!(world.look(|world| (world.moves, world.authority.version)), (0, 2));
}

#[tokio::test]
async fn a_parked_run_stays_where_it_is() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| {
        world.authority.run.as_mut().expect("open").parked = Some("look at it".into());
    });
    let advanced = call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(advanced, Advanced::Parked("look at it".into()));
    assert_eq!(world.look(|world| world.moves), 0);
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_nothing_known() {
    // SAFE-7.
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.deaf = 1);
    let advanced = call(&world, "a", RunKind::Failover, Step::PromoteDatabase).await;
    assert_eq!(advanced, Advanced::Unknown);
    assert_eq!(world.look(|world| world.moves), 0);
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_asked_for_once() {
    // SAFE-7: describing says that it took.
    let world = Shared::with(RunKind::Failover);
    world.look(|world| (world.lost_moves, world.lost_swaps) = (true, 3));
    world.reconciled();
    assert_eq!(drive(&world, "a", RunKind::Failover).await, Advanced::Ended);
    assert_eq!(world.look(|world| world.moves), 1);
}

#[tokio::test]
async fn two_drivers_at_once_move_it_once() {
    // A state machine, and a sentinel that takes its run for one that stands still.
    for kind in [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign] {
        let world = Shared::with(kind);
        if kind == RunKind::Realign {
            // The database is where authority is not.
            world.look(|world| {
                world.authority.active = region(AWAY);
            });
        }
        world.reconciled();
        let other = world.clone();
        let one = tokio::spawn(async move { drive(&other, "a", kind).await });
        let both = (drive(&world, "b", kind).await, one.await.expect("no panic"));
        // The epoch of a planned move is that of its fence: what a processor says of it comes after.
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
async fn a_canary_that_is_refused_holds_the_run_up() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.canary = Answer::Silence);
    world.reconciled();
    let ended = drive(&world, "a", RunKind::Failover).await;
    assert!(!matches!(ended, Advanced::Ended), "{ended:?}");
    assert!(world.look(|world| world.authority.run.is_some()));
}
