//! Hints: a message arrives at least once, until it is deleted.

use crate::check::{Kind, assert_kind, done, eventually};
use crate::ports::{Ports, WITNESS, account, region};
use leeward_model::Seq;
use leeward_ports::{Hint, HintBatch};
use std::time::{Duration, Instant};

const NO_WAIT: Duration = Duration::ZERO;
/// A period longer than the visibility timeout of a received message.
const HIDDEN: Duration = Duration::from_secs(4);

fn hint(name: &str, seq: u64) -> Hint {
    Hint { account: account(name), seq: Seq(seq) }
}

/// Waits for the next batches.
async fn received(ports: &Ports) -> Vec<HintBatch> {
    let look = || async {
        let batches = done(ports.queue.receive(NO_WAIT).await);
        (!batches.is_empty()).then_some(batches)
    };
    eventually("a batch of hints", look).await
}

fn receipts(batches: &[HintBatch]) -> Vec<String> {
    batches.iter().map(|batch| batch.receipt.clone()).collect()
}

pub(crate) async fn hints_arrive_and_are_deleted(ports: &Ports) {
    let queue = &ports.queue;
    assert_eq!(done(queue.receive(NO_WAIT).await), []);
    let hints = [hint("acct", u64::MAX), hint("other", 0), hint("acct", 7)];
    done(queue.send(&ports.home, &hints).await);
    let first = received(ports).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].hints, hints);
    assert_eq!(done(queue.receive(NO_WAIT).await), [], "received twice at once");

    // The message was not deleted, so it arrives again.
    let again = done(queue.receive(HIDDEN).await);
    assert_eq!(again.len(), 1, "a message disappeared before it was deleted");
    assert_eq!(again[0].hints, hints);
    done(queue.delete(&receipts(&again)).await);
    assert_eq!(done(queue.receive(HIDDEN).await), [], "a deleted message came back");
    done(queue.delete(&[]).await);
}

pub(crate) async fn a_receive_waits_for_hints(ports: &Ports) {
    let began = Instant::now();
    assert_eq!(done(ports.queue.receive(Duration::from_secs(1)).await), []);
    let waited = began.elapsed();
    assert!(waited > Duration::from_millis(800), "did not wait: {waited:?}");
    assert!(waited < Duration::from_secs(4), "waited for too long: {waited:?}");

    let began = Instant::now();
    let send_later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        done(ports.queue.send(&ports.home, &[hint("acct", 1)]).await);
    };
    let (batches, ()) = tokio::join!(ports.queue.receive(Duration::from_secs(8)), send_later);
    let waited = began.elapsed();
    assert_eq!(done(batches)[0].hints, [hint("acct", 1)]);
    assert!(waited < Duration::from_secs(5), "the hint did not end the wait: {waited:?}");
}

pub(crate) async fn each_region_has_its_own_queue(ports: &Ports) {
    done(ports.queue.send(&ports.away, &[hint("acct", 1)]).await);
    assert_eq!(done(ports.queue.receive(NO_WAIT).await), [], "a hint for another Region");
    let away = ports.at_away();
    let batches = received(&away).await;
    assert_eq!(batches[0].hints, [hint("acct", 1)]);
    done(away.queue.delete(&receipts(&batches)).await);

    done(away.queue.send(&ports.home, &[hint("acct", 2)]).await);
    let batches = received(ports).await;
    assert_eq!(batches[0].hints, [hint("acct", 2)]);
}

pub(crate) async fn more_than_one_batch_is_deleted(ports: &Ports) {
    for seq in 1..=23 {
        done(ports.queue.send(&ports.home, &[hint("acct", seq)]).await);
    }
    let began = Instant::now();
    let mut batches: Vec<HintBatch> = Vec::new();
    while batches.len() < 23 {
        batches.extend(received(ports).await);
    }
    assert!(began.elapsed() < Duration::from_secs(2), "too slow to rule out repeated deliveries");
    let mut seqs: Vec<u64> = batches.iter().map(|batch| batch.hints[0].seq.0).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=23).collect::<Vec<u64>>());
    done(ports.queue.delete(&receipts(&batches)).await);
    assert_eq!(done(ports.queue.receive(HIDDEN).await), []);
}

/// Hints only save time, so the caller can delete an unreadable message, which must not return forever.
pub(crate) async fn unreadable_messages_can_be_deleted(ports: &Ports) {
    ports.raw.send(&ports.names.queue, "not for you").await;
    let batches = received(ports).await;
    assert_eq!(batches[0].hints, []);
    done(ports.queue.delete(&receipts(&batches)).await);
    assert_eq!(done(ports.queue.receive(HIDDEN).await), []);
}

pub(crate) async fn without_a_queue_hints_are_rejected(ports: &Ports) {
    assert_kind(Kind::Rejected, ports.queue.send(&region(WITNESS), &[hint("acct", 1)]).await);
    let astray = ports.without_resources().queue;
    assert_kind(Kind::Rejected, astray.send(&ports.home, &[hint("acct", 1)]).await);
    assert_kind(Kind::Rejected, astray.send(&ports.away, &[hint("acct", 1)]).await);
    assert_kind(Kind::Rejected, astray.receive(NO_WAIT).await);
    assert_kind(Kind::Rejected, astray.delete(&["receipt".to_owned()]).await);
}
