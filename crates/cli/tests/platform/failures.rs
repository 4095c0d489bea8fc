//! What may happen to Regions, with real processes.

use crate::harness::{A, B, Platform, W, body};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn region<'a>(status: &'a Value, name: &str) -> &'a Value {
    let list = status["regions"].as_array().expect("two Regions");
    list.iter().find(|r| r["name"] == name).expect("there")
}

/// LIVE-1, SAFE-5, SAFE-10: a lost Region, its return, and its loss again while it is standby.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_region_is_left_and_comes_back_as_standby() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "before").await.0, 202);
    p.fault(&["kill", A]);
    // Acceptance never fails over: the other Region takes the order and the retry at once.
    assert_eq!(p.order(1, "desk", "during").await.0, 202);
    assert_eq!(p.order(1, "desk", "before").await.0, 200);
    let status = p.wait_active(B);
    assert_eq!(status["epoch"], 2);
    assert_eq!(status["last_run"]["kind"], "failover");
    let steps: Vec<&str> = status["last_run"]["history"]
        .as_array()
        .expect("a history")
        .iter()
        .filter_map(|m| m["step"].as_str())
        .collect();
    let plan =
        ["fence", "promote_database", "resume_processing", "reconcile", "verify", "announce"];
    assert_eq!(steps, plan);
    for id in ["before", "during"] {
        p.wait_booked(1, "desk", id).await;
    }
    p.fault(&["restart", A]);
    let status = p.wait("A a healthy reader", 30, |s| {
        region(s, A)["accepting"] == true
            && region(s, A)["database"]["role"] == "reader"
            && region(s, A)["diagnosis"] == "healthy"
    });
    assert_eq!(status["active"], B, "a returned Region does not take authority back");
    assert_eq!(region(&status, A)["traffic"], false, "nor traffic");
    p.fault(&["kill", A]);
    assert_eq!(p.order(1, "desk", "later").await.0, 202);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(p.status()["epoch"], 2, "a dead standby is no reason to move");
}

/// SAFE-6, SAFE-8: the active Region freezes for a minute, far longer than a move takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_region_neither_books_nor_answers_as_active_when_it_wakes() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.wait_booked(0, "desk", "o-1").await;
    let frozen = Instant::now();
    p.fault(&["pause", A]);
    let status = p.wait_active(B);
    assert_eq!(status["epoch"], 2);
    assert_eq!(p.order(1, "desk", "o-2").await.0, 202);
    p.wait_booked(1, "desk", "o-2").await;
    tokio::time::sleep(Duration::from_secs(60).saturating_sub(frozen.elapsed())).await;
    p.fault(&["resume", A]);
    p.wait("A awake", 20, |s| region(s, A)["accepting"] == true);
    assert_eq!(p.get(0, "/health/traffic").await.status, 503, "R1: it says that it is not active");
    // It may accept, and what it accepts is booked by the Region that has authority.
    let (status, told) = p.order(0, "desk", "o-3").await;
    assert_eq!((status, &told["seq"]), (202, &json!(3)));
    p.wait_booked(1, "desk", "o-3").await;
    let status = p.status();
    assert_eq!(region(&status, B)["database"]["role"], "writer");
    assert_ne!(region(&status, A)["database"]["role"], "writer");
}

/// R1, execution 2: only the ledger's endpoint in the Region is broken; customers still reach it.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_whose_ledger_is_broken_loses_traffic_and_authority() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["fail", A, "dynamodb", "error", "100"]);
    assert_eq!(p.order(0, "desk", "o-2").await.0, 503, "an unknown outcome is no answer (SAFE-7)");
    assert_eq!(p.get(0, "/health/traffic").await.status, 503);
    p.wait("the name to point at B", 15, |s| {
        let b = region(s, B)["api"].as_str().unwrap_or("");
        s["dns"]["answer"].as_str().is_some_and(|a| b.contains(&format!("//{a}:")))
    });
    p.wait_active(B);
    // The same id to the other Region: one effect.
    let (status, told) = p.order(1, "desk", "o-2").await;
    assert!(status == 202 || status == 200, "{status} {told}");
    p.wait_booked(1, "desk", "o-2").await;
    let account = body(&p.get(1, "/v1/accounts/desk").await);
    assert_eq!(account["booked"], 2, "SAFE-4: {account}");
}

/// An isolated Region has no quorum: it accepts nothing, and the others move on.
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
    p.wait("A catches up", 30, |s| region(s, A)["accepting"] == true);
    let (status, _) = p.order(0, "desk", "o-1").await;
    assert_eq!(status, 200, "it knows what was accepted before and meanwhile");
    let (status, _) = p.order(0, "desk", "o-3").await;
    assert_eq!(status, 200);
}

/// The witness alone lost is no reason for anything; then the active Region too: acceptance goes on
/// by two of three participants only when one of them is left to pair with.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_witness_moves_nothing() {
    let p = Platform::up();
    p.fault(&["kill", W]);
    for n in 0..20 {
        assert_eq!(p.order(n % 2, "desk", &format!("o-{n}")).await.0, 202);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let status = p.status();
    assert_eq!((&status["active"], &status["epoch"]), (&json!(A), &json!(1)));
    // LIVE-1's other side. Two faults at once: nobody is left to pair with, nothing is acknowledged.
    p.fault(&["kill", A]);
    assert_eq!(p.order(1, "desk", "alone").await.0, 503, "SAFE-1: one disk is not two");
    p.fault(&["restart", W]);
    p.wait_active(B);
    assert_eq!(p.order(1, "desk", "again").await.0, 202);
}

/// A fault says what it did, or why it did nothing.
#[tokio::test(flavor = "multi_thread")]
async fn faults_that_cannot_be_are_refused() {
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
    p.wait("B awake", 20, |s| region(s, B)["accepting"] == true);
}

/// S2-style double submission while replies are lost after the effect.
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
                let place = (told["seq"].as_u64(), told["index"].as_u64());
                let before = places.insert(id.clone(), place);
                assert!(before.is_none_or(|b| b == place), "SAFE-4: {id} {before:?} {place:?}");
                if attempt >= 1 {
                    break;
                }
            }
        }
        assert!(places.contains_key(&id), "{id} was never answered");
    }
    p.fault(&["clear"]);
    for n in 0..15 {
        p.wait_booked(0, "desk", &format!("o-{n}")).await;
    }
    let account = body(&p.get(0, "/v1/accounts/desk").await);
    assert_eq!(account["booked"], 15, "{account}");
}
