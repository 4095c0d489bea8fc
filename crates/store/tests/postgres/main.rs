//! The conformance suite on a real PostgreSQL, and what only a server can do: certificates, passwords that
//! change, an endpoint that moves.

mod server;

use async_trait::async_trait;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, Epoch, Seq};
use leeward_store::postgres::{CredentialSource, Credentials, PostgresStore};
use leeward_store::{AccountDelta, Committed, Projection, StoreError, conformance};
use server::{Endpoint, PASSWORD, Site, credentials};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

fn store(site: &Site, port: u16) -> PostgresStore {
    let source = Arc::new(credentials(PASSWORD));
    PostgresStore::new(site.config(port), source).expect("certificates that can be read")
}

fn account(name: &str) -> AccountId {
    AccountId::new(name).expect("valid")
}

/// A step without orders.
fn step(name: &str, seq: u64) -> AccountDelta {
    let state = AccountState { seq: Seq(seq), ..AccountState::empty(account(name)) };
    AccountDelta { base: Seq(seq - 1), state, orders: vec![], parked: None }
}

async fn commit(
    store: &PostgresStore,
    deltas: Vec<AccountDelta>,
) -> Result<Vec<Committed>, StoreError> {
    store.commit(Epoch(1), 1, deltas).await
}

#[tokio::test]
async fn conforms() {
    let site = Site::new();
    let primary = site.primary();
    let writer = store(&site, primary.port);
    writer.migrate().await.expect("the tables");
    writer.migrate().await.expect("again");
    conformance::books_and_reads_back(&writer).await;
    conformance::a_stale_processor_does_no_harm(&writer).await;
    conformance::the_outbox_forgets_nothing(&writer).await;
    conformance::parked_accounts_are_listed(&writer).await;
    assert!(writer.role().await.expect("role").writable);
    let standby = site.standby(&primary);
    let reader = store(&site, standby.port);
    assert!(!reader.role().await.expect("role").writable);
    conformance::a_reader_refuses(&reader).await;
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
async fn two_processors_at_once_book_each_step_once() {
    // SAFE-3, SAFE-6: both fold every step of the same accounts, in opposite orders.
    let site = Site::new();
    let primary = site.primary();
    let stores = [store(&site, primary.port), store(&site, primary.port)];
    stores[0].migrate().await.expect("the tables");
    let names: Vec<String> = (0..20).map(|n| format!("both-{n}")).collect();
    let applied = AtomicUsize::new(0);
    let work = |store, backwards| {
        let (names, applied) = (&names, &applied);
        async move {
            for seq in 1..=10 {
                let mut deltas: Vec<AccountDelta> = names.iter().map(|n| step(n, seq)).collect();
                if backwards {
                    deltas.reverse();
                }
                let done = commit(store, deltas).await.expect("no deadlock");
                let new = done.iter().filter(|d| **d == Committed::Applied).count();
                applied.fetch_add(new, Ordering::Relaxed);
            }
        }
    };
    tokio::join!(work(&stores[0], false), work(&stores[1], true));
    assert_eq!(applied.into_inner(), 200, "twenty accounts, ten steps");
    let marks = stores[0].watermarks().await.expect("watermarks");
    assert!(names.iter().all(|name| marks[&account(name)] == Seq(10)), "{marks:?}");
}

#[tokio::test]
async fn only_the_right_server_is_believed() {
    let site = Site::new();
    let primary = site.primary();
    let refused = async |config| {
        let store = PostgresStore::new(config, Arc::new(credentials(PASSWORD))).expect("made");
        let role = store.role().await;
        assert!(matches!(role, Err(StoreError::Unavailable(_))), "{role:?}");
    };
    let mut another_authority = site.config(primary.port);
    another_authority.trust = site.authorities("stranger");
    refused(another_authority).await;
    let mut another_name = site.config(primary.port);
    another_name.host = "localhost".into();
    refused(another_name).await;
    let wrong = PostgresStore::new(site.config(primary.port), Arc::new(credentials("guess")));
    let role = wrong.expect("made").role().await;
    assert!(matches!(role, Err(StoreError::Refused(_))), "{role:?}");
    let text = format!("{role:?} {:?}", credentials("guess"));
    assert!(!text.contains("guess"), "a password is in no message: {text}");
}

/// A secret that somebody rotates; what was read is kept until it is refused, as with Secrets Manager.
struct Secret {
    now: Mutex<Credentials>,
    kept: Mutex<Option<Credentials>>,
}

#[async_trait]
impl CredentialSource for Secret {
    async fn credentials(&self, fresh: bool) -> Result<Credentials, String> {
        let mut kept = self.kept.lock().expect("not poisoned");
        if fresh || kept.is_none() {
            *kept = Some(self.now.lock().expect("not poisoned").clone());
        }
        Ok(kept.clone().expect("just read"))
    }
}

#[tokio::test]
async fn a_rotated_password_is_asked_for_again() {
    let site = Site::new();
    let primary = site.primary();
    let secret =
        Arc::new(Secret { now: Mutex::new(credentials(PASSWORD)), kept: Mutex::default() });
    let store = PostgresStore::new(site.config(primary.port), secret.clone()).expect("made");
    store.migrate().await.expect("the tables");
    for seq in 1..=40 {
        if seq == 20 {
            // In this order: the secret's owner changes it, and the server ends what is open.
            let second = "second-password";
            primary.sql(PASSWORD, &format!("ALTER ROLE leeward PASSWORD '{second}'"));
            *secret.now.lock().expect("not poisoned") = credentials(second);
            let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'leeward'";
            primary.sql(second, others);
        }
        // An unknown outcome is asked again; the watermark says whether it was done (SAFE-7).
        let mut tries = 0;
        let done = loop {
            match commit(&store, vec![step("rotated", seq)]).await {
                Ok(done) => break done,
                Err(StoreError::Unavailable(_)) if tries < 8 => tries += 1,
                Err(error) => panic!("step {seq}: {error}"),
            }
        };
        assert!(tries == 0 || seq == 20, "step {seq} took {tries} more tries");
        assert!(done == [Committed::Applied] || tries > 0, "step {seq}: {done:?}");
    }
    assert_eq!(store.watermarks().await.expect("read")[&account("rotated")], Seq(40));
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

    // It led to the reader when it was first asked; the connections that it gave then must not stay.
    let late = Endpoint::new(standby.port).await;
    let behind = self::store(&site, late.port);
    let refused = commit(&behind, vec![step("moved", 2)]).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    late.lead_to(&primary);
    let done = commit(&behind, vec![step("moved", 2)]).await;
    assert_eq!(done.expect("the writer"), [Committed::Applied]);
    while !replayed(2).await {
        tokio::task::yield_now().await;
    }

    // The name leads to a reader for a while, as it does in the middle of a move: connections to it must not
    // outlive the refusal.
    endpoint.lead_to(&standby);
    primary.stop();
    let mut said = Vec::new();
    while said.iter().filter(|s| matches!(s, Err(StoreError::ReadOnly))).count() < 3 {
        said.push(commit(&store, vec![step("moved", 3)]).await);
        assert!(said.len() < 100, "{said:?}");
    }
    standby.promote();
    let done = commit(&store, vec![step("moved", 3)]).await;
    assert_eq!(done.expect("the new writer"), [Committed::Applied]);
}
