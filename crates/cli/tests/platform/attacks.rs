//! Executions that broke earlier drafts of the design, against real processes (docs/spec/attacks.md).

use crate::harness::{A, B, Platform, active, body, last_run, order, skipped};
use leeward_api::RunEnd;
use leeward_model::RunKind;
use serde_json::json;
use std::time::Duration;

/// R4, S9: an operator moves the writer in the console. The authority stays, and the platform moves the writer back.
#[tokio::test(flavor = "multi_thread")]
async fn r4_a_writer_moved_by_hand_is_handed_back() {
    let p = Platform::up();
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
    p.wait_booked(0, "desk", "o-1").await;
    p.move_writer_by_hand(B).await;
    let status = p.wait("the database handed back", 30, |s| {
        s.run.is_none() && s.last_run.as_ref().is_some_and(|run| run.kind == RunKind::Realign)
    });
    assert_eq!(active(&status), (A, 1));
    assert_eq!(last_run(&status).end, RunEnd::Completed);
    assert_eq!(p.order(1, "desk", "o-2").await.0, 202);
    p.wait_booked(0, "desk", "o-2").await;
}

/// R14, S3: an order above the ceiling is refused before its claim is put, so its id stays free for other content.
#[tokio::test(flavor = "multi_thread")]
async fn r14_an_account_over_its_ceiling_is_refused_before_the_claim() {
    let p = Platform::up_as("[orders]\naccount_ceiling = 20\n");
    assert_eq!(p.order(0, "desk", "warm").await.0, 202);
    p.fault(&["fail", A, "dynamodb", "dead"]);
    let posts = (0..200).map(|n| {
        let body = order("desk", &format!("o-{n}"));
        let p = &p;
        async move { (n, p.post(0, "/v1/orders", &body).await) }
    });
    let answers = futures::future::join_all(posts).await;
    let mut refused = Vec::new();
    for (n, answer) in answers {
        let Ok(answer) = answer else { continue };
        match answer.status {
            429 => {
                assert!(answer.headers.contains_key("retry-after"));
                refused.push(n);
            }
            // R18: the outcome is unknown, and the connection closes, so that no later request waits behind this one.
            503 => assert_eq!(answer.headers["connection"], "close"),
            other => panic!("{other}: {:?}", answer.body),
        }
    }
    assert!(!refused.is_empty(), "no order met the ceiling");
    // R19: this Region cannot read the ledger, so it must not report the order as absent.
    let read = p.get(0, "/v1/accounts/desk/orders/never").await;
    assert_eq!(read.status, 503, "an unreadable ledger proves nothing about an order");
    p.fault(&["clear"]);
    let mut other = order("desk", &format!("o-{}", refused[0]));
    other["quantity"] = json!("7");
    for _ in 0..50 {
        let answer = p.post(1, "/v1/orders", &other).await.expect("an answer");
        if answer.status != 503 {
            assert_eq!(answer.status, 202, "S3: {:?}", body(&answer));
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the order is never accepted");
}

/// S3: an invalid order leaves its id free.
#[tokio::test(flavor = "multi_thread")]
async fn s3_a_corrected_order_may_keep_its_id() {
    let p = Platform::up();
    let mut wrong = order("desk", "o-1");
    wrong["limit_price"] = json!("-1");
    let answer = p.post(0, "/v1/orders", &wrong).await.expect("an answer");
    assert_eq!(answer.status, 422);
    assert_eq!(p.order(0, "desk", "o-1").await.0, 202);
}

/// R16: the wall clocks of all processes jump by days at the same time, forward and back. The test reports that it is
/// skipped if libfaketime is not installed; CI installs it.
#[tokio::test(flavor = "multi_thread")]
async fn r16_clocks_that_jump_move_nothing_and_stop_nothing() {
    let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    if !std::path::Path::new(library).exists() {
        return skipped(&format!("clocks that jump ({library} is not there)"));
    }
    let offset = tempfile::NamedTempFile::new().expect("a file");
    let set = |text: &str| std::fs::write(offset.path(), text).expect("written");
    set("+0");
    let p = Platform::up_with(&[
        ("LD_PRELOAD", library),
        ("FAKETIME_TIMESTAMP_FILE", offset.path().to_str().expect("UTF-8")),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]);
    for (n, jump) in ["+0", "+3d", "-40d", "+0"].iter().enumerate() {
        set(jump);
        for m in 0..5 {
            let id = format!("o-{n}-{m}");
            assert_eq!(p.order(m % 2, "desk", &id).await.0, 202, "after {jump}");
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        p.wait_booked(0, "desk", &format!("o-{n}-4")).await;
        let status = p.wait(&format!("the replica in sync after {jump}"), 10, |s| {
            s.region(B).is_some_and(|region| region.database.behind == Some(0))
        });
        assert_eq!((active(&status).1, status.run), (1, None), "{jump}");
    }
    p.fault(&["kill", A]);
    set("-9d");
    p.wait_active(B);
    p.wait_booked(1, "desk", "o-3-4").await;
}
