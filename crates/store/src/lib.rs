//! The SQL projection of the ledger: accounts, orders and the outbox.
//!
//! The projection may be lost at any time, and is then folded again from the ledger. So the trait [`Projection`]
//! requires little of an engine: read states, commit a batch of deltas, each against its account's watermark, and mark
//! outbox rows as published. The trait uses no feature that only one engine has. A commit locks each account's row and
//! compares the watermark under the lock, so two processors, or one with an old state, cannot book an entry twice (ADR
//! 1).
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

/// One row of the book: an order with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    pub seq: Seq,
    pub index: u32,
    pub client_id: ClientId,
    /// `booked` or `rejected`.
    pub status: String,
    pub reason: Option<String>,
}

/// One row of the outbox: the outcome of an order, to be published as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The key of the row. Keys increase in the order of booking.
    pub number: i64,
    pub account: AccountId,
    pub seq: Seq,
    pub index: u32,
    pub client_id: ClientId,
    pub status: String,
    pub epoch: Epoch,
}

/// The role of the database behind the Region's own cluster endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerRole {
    /// Whether the database accepts writes.
    pub writable: bool,
    /// Whether the cluster is part of the global cluster. A cluster outside it must not serve reads (R19).
    pub member: bool,
}

/// The error of a call to the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("this database accepts no writes: it is a reader, or fenced")]
    ReadOnly,
    #[error("the database rejects {0}; check that the secret is current and names this cluster")]
    Refused(String),
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    #[error("the database holds content that this version of Leeward cannot read: {0}")]
    Content(String),
}

/// The result of a call to the database.
pub type Stored<T> = Result<T, StoreError>;

/// The upper bound on the difference between the clocks of the two Regions' processors. [`Projection::reopen_outbox`]
/// finds the first row by its time, less this margin; the following rows have higher numbers.
pub(crate) const CLOCKS_APART_MS: u64 = 60_000;

/// A database that holds the projection, reached through one Region's cluster endpoint.
#[async_trait]
pub trait Projection: Send + Sync {
    /// Returns the current role of the database.
    async fn role(&self) -> Stored<ServerRole>;
    /// Creates the missing tables. The caller must be connected to the writer.
    async fn prepare(&self) -> Stored<()>;
    /// Returns one state for each account, in the order of `accounts`. The state of an account that was never folded is
    /// empty.
    async fn load(&self, accounts: &[AccountId]) -> Stored<Vec<AccountState>>;
    /// Commits the deltas in one transaction. A delta is applied only if its base equals its account's watermark
    /// (SAFE-3, SAFE-6).
    async fn commit(
        &self,
        epoch: Epoch,
        at_ms: u64,
        deltas: Vec<AccountDelta>,
    ) -> Stored<Vec<Committed>>;
    /// Returns the state of an account, or `None` if the account was never folded.
    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>>;
    /// Returns the orders with a client id, sorted by sequence number and index.
    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>>;
    /// Returns the watermarks of all accounts.
    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>>;
    /// Returns the parked accounts with their reasons.
    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>>;
    /// Returns up to `limit` rows that are not marked as published, oldest first. Rows that a move reopened come after
    /// all others.
    async fn outbox(&self, limit: u32) -> Stored<Vec<OutboxRow>>;
    /// Marks the rows with these numbers as published.
    async fn mark_published(&self, rows: &[i64]) -> Stored<()>;
    /// Requests, after a move, that every row since `since_ms` be published again, even if it is marked as published
    /// (R10).
    ///
    /// The call only records the range. [`Projection::outbox`] unmarks the rows of the range in parts, after all new
    /// rows, so that a move does not wait until an hour's rows are unmarked.
    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()>;
    /// Deletes rows from before `before_ms` that are marked as published.
    async fn prune_outbox(&self, before_ms: u64) -> Stored<()>;
}
