//! `surrender`: the driver's tries are used up.

use crate::world::{HOME, Shared, region};
use leeward_driver::{Advanced, surrender};
use leeward_model::{AuditKind, RunKind, Step};

#[tokio::test]
async fn a_planned_move_that_has_not_begun_is_abandoned_with_everything_as_before() {
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
async fn anything_later_waits_for_a_person_who_is_told_once() {
    // LIVE-2.
    let world = Shared::with(RunKind::Failover);
    for _ in 0..2 {
        let advanced = surrender(&world.ports(), "run-1", "tired").await;
        assert_eq!(advanced, Advanced::Parked("tired".into()));
    }
    world.look(|world| {
        assert_eq!(world.notices.len(), 2, "{:?}", world.notices);
        assert!(world.notices[0].starts_with("ERROR"), "{:?}", world.notices);
        let first = world.chain.first().map(|record| &record.kind);
        assert_eq!(first, Some(&AuditKind::Intent), "SAFE-10");
    });
}

#[tokio::test]
async fn a_lost_answer_is_read_again() {
    // SAFE-7: it was stored, and the next look finds it; LIVE-2: and people are told.
    let world = Shared::with(RunKind::Failover);
    world.look(|world| (world.lost_swaps, world.deaf) = (1, 2));
    let advanced = surrender(&world.ports(), "run-1", "tired").await;
    assert_eq!(advanced, Advanced::Parked("tired".into()));
    assert_eq!(world.look(|world| world.notices.len()), 2);
}

#[tokio::test]
async fn a_run_that_somebody_completed_is_not_said_to_be_abandoned() {
    // SAFE-10: a write of which nothing is known, and meanwhile the run came to its end.
    let world = Shared::with(RunKind::Failover);
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
async fn what_nobody_answers_is_not_known() {
    let world = Shared::with(RunKind::Failover);
    world.look(|world| world.deaf = 1_000);
    assert_eq!(surrender(&world.ports(), "run-1", "tired").await, Advanced::Unknown);
    let step = world.look(|world| world.authority.run.as_ref().map(|run| run.step));
    assert_eq!(step, Some(Step::PromoteDatabase));
}

#[tokio::test]
async fn a_run_that_is_over_is_over() {
    let world = Shared::with(RunKind::Failover);
    assert_eq!(surrender(&world.ports(), "run-0", "tired").await, Advanced::Ended);
    assert!(world.look(|world| world.authority.run.as_ref().expect("open").parked.is_none()));
}
