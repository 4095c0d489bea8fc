//! Tests of `surrender`, which is called after the driver has used up its attempts.

use crate::world::{HOME, Shared, region};
use leeward_driver::{Advanced, surrender};
use leeward_model::{AuditKind, RunKind, Step};

#[tokio::test]
async fn a_planned_move_is_abandoned_before_its_fence_and_changes_nothing() {
    // SAFE-9.
    let world = Shared::with(RunKind::Switchover);
    let advanced = surrender(&world.ports(), "run-1", "tired").await;
    assert_eq!(advanced, Advanced::Ended);
    world.look(|world| {
        assert_eq!((world.authority.active.clone(), world.authority.epoch.0), (region(HOME), 1));
        let last = world.authority.marks.last_run.as_ref().expect("ended");
        assert_eq!((last.end.as_str(), last.why.as_deref()), ("abandoned", Some("tired")));
        assert_eq!(world.moves, 0);
        assert!(world.notices.iter().all(|n| n.contains("nothing has changed")));
        assert_eq!(world.notices.len(), 2);
    });
}

#[tokio::test]
async fn a_run_that_has_begun_stays_open_for_the_sentinels() {
    // LIVE-2: an earlier version parked such a run for an operator while a sentinel carried it out, as simulation
    // showed.
    let world = Shared::with(RunKind::Failover);
    let before = world.look(|world| world.authority.clone());
    let advanced = surrender(&world.ports(), "run-1", "tired").await;
    assert_eq!(advanced, Advanced::Waiting);
    world.look(|world| {
        assert_eq!(world.authority, before);
        assert_eq!(world.notices.len(), 2, "{:?}", world.notices);
        assert!(world.notices[0].starts_with("WARNING"), "{:?}", world.notices);
    });
}

#[tokio::test]
async fn a_write_whose_reply_is_lost_is_read_again() {
    // SAFE-7: the write was stored, and the next read finds it. LIVE-2: operators are notified.
    let world = Shared::with(RunKind::Switchover);
    world.look(|world| (world.lost_swaps, world.unanswered_reads) = (1, 2));
    let advanced = surrender(&world.ports(), "run-1", "tired").await;
    assert_eq!(advanced, Advanced::Ended);
    world.look(|world| {
        assert_eq!(world.notices.len(), 2);
        let first = world.chain.first().map(|record| &record.kind);
        assert_eq!(first, Some(&AuditKind::Intent), "SAFE-10");
    });
}

#[tokio::test]
async fn a_run_completed_by_another_executor_is_not_reported_as_abandoned() {
    // SAFE-10: the outcome of the write is unknown, and another executor completes the run meanwhile.
    let world = Shared::with(RunKind::Switchover);
    world.look(|world| world.completes_instead = true);
    assert_eq!(surrender(&world.ports(), "run-1", "tired").await, Advanced::Ended);
    world.look(|world| {
        assert_eq!(world.notices, Vec::<String>::new());
        assert!(
            world.chain.iter().all(|record| record.kind != AuditKind::Result),
            "{:?}",
            world.chain
        );
    });
}

#[tokio::test]
async fn surrender_is_unknown_while_the_authority_cannot_be_read() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.unanswered_reads = 1_000);
    assert_eq!(surrender(&world.ports(), "run-1", "tired").await, Advanced::Unknown);
    let step = world.look(|world| world.authority.run.as_ref().map(|run| run.step));
    assert_eq!(step, Some(Step::PromoteDatabase));
}

#[tokio::test]
async fn a_run_that_has_ended_is_not_parked() {
    let world = Shared::with(RunKind::Failover);
    assert_eq!(surrender(&world.ports(), "run-0", "tired").await, Advanced::Ended);
    assert!(world.look(|world| world.authority.run.as_ref().expect("open").parked.is_none()));
}
