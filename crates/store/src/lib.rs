//! The SQL projection of the ledger: accounts, orders, outbox.
//!
//! The projection may be lost at any time, and is then folded again from the ledger. So the trait [`Projection`] asks
//! little of an engine: read states, commit a batch of accounts each against its own watermark, mark outbox rows. It
//! uses no feature of a single engine. A commit locks each account's row and compares the watermark under the lock, so
//! two processors, or a stale one, cannot book a step twice (ADR 1).
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
    /// The key of the row, in the order of booking.
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
    /// The database accepts writes.
    pub writable: bool,
    /// The cluster is part of the global cluster. A cluster outside it must not answer requests (R19).
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

/// An upper bound on the difference between the clocks of two Regions' processors. The first row to reopen is found by
/// its time, less this margin; the rows after it follow by number.
pub(crate) const CLOCKS_APART_MS: u64 = 60_000;

/// A database that holds the projection, reached through one Region's cluster endpoint.
#[async_trait]
pub trait Projection: Send + Sync {
    /// Returns the role of the database at this moment.
    async fn role(&self) -> Stored<ServerRole>;
    /// Creates the tables that are missing. Must be called on the writer.
    async fn prepare(&self) -> Stored<()>;
    /// Returns one state for each account, in the order of `accounts`; empty for an account that was never folded.
    async fn load(&self, accounts: &[AccountId]) -> Stored<Vec<AccountState>>;
    /// Commits the deltas in one transaction. An account is applied only if its watermark equals its delta's base
    /// (SAFE-3, SAFE-6).
    async fn commit(
        &self,
        epoch: Epoch,
        at_ms: u64,
        deltas: Vec<AccountDelta>,
    ) -> Stored<Vec<Committed>>;
    /// Returns the state of an account, `None` if it was never folded.
    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>>;
    /// Returns the orders under one client id, in order of sequence number and index.
    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>>;
    /// Returns the watermarks of all accounts.
    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>>;
    /// Returns the parked accounts with their reasons.
    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>>;
    /// Returns up to `limit` rows that are not marked as published, oldest first, and after them rows that a move
    /// reopened.
    async fn outbox(&self, limit: u32) -> Stored<Vec<OutboxRow>>;
    /// Marks the rows with these numbers as published.
    async fn mark_published(&self, rows: &[i64]) -> Stored<()>;
    /// Requests after a move that every row since `since_ms` is published again, whatever its mark (R10).
    ///
    /// The call records the range only. [`Projection::outbox`] clears the marks in parts, after all new rows, so that a
    /// move does not wait for the rows of an hour.
    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()>;
    /// Deletes the rows before `before_ms` that are marked as published.
    async fn prune_outbox(&self, before_ms: u64) -> Stored<()>;
}
