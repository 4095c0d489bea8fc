//! Failures of Regions, with real processes.

use crate::harness::{A, B, Platform, W, accepts, active, has_role, is_healthy, last_run, region};
use leeward_api::DatabaseRole;
use leeward_model::RunKind;
use std::time::{Duration, Instant};

/// LIVE-1, SAFE-5, SAFE-10: a Region is lost, returns, and is lost again while it is the standby.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_region_loses_authority_and_returns_as_standby() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "before").await.0, 202);
    p.fault(&["kill", A]);
    // Acceptance needs no failover: the other Region accepts the new order and the retry immediately.
    assert_eq!(p.order(1, "desk", "during").await.0, 202);
    assert_eq!(p.order(1, "desk", "before").await.0, 200);
    let status = p.wait_active(B);
    assert_eq!(active(&status), (B, 2));
    assert_eq!(last_run(&status).kind, RunKind::Failover);
    let steps: Vec<String> =
        last_run(&status).history.iter().map(|mark| mark.step.to_string()).collect();
    let plan =
        ["fence", "promote_database", "resume_processing", "reconcile", "verify", "announce"];
    assert_eq!(steps, plan);
    for id in ["before", "during"] {
        p.wait_booked(1, "desk", id).await;
    }
    p.fault(&["restart", A]);
    let status = p.wait("A is a healthy reader", 30, |s| {
        accepts(s, A) && has_role(s, A, DatabaseRole::Reader) && is_healthy(s, A)
    });
    assert_eq!(active(&status).0, B, "a returned Region does not take authority back");
    assert!(!region(&status, A).traffic, "a returned Region does not take traffic back");
    p.fault(&["kill", A]);
    assert_eq!(p.order(1, "desk", "later").await.0, 202);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(active(&p.status()).1, 2, "a dead standby is no reason to move");
}

/// SAFE-6, SAFE-8: the active Region freezes for far longer than a move takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_region_neither_books_nor_answers_as_active_when_it_wakes() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.wait_booked(0, "desk", "o-1").await;
    let frozen = Instant::now();
    p.fault(&["pause", A]);
    let status = p.wait_active(B);
    assert_eq!(active(&status).1, 2);
    assert_eq!(p.order(1, "desk", "o-2").await.0, 202);
    p.wait_booked(1, "desk", "o-2").await;
    tokio::time::sleep(Duration::from_secs(60).saturating_sub(frozen.elapsed())).await;
    p.fault(&["resume", A]);
    p.wait("A awake", 20, |s| accepts(s, A));
    assert_eq!(
        p.get(0, "/health/traffic").await.status,
        503,
        "R1: it reports that it is not active"
    );
    // The awakened Region may accept orders, and the active Region books them.
    let (status, told) = p.order(0, "desk", "o-3").await;
    assert_eq!((status, told.accepted().seq.0), (202, 3));
    p.wait_booked(1, "desk", "o-3").await;
    let status = p.status();
    assert!(has_role(&status, B, DatabaseRole::Writer));
    assert!(!has_role(&status, A, DatabaseRole::Writer));
}

/// R1, execution 2: only the ledger's endpoint in the Region is broken; customers still reach it.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_whose_ledger_is_broken_loses_traffic_and_authority() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["fail", A, "dynamodb", "error", "100"]);
    assert_eq!(
        p.order(0, "desk", "o-2").await.0,
        503,
        "an unknown outcome must not be acknowledged (SAFE-7)"
    );
    assert_eq!(p.get(0, "/health/traffic").await.status, 503);
    p.wait("the name to point at B", 15, |s| {
        let b = s.region(B).and_then(|region| region.api.clone()).unwrap_or_default();
        let answer = s.dns.as_ref().and_then(|dns| dns.answer.as_ref());
        answer.is_some_and(|a| b.contains(&format!("//{a}:")))
    });
    p.wait_active(B);
    // The same id sent to the other Region does not take effect twice.
    let (status, told) = p.order(1, "desk", "o-2").await;
    assert!(status == 202 || status == 200, "{status} {told}");
    p.wait_booked(1, "desk", "o-2").await;
    let account = p.account(1, "desk").await;
    assert_eq!(account.booked, 2, "SAFE-4: {account:?}");
}

/// An isolated Region has no quorum: it accepts nothing, and the other Regions take over.
#[tokio::test(flavor = "multi_thread")]
async fn an_isolated_region_accepts_nothing() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["isolate", A]);
    let (status, told) = p.order(0, "desk", "o-2").await;
    assert_eq!(status, 503, "{told}");
    p.wait_active(B);
    assert_eq!(p.order(1, "desk", "o-3").await.0, 202);
    p.fault(&["clear"]);
    p.wait("A catches up", 30, |s| accepts(s, A));
    let (status, _) = p.order(0, "desk", "o-1").await;
    assert_eq!(status, 200, "it knows the orders accepted before and during the isolation");
    let (status, _) = p.order(0, "desk", "o-3").await;
    assert_eq!(status, 200);
}

/// The loss of the witness alone changes nothing. After the active Region is lost too, acceptance stops until a second
/// participant is available.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_witness_moves_nothing() {
    let p = Platform::up();
    p.fault(&["kill", W]);
    for n in 0..20 {
        assert_eq!(p.order(n % 2, "desk", &format!("o-{n}")).await.0, 202);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let status = p.status();
    assert_eq!(active(&status), (A, 1));
    // The limit of LIVE-1: after two faults no second participant is left, and nothing is acknowledged.
    p.fault(&["kill", A]);
    assert_eq!(p.order(1, "desk", "alone").await.0, 503, "SAFE-1: one disk is not two");
    p.fault(&["restart", W]);
    p.wait_active(B);
    assert_eq!(p.order(1, "desk", "again").await.0, 202);
}

/// A fault that cannot take effect is refused, and the message names the reason.
#[tokio::test(flavor = "multi_thread")]
async fn impossible_faults_are_refused() {
    let p = Platform::up();
    let refused = |verb: &[&str], code: &str| {
        let dir = p.dir.path().to_str().expect("UTF-8");
        let out = crate::harness::leeward(&["fault", "--dir", dir]).args(verb).output();
        let out = out.expect("runs");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(!out.status.success() && said.contains(code), "{verb:?}: {said}");
    };
    refused(&["cut", B, B], "LW-F007");
    p.fault(&["kill", B]);
    refused(&["pause", B], "LW-F008");
    p.fault(&["restart", B]);
    p.fault(&["pause", B]);
    p.fault(&["restart", B]);
    p.wait("B awake", 20, |s| accepts(s, B));
}

/// Customers repeat orders, as in S2, while the ledger's replies are lost after the writes have taken effect.
#[tokio::test(flavor = "multi_thread")]
async fn lost_replies_are_not_lost_orders() {
    let p = Platform::up();
    p.fault(&["fail", A, "dynamodb", "lost-reply", "20"]);
    let mut places = std::collections::BTreeMap::new();
    for n in 0..15 {
        let id = format!("o-{n}");
        for attempt in 0..20 {
            let (status, told) = p.order(attempt % 2, "desk", &id).await;
            if status == 200 || status == 202 {
                let place = told.position().expect("an acknowledgement");
                let before = places.insert(id.clone(), place);
                assert!(before.is_none_or(|b| b == place), "SAFE-4: {id} {before:?} {place:?}");
                if attempt >= 1 {
                    break;
                }
            }
        }
        assert!(places.contains_key(&id), "{id} was never acknowledged");
    }
    p.fault(&["clear"]);
    for n in 0..15 {
        p.wait_booked(0, "desk", &format!("o-{n}")).await;
    }
    let account = p.account(0, "desk").await;
    assert_eq!(account.booked, 15, "{account:?}");
}
