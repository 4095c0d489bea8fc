//! The conformance suite on a real MariaDB or MySQL, and the tests that need a server: certificates, rotated passwords,
//! an endpoint that moves, packet sizes and locks.

#[path = "../common/mod.rs"]
mod common;
mod server;

use common::{Endpoint, PASSWORD, Secret, account, commit, credentials, step};
use leeward_core::fold::{AccountState, OrderOutcome};
use leeward_model::{ClientId, Decimal, Epoch, Order, OrderType, Seq, Side, Symbol, TimeInForce};
use leeward_store::mysql::MysqlStore;
use leeward_store::{AccountDelta, Committed, Projection, StoreError, Stored, conformance};
use mysql_async::prelude::Queryable;
use server::Site;
use std::sync::Arc;
use std::time::Duration;

fn store(site: &Site, port: u16) -> MysqlStore {
    let source = Arc::new(credentials(PASSWORD));
    MysqlStore::new(site.config(port), source).expect("certificates that can be read")
}

#[tokio::test]
async fn mysql_passes_the_conformance_suite() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let writer = store(&site, server.port);
    writer.migrate().await.expect("the tables");
    writer.migrate().await.expect("again");
    conformance::books_and_reads_back(&writer).await;
    conformance::a_stale_processor_does_no_harm(&writer).await;
    conformance::the_outbox_loses_no_row(&writer).await;
    conformance::parked_accounts_are_listed(&writer).await;
    conformance::two_processors_book_each_step_once(&writer, &store(&site, server.port)).await;
    let reads_only = async |reader: &MysqlStore| {
        assert!(!reader.role().await.expect("role").writable);
        conformance::a_reader_refuses_writes(reader).await;
        let known = commit(reader, vec![step("conf:stale", 2)]).await;
        assert!(matches!(known, Err(StoreError::ReadOnly)), "{known:?}");
        let marked = reader.mark_published(&[1]).await;
        assert!(matches!(marked, Err(StoreError::ReadOnly)), "{marked:?}");
    };
    assert!(writer.role().await.expect("role").writable);
    server.set_read_only(true).await;
    reads_only(&writer).await;
    // On a reader of an Aurora cluster, the storage engine itself is read-only.
    let server = site.restart(server, &["--innodb-read-only"]).await;
    reads_only(&store(&site, server.port)).await;
    let server = site.restart(server, &[]).await;
    let promoted = store(&site, server.port);
    assert!(promoted.role().await.expect("role").writable);
    assert_eq!(
        commit(&promoted, vec![step("conf:reader", 1)]).await.expect("commit"),
        [Committed::Applied]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_processors_lock_accounts_in_one_order() {
    // SAFE-3, SAFE-6: four processors commit, each in a different order, for new accounts, for known accounts, and for
    // both.
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    store(&site, server.port).migrate().await.expect("the tables");
    let work = |processor: usize| {
        let store = store(&site, server.port);
        tokio::spawn(async move {
            let mut applied = 0;
            for round in 1..=20 {
                // In each round there are two new accounts, and each older account gets its next delta.
                let steps = (1..=round).flat_map(|born| {
                    ["p", "q"].map(|name| step(&format!("{name}-{born}"), round - born + 1))
                });
                let mut steps: Vec<AccountDelta> = steps.collect();
                let middle = steps.len() / 2;
                match processor {
                    0 => {}
                    1 => steps.reverse(),
                    2 => steps.rotate_left(middle),
                    _ => drop(steps.split_off(middle)),
                }
                let done = commit(&store, steps).await.expect("no deadlock and no timeout");
                applied += done.iter().filter(|done| **done == Committed::Applied).count();
            }
            applied
        })
    };
    let mut applied = 0;
    for work in (0..4).map(work).collect::<Vec<_>>() {
        applied += work.await.expect("joined");
    }
    assert_eq!(applied, 2 * (1..=20).sum::<usize>(), "each step once");
    let status: Vec<(String, String, String)> =
        server.connect().await.query("SHOW ENGINE INNODB STATUS").await.expect("its status");
    assert!(!status[0].2.contains("DEADLOCK"), "{}", status[0].2);
}

#[tokio::test]
async fn only_the_right_server_is_trusted() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let strange = site.certificates.authorities("stranger");
    common::only_the_right_server_is_trusted(site.config(server.port), strange, MysqlStore::new)
        .await;
}

#[tokio::test]
async fn a_rotated_password_is_read_again() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let secret = Secret::new();
    let store = MysqlStore::new(site.config(server.port), secret.clone()).expect("made");
    store.migrate().await.expect("the tables");
    let rotate = async |second: String| {
        server.sql(&format!("ALTER USER leeward IDENTIFIED BY '{second}'")).await;
        server.disconnect_all().await;
    };
    common::a_rotated_password_is_read_again(&store, &secret, rotate).await;
}

/// Returns one booked order with these coordinates.
fn order(name: &str, seq: u64, index: u32) -> OrderOutcome {
    OrderOutcome {
        seq: Seq(seq),
        index,
        client_id: ClientId::new(&format!("{name}-{seq}-{index}")).expect("valid"),
        order: Order {
            symbol: Symbol::new("ACME").expect("valid"),
            side: Side::Buy,
            order_type: OrderType::Limit,
            quantity: Decimal::parse("0.00000001").expect("valid"),
            limit_price: Decimal::parse("123456789.12345678").ok(),
            time_in_force: TimeInForce::Day,
        },
        rejected: None,
    }
}

#[tokio::test]
async fn a_batch_may_be_larger_than_a_packet() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let store = store(&site, server.port);
    store.migrate().await.expect("the tables");
    // The batch has more orders than fit into a statement, and its rows fill several packets. One row alone is larger
    // than a packet.
    let deltas = (0..600).map(|n| {
        let name = format!("large-{n}");
        let orders = if n < 30 { 500 } else { 1 };
        let parked = match n {
            100 => Some("why ".repeat(400_000)),
            101..140 => Some("why ".repeat(25_000)),
            _ => None,
        };
        let orders = (0..orders).map(|i| order(&name, 1, i)).collect();
        AccountDelta { orders, parked, ..step(&name, 1) }
    });
    let deltas: Vec<AccountDelta> = deltas.collect();
    let orders = deltas.iter().map(|d| d.orders.len()).sum::<usize>();
    let done = commit(&store, deltas.clone()).await.expect("commit");
    assert!(done.iter().all(|done| *done == Committed::Applied), "{done:?}");
    let stale = commit(&store, deltas.clone()).await.expect("commit");
    assert!(stale.iter().all(|done| *done == Committed::Stale), "{stale:?}");
    let names: Vec<_> = deltas.iter().map(|d| d.state.account.clone()).collect();
    let states: Vec<AccountState> = deltas.iter().map(|d| d.state.clone()).collect();
    assert_eq!(store.load(&names).await.expect("load"), states);
    let parked = store.parked().await.expect("parked");
    let expected = deltas.iter().filter_map(|d| Some((d.state.account.clone(), d.parked.clone()?)));
    assert_eq!(parked, expected.collect());
    let outbox = store.outbox(100_000).await.expect("outbox");
    let outbox: Vec<_> = outbox.iter().map(|row| (row.account.as_str(), row.index)).collect();
    let booked = deltas
        .iter()
        .flat_map(|d| d.orders.iter().map(|order| (d.state.account.as_str(), order.index)));
    assert_eq!(outbox.len(), orders);
    assert_eq!(outbox, booked.collect::<Vec<_>>(), "in the order of the batch");
    let rows: Vec<i64> =
        store.outbox(1_000).await.expect("outbox").iter().map(|r| r.number).collect();
    store.mark_published(&rows).await.expect("marked");
    assert_eq!(store.outbox(100_000).await.expect("outbox").len(), orders - rows.len());
    store.prune_outbox(2).await.expect("pruned");
    store.reopen_outbox(0).await.expect("reopened");
    assert_eq!(store.outbox(100_000).await.expect("outbox").len(), orders - rows.len());
}

#[tokio::test]
async fn a_row_larger_than_a_packet_is_an_error_that_names_the_setting() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let store = store(&site, server.port);
    store.migrate().await.expect("the tables");
    let large = AccountDelta { parked: Some("x".repeat(3 << 20)), ..step("large", 1) };
    let done = commit(&store, vec![step("small", 1), large]).await;
    let Err(StoreError::Unavailable(why)) = &done else { panic!("{done:?}") };
    assert!(why.contains("max_allowed_packet"), "{why}");
    assert!(
        store.watermarks().await.expect("watermarks").is_empty(),
        "nothing of the batch is committed"
    );
}

#[tokio::test]
async fn names_differ_by_case_and_unknown_accounts_leave_no_row() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let store = store(&site, server.port);
    store.migrate().await.expect("the tables");
    // The batch has a later delta of an account that this database lacks, as after a loss of the database, together
    // with two new accounts.
    let done =
        commit(&store, vec![step("a", 1), step("lost", 7), step("A", 1), step("a", 2)]).await;
    let (applied, stale) = (Committed::Applied, Committed::Stale);
    assert_eq!(done.expect("commit"), [applied, stale, applied, applied]);
    let marks = store.watermarks().await.expect("watermarks");
    let expected = [(account("A"), Seq(1)), (account("a"), Seq(2))];
    assert_eq!(marks.into_iter().collect::<Vec<_>>(), expected);
    let done = commit(&store, vec![step("lost", 7), step("unseen", 2)]).await;
    assert_eq!(done.expect("commit"), [stale, stale]);
    assert_eq!(store.account(&account("lost")).await.expect("read"), None);
}

#[tokio::test]
async fn a_deadlock_is_retried_and_a_lock_timeout_is_unavailable() {
    // SAFE-7: neither a deadlock nor a timeout counts as a failure of the delta, nor as its success.
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let config = leeward_store::connect::ServerConfig {
        statement_timeout: Duration::from_secs(4),
        ..site.config(server.port)
    };
    let store = MysqlStore::new(config, Arc::new(credentials(PASSWORD))).expect("made");
    store.migrate().await.expect("the tables");
    commit(&store, vec![step("x", 1), step("y", 1)]).await.expect("commit");
    let mut other = server.connect().await;
    other.query_drop("USE leeward").await.expect("use");
    other.query_drop("BEGIN").await.expect("begin");
    // The server rolls back the transaction that has changed fewer rows, which is the one that `commit` runs.
    other.query_drop("UPDATE accounts SET parked = 'held' WHERE account = 'y'").await.expect("y");
    let (done, ()) = tokio::join!(commit(&store, vec![step("x", 2), step("y", 2)]), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other
            .query_drop("UPDATE accounts SET parked = 'held' WHERE account = 'x'")
            .await
            .expect("x");
        other.query_drop("COMMIT").await.expect("commit");
    });
    assert_eq!(done.expect("again"), [Committed::Applied; 2]);
    other.query_drop("BEGIN").await.expect("begin");
    other.query_drop("UPDATE accounts SET parked = 'held' WHERE account = 'y'").await.expect("y");
    let done = commit(&store, vec![step("x", 3), step("y", 3)]).await;
    assert!(matches!(done, Err(StoreError::Unavailable(_))), "{done:?}");
    other.query_drop("UPDATE accounts SET parked = 'free' WHERE account = 'x'").await.expect("x");
    // A caller that is dropped leaves no locks behind.
    let dropped = commit(&store, vec![step("x", 3), step("y", 3)]);
    assert!(tokio::time::timeout(Duration::from_millis(300), dropped).await.is_err());
    other.query_drop("COMMIT").await.expect("commit");
    let done = commit(&store, vec![step("x", 3), step("y", 3)]).await;
    assert_eq!(done.expect("free"), [Committed::Applied; 2]);
}

#[tokio::test]
async fn a_batch_does_not_wait_for_the_outbox_to_be_pruned() {
    let Some(site) = Site::new() else { return };
    let server = site.server("one").await;
    let store = store(&site, server.port);
    store.migrate().await.expect("the tables");
    let book = async |name: &str, at_ms, orders| {
        let orders = (0..orders).map(|index| order(name, 1, index)).collect();
        let delta = AccountDelta { orders, ..step(name, 1) };
        store.commit(Epoch(1), at_ms, vec![delta]).await
    };
    for (name, at_ms, orders) in [("a", 10, 1), ("b", 20, 1), ("c", 30, 1), ("kept", 50, 200)] {
        book(name, at_ms, orders).await.expect("commit");
    }
    store.mark_published(&(1..=203).collect::<Vec<i64>>()).await.expect("marked");
    let mut other = server.connect().await;
    other.query_drop("USE leeward").await.expect("use");
    other.query_drop("BEGIN").await.expect("begin");
    // This lock stops the deletion halfway, while the deletion holds its own locks.
    other.query_drop("UPDATE outbox SET status = 'held' WHERE number = 3").await.expect("held");
    let (pruned, ()) = tokio::join!(store.prune_outbox(40), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let booked = tokio::time::timeout(Duration::from_secs(2), book("late", 25, 1)).await;
        assert_eq!(booked.expect("at once").expect("commit"), [Committed::Applied]);
        other.query_drop("ROLLBACK").await.expect("free");
    });
    pruned.expect("pruned after the lock is released");
    let left = store.outbox(10).await.expect("outbox");
    assert_eq!(left.iter().map(|row| row.account.as_str()).collect::<Vec<_>>(), ["late"]);
}

#[tokio::test]
async fn a_moved_endpoint_is_followed_under_load() {
    let Some(site) = Site::new() else { return };
    let (old, new) = (site.server("old").await, site.server("new").await);
    for server in [&old, &new] {
        store(&site, server.port).migrate().await.expect("the tables");
    }
    new.set_read_only(true).await;
    let endpoint = Endpoint::new(old.port).await;
    let store = store(&site, endpoint.port);
    let workers = async |n: usize| {
        let name = format!("moved-{n}");
        let (mut refused, mut seq) = (0, 0);
        // The worker continues until the new writer has ten deltas of its account. It folds deltas again that the new
        // writer lacks.
        loop {
            seq += 1;
            match commit(&store, vec![step(&name, seq)]).await {
                Ok(done) if done == [Committed::Applied] => {}
                Ok(_) => seq = store.load(&[account(&name)]).await.expect("load")[0].seq.0,
                Err(StoreError::ReadOnly) => {
                    (refused, seq) = (refused + 1, seq - 1);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(StoreError::Unavailable(_)) => seq -= 1,
                Err(error) => panic!("{error}"),
            }
            let there = self::store(&site, new.port).account(&account(&name)).await.expect("read");
            if there.is_some_and(|state| state.seq >= Seq(10)) {
                return refused;
            }
        }
    };
    let moves = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        old.set_read_only(true).await;
        let first = self::store(&site, old.port).watermarks().await.expect("read");
        tokio::time::sleep(Duration::from_millis(300)).await;
        let after = self::store(&site, old.port).watermarks().await.expect("read");
        assert_eq!(first, after, "a fenced writer commits nothing");
        assert!(first.values().all(|seq| *seq > Seq(1)), "{first:?}");
        // The name leads to the other server before that server becomes a writer.
        endpoint.lead_to(new.port);
        tokio::time::sleep(Duration::from_millis(300)).await;
        new.set_read_only(false).await;
    };
    let (a, b, c, d, ()) = tokio::join!(workers(0), workers(1), workers(2), workers(3), moves);
    assert!(
        [a, b, c, d].iter().all(|refused| *refused > 1),
        "each worker was refused: {a} {b} {c} {d}"
    );
}

#[tokio::test]
async fn one_failed_connection_empties_the_pool() {
    let Some(site) = Site::new() else { return };
    let (old, new) = (site.server("old").await, site.server("new").await);
    for server in [&old, &new] {
        store(&site, server.port).migrate().await.expect("the tables");
    }
    let endpoint = Endpoint::new(old.port).await;
    let store = store(&site, endpoint.port);
    let at_once = async || {
        let role = async || store.role().await.map(|role| role.writable);
        tokio::join!(role(), role(), role(), role()).into()
    };
    let all_write = |roles: [Stored<bool>; 4]| roles.iter().all(|role| matches!(role, Ok(true)));
    assert!(all_write(at_once().await), "four connections");
    old.set_read_only(true).await;
    endpoint.lead_to(new.port);
    let refused = commit(&store, vec![step("rest", 1)]).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    assert!(all_write(at_once().await), "none of them leads to the old writer");
    new.disconnect_all().await;
    let broken = commit(&store, vec![step("rest", 1)]).await;
    // The result is `Ok` if the connection was idle for so long that the store pinged it first.
    assert!(matches!(broken, Err(StoreError::Unavailable(_)) | Ok(_)), "{broken:?}");
    assert!(all_write(at_once().await), "none of them is one that the server has closed");
}
