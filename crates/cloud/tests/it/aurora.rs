//! Tests of moving the writer of a global cluster.

use crate::world::{A, B, MS, World};
use leeward_cloud::aurora::{AuroraEvent, AuroraFault, Member, RdsRequest, RdsResponse};
use leeward_cloud::{Output, RegionIx, Request, Response};

fn arn(region: &str) -> String {
    format!("arn:aws:rds:{region}:000000000000:cluster:global-{region}")
}

fn failover(target: &str) -> Request {
    Request::Rds(RdsRequest::FailoverGlobalCluster {
        id: "global".into(),
        target: arn(target),
        allow_data_loss: true,
        switchover: false,
    })
}

fn writer(w: &World) -> RegionIx {
    w.cloud.cluster("global").expect("there").writer
}

fn events(w: &mut World) -> Vec<AuroraEvent> {
    std::mem::take(&mut w.others)
        .into_iter()
        .filter_map(|o| match o {
            Output::Aurora(event) => Some(event),
            _ => None,
        })
        .collect()
}

#[test]
fn a_failover_from_a_dark_region_takes_its_time_and_rebuilds_the_old_primary_when_it_returns() {
    let mut w = World::new();
    w.cloud.set_dark(0, A, true);
    assert!(w.ask(B, B, failover("b")).1.is_ok());
    assert_eq!(writer(&w), A, "an accepted call has not taken effect yet");
    assert!(w.cloud.database_replication("global").is_empty());
    w.run_until(w.now_us + 2_001 * MS);
    assert_eq!(writer(&w), B);
    assert_eq!(w.cloud.cluster("global").expect("there").members[&A], Member::Rebuilding);
    assert_eq!(events(&mut w), [AuroraEvent::Promote { region: B }]);
    let now = w.now_us;
    w.cloud.set_dark(now, A, false);
    w.run_until(now + 5_001 * MS);
    let expected = [AuroraEvent::Fence { region: A }, AuroraEvent::Rebuild { region: A, from: B }];
    assert_eq!(events(&mut w), expected);
    assert_eq!(w.cloud.database_replication("global"), [(B, A, 0)]);
}

#[test]
fn what_is_not_possible_is_refused() {
    let mut w = World::new();
    let refused = |w: &mut World, at, request| w.ask(at, at, request).1.err();
    let state = Some("InvalidGlobalClusterStateFault".to_owned());
    assert_eq!(refused(&mut w, A, failover("b")), state, "must be called in the target's Region");
    assert_eq!(refused(&mut w, A, failover("a")), state, "already the primary");
    let missing = Some("DBClusterNotFoundFault".to_owned());
    assert_eq!(refused(&mut w, B, failover("z")), missing);
    assert!(w.ask(B, B, failover("b")).1.is_ok());
    assert_eq!(refused(&mut w, B, failover("b")), state, "it is moving already");
}

#[test]
fn a_switchover_drains_and_a_failing_move_changes_nothing() {
    let mut w = World::new();
    let switchover = RdsRequest::SwitchoverGlobalCluster { id: "global".into(), target: arn("b") };
    assert!(w.ask(A, A, Request::Rds(switchover)).1.is_ok());
    w.cloud.report_drain(w.now_us, "global", 1, true);
    w.run_until(w.now_us + 1_001 * MS);
    let expected = [
        AuroraEvent::Fence { region: A },
        AuroraEvent::Drain { from: A, to: B, number: 1 },
        AuroraEvent::Promote { region: B },
    ];
    assert_eq!((events(&mut w).as_slice(), writer(&w)), (&expected[..], B));
    let fault = AuroraFault { moves_fail: true, lies: true, ..AuroraFault::default() };
    w.cloud.set_database_fault("global", fault);
    assert!(w.ask(A, A, failover("a")).1.is_ok());
    let describe = Request::Rds(RdsRequest::DescribeGlobalClusters { id: None });
    let (_, told) = w.ask(A, A, describe);
    let Ok(Response::Rds(RdsResponse::Clusters(list))) = told else { panic!("{told:?}") };
    assert_eq!((list[0].writer, list[0].status), (A, "available"), "the description is wrong");
    w.run_until(w.now_us + 3_000 * MS);
    assert_eq!(writer(&w), B, "the writer has not moved");
}

/// Checks that a switchover waits for the keeper of the pages, however long the drain takes, and that the writer stays
/// where it was if the drain fails (SAFE-9). An earlier model promoted the target at a fixed time, so that the standby
/// lacked the pages that were not copied by then.
#[test]
fn a_switchover_does_not_end_before_everything_is_copied() {
    for complete in [true, false] {
        let mut w = World::new();
        let switchover =
            RdsRequest::SwitchoverGlobalCluster { id: "global".into(), target: arn("b") };
        assert!(w.ask(A, A, Request::Rds(switchover)).1.is_ok());
        w.run_until(w.now_us + 60_000 * MS);
        let cluster = w.cloud.cluster("global").expect("there");
        assert_eq!((cluster.writer, cluster.status), (A, "switching-over"));
        assert_eq!(w.cloud.database_replication("global"), [(A, B, 0)], "pages still flow");
        w.cloud.report_drain(w.now_us, "global", 0, true);
        assert_eq!(writer(&w), A, "the report of an earlier switchover changes nothing");
        w.cloud.report_drain(w.now_us, "global", 1, complete);
        let (end, writes) = (writer(&w), if complete { B } else { A });
        assert_eq!(end, writes);
        w.run_until(w.now_us + MS);
        assert_eq!(events(&mut w).last(), Some(&AuroraEvent::Promote { region: writes }));
    }
}

/// Checks that the loss of a Region during the copying of pages ends the switchover (LIVE-2). The Region is lost before
/// or after the minimum duration of a switchover.
#[test]
fn a_switchover_whose_target_is_lost_ends_where_it_began() {
    for lost_after_ms in [0, 2_000] {
        let mut w = World::new();
        let switchover =
            RdsRequest::SwitchoverGlobalCluster { id: "global".into(), target: arn("b") };
        assert!(w.ask(A, A, Request::Rds(switchover)).1.is_ok());
        w.run_until(w.now_us + lost_after_ms * MS);
        w.cloud.set_dark(w.now_us, B, true);
        w.run_until(w.now_us + 1_001 * MS);
        assert_eq!(writer(&w), A);
        let status = w.cloud.cluster("global").expect("there").status;
        assert_eq!(status, "available", "lost after {lost_after_ms} ms");
        w.cloud.report_drain(w.now_us, "global", 1, true);
        assert_eq!(writer(&w), A, "a report that comes late changes nothing");
    }
}
