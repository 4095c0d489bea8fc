//! The SQL projection of the ledger: accounts, orders, outbox.
//!
//! It may be lost at any time and is folded again; so the trait below asks an engine for very
//! little: read states, commit a batch of accounts each against its own watermark, mark outbox
//! rows. Nothing in it is an idea of one engine. A commit locks each account's row and compares the
//! watermark under the lock, so two processors, or a stale one, do no harm (ADR 1).
//!
//! [`conformance`] holds the tests that every engine must pass.

pub mod conformance;
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub mod connect;
#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;
mod rows;
pub mod sqlite;

use async_trait::async_trait;
pub use leeward_core::apply::{AccountDelta, Committed};
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use std::collections::BTreeMap;

/// An order as the book shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    pub seq: Seq,
    pub index: u32,
    pub client_id: ClientId,
    /// `booked` or `rejected`.
    pub status: String,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub number: i64,
    pub account: AccountId,
    pub seq: Seq,
    pub index: u32,
    pub client_id: ClientId,
    pub status: String,
    pub epoch: Epoch,
}

/// What the engine says of the database behind the Region's own cluster endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    pub writable: bool,
    /// Part of the global cluster; an orphan answers nobody (R19).
    pub member: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database takes no writes here: it is a reader, or fenced")]
    ReadOnly,
    #[error(
        "the database refuses {0}; has the secret been rotated, and does it name this cluster?"
    )]
    Refused(String),
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    #[error("the database holds what this binary cannot read: {0}")]
    Content(String),
}

pub type Stored<T> = Result<T, StoreError>;

/// Clocks of two Regions' processors differ by less; rows are found by time and reopened by number.
pub(crate) const CLOCKS_APART_MS: u64 = 60_000;

#[async_trait]
pub trait Projection: Send + Sync {
    async fn role(&self) -> Stored<Role>;
    /// Makes the tables that are not there; on the writer.
    async fn prepare(&self) -> Stored<()>;
    /// One state for each account, in order; those never folded are empty.
    async fn load(&self, accounts: &[AccountId]) -> Stored<Vec<AccountState>>;
    /// One transaction. Each account is applied only if its watermark is its delta's base
    /// (SAFE-3, SAFE-6).
    async fn commit(
        &self,
        epoch: Epoch,
        at_ms: u64,
        deltas: Vec<AccountDelta>,
    ) -> Stored<Vec<Committed>>;
    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>>;
    /// The rows of one client id, in order of index.
    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>>;
    /// All watermarks.
    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>>;
    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>>;
    /// Unmarked rows, oldest first; then those that a move reopened.
    async fn outbox(&self, limit: u32) -> Stored<Vec<OutboxRow>>;
    async fn mark_published(&self, rows: &[i64]) -> Stored<()>;
    /// After a move: every row since then is published again, whatever its mark (R10). Only says so: the marks
    /// go in parts, as [`Projection::outbox`] comes to them, behind what is new. A move must not wait for an hour's rows.
    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()>;
    /// Marked rows older than this go.
    async fn prune_outbox(&self, before_ms: u64) -> Stored<()>;
}
