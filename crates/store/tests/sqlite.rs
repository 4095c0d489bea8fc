//! The conformance suite on SQLite, and tests of the replication between its files.

use leeward_core::fold::AccountState;
use leeward_model::{AccountId, Epoch, Seq};
use leeward_store::sqlite::SqliteStore;
use leeward_store::sqlite::replica::ClusterFile;
use leeward_store::{AccountDelta, Projection, ServerRole, conformance};
use std::path::PathBuf;

const WRITER: ServerRole = ServerRole { writable: true, member: true };
const READER: ServerRole = ServerRole { writable: false, member: true };

fn file(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("leeward-store-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("temp dir");
    let path = dir.join(format!("{name}.sqlite"));
    let _ = std::fs::remove_file(&path);
    path
}

fn delta(name: &str, seq: u64) -> AccountDelta {
    let state =
        AccountState { seq: Seq(seq), ..AccountState::empty(AccountId::new(name).expect("valid")) };
    AccountDelta { base: Seq(seq - 1), state, orders: vec![], parked: None }
}

#[tokio::test]
async fn sqlite_passes_the_conformance_suite() {
    let path = file("conforms");
    ClusterFile::open(&path).expect("open").set_role(WRITER).expect("role");
    let store = SqliteStore::open(&path).expect("open");
    conformance::books_and_reads_back(&store).await;
    conformance::a_stale_processor_does_no_harm(&store).await;
    conformance::the_outbox_loses_no_row(&store).await;
    conformance::parked_accounts_are_listed(&store).await;
    let other = SqliteStore::open(&path).expect("open");
    conformance::two_processors_book_each_step_once(&store, &other).await;
    ClusterFile::open(&path).expect("open").set_role(READER).expect("role");
    conformance::a_reader_refuses_writes(&store).await;
}

#[tokio::test]
async fn outbox_marks_do_not_overtake_a_young_commit() {
    // A commit that marks rows as published carries no time. An earlier version shipped it too early and skipped the
    // commits before it.
    let (a_path, b_path) = (file("marks-a"), file("marks-b"));
    let mut a = ClusterFile::open(&a_path).expect("open");
    let mut b = ClusterFile::open(&b_path).expect("open");
    a.set_role(WRITER).expect("role");
    let writer = SqliteStore::open(&a_path).expect("open");
    writer.commit(Epoch(1), 10, vec![delta("x", 1)]).await.expect("commit");
    writer.commit(Epoch(1), 99, vec![delta("x", 2)]).await.expect("commit");
    writer.mark_published(&[1]).await.expect("mark");
    writer.commit(Epoch(1), 20, vec![delta("x", 3)]).await.expect("commit");
    assert_eq!(a.ship(&mut b, 150, 100, 100).expect("ship"), 1);
    assert_eq!(a.ship(&mut b, 200, 100, 100).expect("ship"), 3);
}

/// A copy in several steps restarts at each commit of the writer; an earlier version never ended under load.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_rebuilt_while_its_source_is_written() {
    let (a_path, b_path) = (file("large-a"), file("large-b"));
    let mut a = ClusterFile::open(&a_path).expect("open");
    let b = ClusterFile::open(&b_path).expect("open");
    b.set_role(WRITER).expect("role");
    let writer = std::sync::Arc::new(SqliteStore::open(&b_path).expect("open"));
    let long = |n: u64| AccountDelta {
        parked: Some("x".repeat(100_000)),
        ..delta(&format!("large-{n}"), 1)
    };
    writer.commit(Epoch(1), 1, (0..600).map(long).collect()).await.expect("commit");
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (busy, stopped) = (writer.clone(), stop.clone());
    let writing = tokio::spawn(async move {
        let mut seq = 0;
        while !stopped.load(std::sync::atomic::Ordering::SeqCst) {
            seq += 1;
            busy.commit(Epoch(1), seq, vec![delta("busy", seq)]).await.expect("commit");
        }
    });
    tokio::task::spawn_blocking(move || a.rebuild(&b).expect("rebuilt")).await.expect("joined");
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    writing.await.expect("joined");
    let reader = SqliteStore::open(&a_path).expect("open");
    let there = AccountId::new("large-599").expect("valid");
    assert_eq!(reader.account(&there).await.expect("read").expect("copied").seq, Seq(1));
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_stop_shipping() {
    let (a_path, b_path) = (file("clock-a"), file("clock-b"));
    let mut a = ClusterFile::open(&a_path).expect("open");
    let mut b = ClusterFile::open(&b_path).expect("open");
    a.set_role(WRITER).expect("role");
    b.set_role(READER).expect("role");
    let writer = SqliteStore::open(&a_path).expect("open");
    writer.commit(Epoch(1), 1_000_000, vec![delta("x", 1)]).await.expect("commit");
    writer.commit(Epoch(1), 190, vec![delta("x", 2)]).await.expect("commit");
    assert_eq!(a.ship(&mut b, 200, 100, 100).expect("ship"), 1, "the second is too young");
    assert_eq!(a.ship(&mut b, 300, 100, 100).expect("ship"), 1);
}

#[tokio::test]
async fn a_promoted_reader_lacks_the_unshipped_tail_and_rebuilds_the_old_writer() {
    let (a_path, b_path) = (file("ship-a"), file("ship-b"));
    let mut a = ClusterFile::open(&a_path).expect("open");
    let mut b = ClusterFile::open(&b_path).expect("open");
    a.set_role(WRITER).expect("role");
    b.set_role(READER).expect("role");
    let (writer, reader) =
        (SqliteStore::open(&a_path).expect("open"), SqliteStore::open(&b_path).expect("open"));
    let name = AccountId::new("x").expect("valid");
    for seq in 1..=5 {
        writer.commit(Epoch(1), seq * 10, vec![delta("x", seq)]).await.expect("commit");
    }
    assert_eq!(
        a.ship(&mut b, 130, 100, 100).expect("ship"),
        3,
        "commits younger than the lag stay"
    );
    assert_eq!(reader.account(&name).await.expect("read").expect("there").seq, Seq(3));
    assert_eq!(a.behind(&b).expect("behind"), (2, Some(40)));
    // Region A is lost before two of its commits are shipped. B is promoted and folds them again from the ledger.
    b.set_role(WRITER).expect("role");
    for seq in 4..=6 {
        reader.commit(Epoch(2), seq * 10, vec![delta("x", seq)]).await.expect("commit");
    }
    a.set_role(READER).expect("fence");
    a.rebuild(&b).expect("rebuild");
    assert_eq!(writer.account(&name).await.expect("read").expect("there").seq, Seq(6));
    reader.commit(Epoch(2), 70, vec![delta("x", 7)]).await.expect("commit");
    assert!(b.ship(&mut a, 1_000, 0, 100).expect("ship") >= 1);
    assert_eq!(writer.account(&name).await.expect("read").expect("there").seq, Seq(7));
}
