//! Behaviour that only the local cloud can show: Regions that race, go dark and return, and databases during a move.

use crate::check::{Kind, assert_kind, done, eventually, kind};
use crate::local::{AWAY_IX, FAILOVER_MS, HASTY, HOME_IX, LocalCloud, PATIENT, WITNESS_IX};
use crate::ports::{Ports, account};
use crate::samples::{claim, client_id, entry};
use leeward_cloud::aurora::AuroraFault;
use leeward_model::{AccountId, Seq, StoredEntry};
use leeward_ports::{EntryPut, Outcome};
use std::time::Duration;

async fn put(ports: &Ports, account: &AccountId, seq: u64, by: &str) -> Outcome<EntryPut> {
    ports.ledger.put_entry(account, Seq(seq), &entry(account, by), ports.limit()).await
}

async fn entry_at(ports: &Ports, account: &AccountId, seq: u64) -> StoredEntry {
    let mut read = done(ports.ledger.entries_at(&[(account.clone(), Seq(seq))]).await);
    read.pop().expect("one of the Regions has put it")
}

/// Two Regions may both receive an unknown outcome, but never both store the entry (SAFE-1).
#[tokio::test]
async fn two_regions_never_store_one_entry() {
    let cloud = LocalCloud::start("two_regions").await;
    let (home, away) = (cloud.seen_from(HOME_IX, PATIENT), cloud.seen_from(AWAY_IX, PATIENT));
    let ours = account("acct");
    let mut conflicts = 0;
    for seq in 1..=40 {
        let (a, b) = tokio::join!(put(&home, &ours, seq, "home"), put(&away, &ours, seq, "away"));
        let stored = [&a, &b].into_iter().filter(|o| **o == Outcome::Done(EntryPut::Stored));
        assert!(stored.count() <= 1, "both Regions stored {seq}");
        conflicts += u32::from(kind(&a) == Kind::Unknown || kind(&b) == Kind::Unknown);
        let seen = entry_at(&home, &ours, seq).await;
        assert_eq!(seen, entry_at(&away, &ours, seq).await);
        let winner = if seen.body.contains("\"home\"") { &a } else { &b };
        assert!(
            matches!(winner, Outcome::Done(EntryPut::Stored) | Outcome::Unknown { .. }),
            "the outcome of the winner of {seq} is {winner:?}"
        );
    }
    assert!(conflicts > 0, "the Regions never raced");
}

#[tokio::test]
async fn what_one_region_was_told_the_other_reads() {
    let cloud = LocalCloud::start("told").await;
    let (home, away) = (cloud.seen_from(HOME_IX, PATIENT), cloud.seen_from(AWAY_IX, PATIENT));
    let ours = account("acct");
    for seq in 1..=20 {
        let (writer, reader) = if seq % 2 == 0 { (&home, &away) } else { (&away, &home) };
        assert_eq!(done(put(writer, &ours, seq, "1").await), EntryPut::Stored);
        assert_eq!(done(reader.ledger.head(&ours).await), Seq(seq));
    }
}

/// A witness keeps copies of the ledger and serves no reads.
#[tokio::test]
async fn a_witness_has_no_ledger() {
    let cloud = LocalCloud::start("witness").await;
    let witness = cloud.seen_from(WITNESS_IX, PATIENT);
    let ours = account("acct");
    assert_kind(Kind::Rejected, put(&witness, &ours, 1, "1").await);
    assert_kind(Kind::Rejected, witness.ledger.head(&ours).await);
    assert_kind(Kind::Rejected, witness.sessions.session("s").await);
    // The control table has three replicas.
    assert_eq!(done(witness.control.authority().await), None);
}

#[tokio::test]
async fn a_region_continues_without_the_other() {
    let cloud = LocalCloud::start("goes_on").await;
    let (home, away) = (cloud.seen_from(HOME_IX, PATIENT), cloud.seen_from(AWAY_IX, PATIENT));
    let (ours, id) = (account("acct"), client_id("1"));
    assert_eq!(done(put(&home, &ours, 1, "home").await), EntryPut::Stored);
    cloud.set_dark(HOME_IX, true);
    let look = || async { put(&away, &ours, 2, "away").await.done() };
    let met = eventually("the rest forms a quorum", look).await;
    assert_eq!(met, EntryPut::Stored);
    done(away.ledger.put_claim(&ours, &id, &claim("h", 2)).await);
    let hasty = cloud.seen_from(HOME_IX, HASTY);
    assert_kind(Kind::Unknown, hasty.ledger.head(&ours).await);
    assert_eq!(done(away.ledger.head(&ours).await), Seq(2));

    cloud.set_dark(HOME_IX, false);
    // A Region never returns stale data; its reads fail until it has caught up.
    let look = || async { home.ledger.head(&ours).await.done() };
    assert_eq!(eventually("it has caught up", look).await, Seq(2));
    let EntryPut::Occupied(there) = done(put(&home, &ours, 2, "home").await) else {
        panic!("what the other Region stored was overwritten");
    };
    assert_eq!(there.decode(), Some(entry(&ours, "away")));
    assert_eq!(done(home.ledger.claim(&ours, &id).await), Some(claim("h", 2)));
}

#[tokio::test]
async fn without_a_quorum_nothing_is_known() {
    let cloud = LocalCloud::start("no_quorum").await;
    let home = cloud.seen_from(HOME_IX, PATIENT);
    let ours = account("acct");
    for region in [AWAY_IX, WITNESS_IX] {
        cloud.set_dark(region, true);
    }
    assert_kind(Kind::Unknown, put(&home, &ours, 1, "home").await);
    assert_kind(Kind::Unknown, home.ledger.head(&ours).await);
    assert_kind(Kind::Unknown, home.ledger.entries_at(&[(ours.clone(), Seq(1))]).await);
    assert_kind(Kind::Unknown, home.control.authority().await);
    cloud.set_dark(WITNESS_IX, false);
    let look = || async { put(&home, &ours, 1, "home").await.done() };
    eventually("one peer is a quorum", look).await;
    assert_eq!(done(home.ledger.head(&ours).await), Seq(1));
}

#[tokio::test]
async fn a_subject_is_cut_to_the_length_that_topics_accept() {
    let cloud = LocalCloud::start("subject").await;
    let ports = &cloud.ports;
    let subject = format!("one\nline {}", "ü".repeat(250));
    done(ports.notify.notify(&ports.away, &subject, "message").await);
    let notices = cloud.engine.with(|cloud, _| cloud.notices(AWAY_IX, &ports.names.notices));
    // SNS accepts fewer than 100 characters, on one line.
    assert_eq!(notices[0].subject, Some(format!("one line {}", "ü".repeat(90))));
}

/// While the database moves, no Region's writes reach it (SAFE-6).
#[tokio::test]
async fn describe_shows_a_move_in_progress() {
    let cloud = LocalCloud::start("under_way").await;
    let ports = &cloud.ports;
    let (home, away) = (&ports.home, &ports.away);
    let slower_us = 400_000;
    let fault = AuroraFault { slower_us, ..AuroraFault::default() };
    cloud.engine.with(|cloud, _| cloud.set_database_fault(&ports.names.cluster, fault));
    done(ports.database.failover(away).await);
    let view = done(ports.database.describe(home).await);
    assert!(view.moving, "{view:?}");
    assert!(!view.writes_at(home) && !view.writes_at(away), "{view:?}");
    assert_kind(Kind::Transient, ports.database.failover(away).await);

    let look = || async {
        let view = done(ports.database.describe(away).await);
        (!view.moving).then_some(view)
    };
    let view = eventually("the move comes to an end", look).await;
    assert_eq!(view.writer.as_ref(), Some(away));
    assert!(view.writes_at(away) && !view.writes_at(home));
    assert_eq!(
        view.members,
        std::slice::from_ref(away),
        "the old primary waits for its new volume"
    );
}

#[tokio::test]
async fn a_move_may_end_where_it_began() {
    let cloud = LocalCloud::start("move_fails").await;
    let ports = &cloud.ports;
    let fault = AuroraFault { moves_fail: true, ..AuroraFault::default() };
    cloud.engine.with(|cloud, _| cloud.set_database_fault(&ports.names.cluster, fault));
    done(ports.database.failover(&ports.away).await);
    tokio::time::sleep(Duration::from_millis(2 * FAILOVER_MS)).await;
    let view = done(ports.database.describe(&ports.home).await);
    assert!(!view.moving && view.writes_at(&ports.home), "{view:?}");
}
