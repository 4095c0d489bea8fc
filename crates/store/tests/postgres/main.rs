//! The conformance suite on a real PostgreSQL, and the tests that need a server: certificates, rotated passwords and an
//! endpoint that moves.

#[path = "../common/mod.rs"]
mod common;
mod server;

use common::{Endpoint, PASSWORD, Secret, account, commit, credentials, step};
use leeward_model::Seq;
use leeward_store::postgres::PostgresStore;
use leeward_store::{Committed, Projection, StoreError, conformance};
use server::Site;
use std::sync::Arc;

fn store(site: &Site, port: u16) -> PostgresStore {
    let source = Arc::new(credentials(PASSWORD));
    PostgresStore::new(site.config(port), source).expect("certificates that can be read")
}

#[tokio::test]
async fn postgres_passes_the_conformance_suite() {
    let site = Site::new();
    let primary = site.primary();
    let writer = store(&site, primary.port);
    writer.migrate().await.expect("the tables");
    writer.migrate().await.expect("again");
    conformance::books_and_reads_back(&writer).await;
    conformance::a_stale_processor_does_no_harm(&writer).await;
    conformance::the_outbox_loses_no_row(&writer).await;
    conformance::parked_accounts_are_listed(&writer).await;
    assert!(writer.role().await.expect("role").writable);
    let standby = site.standby(&primary);
    let reader = store(&site, standby.port);
    assert!(!reader.role().await.expect("role").writable);
    conformance::a_reader_refuses_writes(&reader).await;
    let marked = reader.mark_published(&[1]).await;
    assert!(matches!(marked, Err(StoreError::ReadOnly)), "{marked:?}");
    standby.promote();
    assert!(reader.role().await.expect("role").writable);
    assert_eq!(
        commit(&reader, vec![step("promoted", 1)]).await.expect("commit"),
        [Committed::Applied]
    );
}

#[tokio::test]
async fn two_concurrent_processors_book_each_step_once() {
    let site = Site::new();
    let primary = site.primary();
    let stores = [store(&site, primary.port), store(&site, primary.port)];
    stores[0].migrate().await.expect("the tables");
    conformance::two_processors_book_each_step_once(&stores[0], &stores[1]).await;
}

#[tokio::test]
async fn only_the_right_server_is_trusted() {
    let site = Site::new();
    let primary = site.primary();
    let strange = site.certificates.authorities("stranger");
    common::only_the_right_server_is_trusted(
        site.config(primary.port),
        strange,
        PostgresStore::new,
    )
    .await;
}

#[tokio::test]
async fn a_rotated_password_is_read_again() {
    let site = Site::new();
    let primary = site.primary();
    let secret = Secret::new();
    let store = PostgresStore::new(site.config(primary.port), secret.clone()).expect("made");
    store.migrate().await.expect("the tables");
    let rotate = async |second: String| {
        primary.sql(PASSWORD, &format!("ALTER ROLE leeward PASSWORD '{second}'"));
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'leeward'";
        primary.sql(&second, others);
    };
    common::a_rotated_password_is_read_again(&store, &secret, rotate).await;
}

#[tokio::test]
async fn a_moved_endpoint_is_followed() {
    let site = Site::new();
    let primary = site.primary();
    let standby = site.standby(&primary);
    let endpoint = Endpoint::new(primary.port).await;
    let store = store(&site, endpoint.port);
    store.migrate().await.expect("the tables");
    assert_eq!(commit(&store, vec![step("moved", 1)]).await.expect("writer"), [Committed::Applied]);

    let replayed = async |seq| {
        let marks = self::store(&site, standby.port).watermarks().await.unwrap_or_default();
        marks.get(&account("moved")) == Some(&Seq(seq))
    };
    while !replayed(1).await {
        tokio::task::yield_now().await;
    }

    // This endpoint leads to the reader at first. The connections that it opened then must not stay in the pool.
    let late = Endpoint::new(standby.port).await;
    let late_store = self::store(&site, late.port);
    let refused = commit(&late_store, vec![step("moved", 2)]).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    late.lead_to(primary.port);
    let done = commit(&late_store, vec![step("moved", 2)]).await;
    assert_eq!(done.expect("the writer"), [Committed::Applied]);
    while !replayed(2).await {
        tokio::task::yield_now().await;
    }

    // For a while the name leads to a reader, as in the middle of a move. Connections to the reader must not stay in
    // the pool after a refused write.
    endpoint.lead_to(standby.port);
    primary.stop();
    let mut results = Vec::new();
    while results.iter().filter(|r| matches!(r, Err(StoreError::ReadOnly))).count() < 3 {
        results.push(commit(&store, vec![step("moved", 3)]).await);
        assert!(results.len() < 100, "{results:?}");
    }
    standby.promote();
    let done = commit(&store, vec![step("moved", 3)]).await;
    assert_eq!(done.expect("the new writer"), [Committed::Applied]);
}
