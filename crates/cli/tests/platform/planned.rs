//! Planned moves and automatic failback, with real processes.

use crate::harness::{A, B, Platform, active, last_run, leeward};
use leeward_api::{FinishedRunView, RunEnd};
use leeward_model::{Mode, RunKind};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Submits orders one after the other to both Regions until `stop` is set; each must be accepted (LIVE-1).
async fn submit_until_stopped(p: &Platform, stop: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let id = format!("c-{n}");
        // LIVE-1: a planned move refuses no order.
        p.accepted(n % 2, "desk", &id).await;
        acknowledged.push(id);
    }
    acknowledged
}

/// SAFE-9, LIVE-1: during a switchover and a failback under load, acceptance never pauses and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_switchover_and_a_failback_under_load() {
    let p = Platform::up();
    let stop = Arc::new(AtomicBool::new(false));
    let (dir, over) = (p.dir.path().to_owned(), stop.clone());
    let moves = tokio::task::spawn_blocking(move || {
        let verb = |args: &[&str]| {
            leeward(args).args(["--yes", "--json", "--dir"]).arg(&dir).output().expect("it runs")
        };
        let there = verb(&["switchover", "--to", B, "--reason", "a patch"]);
        let back = verb(&["failback"]);
        over.store(true, Ordering::Relaxed);
        [there, back]
    });
    let (acknowledged, moved) = tokio::join!(submit_until_stopped(&p, &stop), moves);
    for (out, kind) in moved.expect("moved").iter().zip([RunKind::Switchover, RunKind::Failback]) {
        let run: FinishedRunView = serde_json::from_slice(&out.stdout).expect("a run");
        assert!(out.status.success(), "{run:?}");
        assert_eq!((run.kind, run.end), (kind.into(), RunEnd::Completed.into()));
    }
    assert!(acknowledged.len() > 20, "{} orders", acknowledged.len());
    for id in &acknowledged {
        p.wait_booked(0, "desk", id).await;
    }
    let status = p.status();
    assert_eq!(active(&status), (A, 3));
}

/// SAFE-9: when RDS refuses the switchover, the run reports the reason and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_switchover_is_abandoned() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.fault(&["fail", A, "rds", "error", "100"]);
    let out = p.run(&["switchover", "--to", B, "--yes", "--json"]);
    assert_eq!(out.status.code(), Some(1));
    let run: FinishedRunView = serde_json::from_slice(&out.stdout).expect("a run");
    assert_eq!(run.end, RunEnd::Abandoned);
    assert!(run.why.as_ref().is_some_and(|why| why.contains("control plane")), "{run:?}");
    let status = p.status();
    assert_eq!(active(&status), (A, 1));
    assert_eq!(p.order(0, "desk", "o-2").await.0, 202);
    p.wait_booked(0, "desk", "o-2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verbs_require_an_operator_and_report_errors() {
    let p = Platform::up();
    let refused = |args: &[&str], code: i32, part: &str| {
        let out = p.run(args);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(part), "{args:?}: {said}");
    };
    refused(&["failover", "--to", A, "--yes"], 1, "LW-V002");
    refused(&["failover", "--to", "eu-west-1", "--yes"], 1, "LW-V001");
    refused(&["failback", "--yes"], 1, "LW-V002");
    refused(&["run", "abandon", "--yes"], 1, "LW-V004");
    refused(&["switchover", "--to", B], 2, "LW-C023");
    // A trader's token does not permit operations.
    let answer = p.post(0, "/v1/operations", &json!({"verb": "pause"})).await.expect("an answer");
    assert_eq!(answer.status, 403);
    assert_eq!(p.status().mode, Some(Mode::Automatic.into()));
    assert!(p.run(&["pause", "--reason", "quiet"]).status.success());
    assert_eq!(p.status().mode, Some(Mode::Paused.into()));
    assert!(p.run(&["resume"]).status.success());
    // A repeated id names the same operation, which runs once.
    for _ in 0..2 {
        assert!(p.run(&["switchover", "--to", B, "--id", "once", "--yes"]).status.success());
    }
    assert_eq!(active(&p.status()).1, 2);
}

/// LIVE-3, S9: after an automatic move the platform fails back automatically, once the home Region has been healthy for
/// long enough.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_fails_back_automatically() {
    let p = Platform::up_as("");
    assert_eq!(p.order(0, "desk", "before").await.0, 202);
    p.fault(&["kill", A]);
    p.wait_active(B);
    assert_eq!(p.order(1, "desk", "away").await.0, 202);
    p.fault(&["restart", A]);
    let home = p.wait("home again", 60, |s| active(s).0 == A && s.run.is_none());
    assert_eq!(last_run(&home).kind, RunKind::Failback);
    assert_eq!(active(&home).1, 3);
    for id in ["before", "away"] {
        p.wait_booked(0, "desk", id).await;
    }
}
