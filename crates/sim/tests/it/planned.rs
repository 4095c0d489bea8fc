//! Tests of planned moves and failbacks.

use crate::attacks::{A, B, W, act, check, check_in, dark, planned};
use leeward_cloud::Service;
use leeward_sim::{Act, Fault, Outcome, Part, Planned, Site, Workload};

fn moves(fail: bool, slower_s: u64, at_s: u64, for_s: u64) -> Planned {
    planned(at_s, for_s, Fault::Moves { slower_ms: slower_s * 1_000, fail, lies: false })
}

/// Uses few customers, because the failback takes half an hour.
fn until_home(shape: &mut Workload) {
    (shape.until_home, shape.clients, shape.think_ms) = (true, 2, 10_000);
}

fn ends(outcome: &Outcome) -> Vec<(&str, &str)> {
    outcome.runs.iter().map(|run| (run.kind.as_str(), run.end.as_str())).collect()
}

#[test]
fn r8_a_switchover_loses_nothing_and_ends_while_orders_keep_coming() {
    // SAFE-9: the full synchronisation by RDS drains the source. No flag stops customers, so no flag can be left
    // behind.
    check(400, &[act(60, Act::Switchover)], |o| {
        o.planned == 1 && o.failovers == 0 && o.pages_lost == 0 && o.parked == 0
    });
}

#[test]
fn r8_a_switchover_that_rds_does_not_carry_out_changes_nothing() {
    // SAFE-9: the service refuses the switchover because of the lag or the version, or rolls it back. The epoch and DNS
    // do not change.
    check(900, &[moves(true, 0, 30, 800), act(60, Act::Switchover)], |o| {
        o.planned == 0 && ends(o) == [("switchover", "abandoned")]
    });
    let refuses = leeward_cloud::Fault { error_percent: 100, ..Default::default() };
    let rds = Fault::Service { site: A, service: Service::Rds, fault: refuses };
    check(900, &[planned(30, 800, rds), act(60, Act::Switchover)], |o| {
        o.planned == 0 && ends(o) == [("switchover", "abandoned")]
    });
}

/// SAFE-9: the writer's last pages arrive late. The switchover waits for them, or gives up and changes nothing.
#[test]
fn a_switchover_waits_for_the_last_pages_or_changes_nothing() {
    let behind = |ms, for_s| planned(30, for_s, Fault::Lag { site: A, ms });
    check(400, &[behind(20_000, 300), act(60, Act::Switchover)], |o| {
        o.planned == 1 && o.pages_lost == 0 && o.parked == 0
    });
    check(1_600, &[behind(3_600_000, 1_500), act(60, Act::Switchover)], |o| {
        // If the last call is still unanswered at the end, the run is parked, because the service may still carry the
        // call out.
        let abandoned = ends(o) == [("switchover", "abandoned")];
        o.planned == 0 && o.pages_lost == 0 && (abandoned || o.parked == 1)
    });
}

#[test]
fn r8_a_switchover_to_a_region_that_is_not_well_does_not_begin() {
    let gray = planned(40, 400, Fault::OrderPath { site: B, silent: false });
    check(500, &[gray, act(80, Act::Switchover)], |o| {
        o.planned == 0 && o.database_calls == 0 && ends(o) == [("switchover", "abandoned")]
    });
}

#[test]
fn a_region_lost_during_a_switchover_is_left_at_once() {
    // R5: either Region is lost, at any step of the switchover.
    for at_s in (60..160).step_by(15) {
        for site in [A, B] {
            let faults = [act(60, Act::Switchover), dark(at_s, 900, site)];
            check(1_000, &faults, |o| {
                o.parked == 0 && o.false_moves == 0 && o.detect_ms.iter().all(|ms| *ms <= 30_000)
            });
        }
    }
}

#[test]
fn s8_two_executors_of_a_hand_over_and_a_deaf_service() {
    // The state machine's call is accepted, its reply is lost, and the state machine dies. A sentinel takes over.
    let deaf = leeward_cloud::Fault { lost_reply_percent: 100, ..Default::default() };
    let faults = [
        act(60, Act::Switchover),
        planned(55, 240, Fault::Service { site: A, service: Service::Rds, fault: deaf }),
        planned(75, 600, Fault::Crash { site: B, part: Part::StateMachine }),
        planned(75, 60, Fault::Crash { site: B, part: Part::Sentinel }),
    ];
    check(800, &faults, |o| o.parked == 0 && o.pages_lost == 0);
}

#[test]
fn the_platform_returns_home_automatically() {
    check_in(500, &[dark(60, 400, A)], until_home, |o| {
        o.failovers == 1
            && o.planned == 1
            && ends(o) == [("failover", "completed"), ("failback", "completed")]
    });
}

#[test]
fn s12_a_failback_waits_for_nothing_that_it_does_not_need() {
    // A hand-over does not depend on the queue, the health function or the witness.
    let dead = leeward_cloud::Fault { dead: true, ..Default::default() };
    let queue = planned(70, 9_000, Fault::Service { site: A, service: Service::Sqs, fault: dead });
    let witness = dark(600, 8_000, W);
    check_in(9_200, &[dark(60, 400, A), queue, witness], until_home, |o| {
        o.failovers == 1 && o.planned == 1
    });
}

#[test]
fn the_home_region_is_lost_again_during_the_failback() {
    // In some worlds the loss occurs in the middle of the failback, and in others right after it.
    for at_s in [2_560, 2_600, 2_640] {
        let faults = [dark(60, 400, A), dark(at_s, 600, A)];
        check_in(3_500, &faults, until_home, |o| {
            o.parked == 0 && o.detect_ms.iter().all(|ms| *ms <= 30_000)
        });
    }
}

#[test]
fn live_3_doubtful_moves_of_a_day_are_counted() {
    // The order path of the active Region breaks six times, but only four moves are allowed.
    let gray = |n: u64, site: Site| {
        planned(60 + 2_400 * n, 1_000, Fault::OrderPath { site, silent: false })
    };
    let both = |n: u64| gray(n, if n.is_multiple_of(2) { A } else { B });
    let faults: Vec<Planned> = [act(10, Act::Resume)].into_iter().chain((0..6).map(both)).collect();
    check_in(14_000, &faults, until_home, |o| o.failovers == 4);
}
