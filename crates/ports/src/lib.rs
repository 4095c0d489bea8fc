//! The ports through which Leeward reaches the outside world, as async traits, and the one type of every
//! answer.
//!
//! An adapter never guesses: an answer that it cannot classify is [`Outcome::Unknown`], and its caller
//! resolves that with a strong read or repeats the idempotent call (SAFE-7). There is one trait for each
//! part of a Region that can fail by itself: the ledger, the control table, the queue, the control plane of
//! the database.
//!
//! Rejected: `Result` with an error enum per port. It invites `?`, and a `?` on an unknown outcome
//! is how an order gets lost.

#![warn(missing_docs)]

mod outcome;

pub use outcome::Outcome;

use async_trait::async_trait;
use leeward_model::readiness::Readiness;
use leeward_model::{
    AccountId, Answer, AuditRecord, Authority, ChainHead, Claim, ClientId, DatabaseView, Entry,
    Epoch, Observation, ProbeReport, ProcessorState, Region, RunKind, Seq, Session, StoredEntry,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The result of putting a claim on condition of absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimPut {
    /// The claim was absent and is stored.
    Fresh,
    /// Another claim, perhaps the same one, was there.
    Held(Claim),
}

/// The result of putting an entry on condition of absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryPut {
    /// The sequence number was free and holds the entry.
    Stored,
    /// The sequence number holds another entry, perhaps the same one.
    Occupied(StoredEntry),
}

/// One page of registered accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountPage {
    /// Accounts in the order of their shard.
    pub accounts: Vec<AccountId>,
    /// The place at which the next page begins; `None` on the last page.
    pub next: Option<AccountCursor>,
}

/// A place in the registry of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCursor {
    /// The shard of the registry.
    pub shard: u32,
    /// The account of that shard after which the page begins.
    pub after: Option<AccountId>,
}

/// The ledger as seen from one Region. All reads are strong.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Returns the account's highest sequence number; 0 if it has no entry.
    async fn head(&self, account: &AccountId) -> Outcome<Seq>;
    /// Registers the account; `Done` also if it was registered before.
    async fn register(&self, account: &AccountId) -> Outcome<()>;
    /// Puts a claim on condition of absence.
    async fn put_claim(
        &self,
        account: &AccountId,
        id: &ClientId,
        claim: &Claim,
    ) -> Outcome<ClaimPut>;
    /// Returns the claim of a client order id.
    async fn claim(&self, account: &AccountId, id: &ClientId) -> Outcome<Option<Claim>>;
    /// Puts an entry, always on condition of absence (SAFE-1). The attempt ends within `timeout`.
    async fn put_entry(
        &self,
        account: &AccountId,
        seq: Seq,
        entry: &Entry,
        timeout: Duration,
    ) -> Outcome<EntryPut>;
    /// Returns entries after a sequence number, in order; at most `limit`, and perhaps fewer than there are.
    async fn entries_after(
        &self,
        account: &AccountId,
        after: Seq,
        limit: u32,
    ) -> Outcome<Vec<StoredEntry>>;
    /// Returns those of the given entries that exist, in any order; at most 100 keys.
    async fn entries_at(&self, keys: &[(AccountId, Seq)]) -> Outcome<Vec<StoredEntry>>;
    /// Returns a page of all registered accounts.
    async fn accounts(&self, from: Option<AccountCursor>) -> Outcome<AccountPage>;
}

/// The result of a compare-and-swap.
#[derive(Debug, Clone, PartialEq)]
pub enum Swap<T> {
    /// The condition held and the new value is stored.
    Stored,
    /// The condition does not hold; the value that is there, if any.
    Changed(Option<Box<T>>),
}

/// The control table as seen from one Region. All reads are strong.
#[async_trait]
pub trait Control: Send + Sync {
    /// Returns the authority; `None` on a platform that has never started.
    async fn authority(&self) -> Outcome<Option<Authority>>;
    /// Replaces the authority if its version is `expect`, or if it is absent and `expect` is `None`.
    async fn swap_authority(
        &self,
        next: &Authority,
        expect: Option<u64>,
    ) -> Outcome<Swap<Authority>>;
    /// Returns the latest observation of every sentinel.
    async fn observations(&self) -> Outcome<Vec<Observation>>;
    /// Replaces a sentinel's observation if its counter is `expect`, or if it is absent and `expect` is `None`.
    async fn swap_observation(
        &self,
        observation: &Observation,
        expect: Option<u64>,
    ) -> Outcome<Swap<Observation>>;
    /// Returns what a Region's processor last reported.
    async fn processor(&self, region: &Region) -> Outcome<Option<ProcessorState>>;
    /// Replaces what a Region's processor reports.
    async fn put_processor(&self, state: &ProcessorState) -> Outcome<()>;
    /// Returns the head of a writer's audit chain.
    async fn audit_head(&self, writer: &str) -> Outcome<Option<ChainHead>>;
    /// Puts an audit record at its sequence number on condition of absence.
    async fn put_audit(&self, record: &AuditRecord) -> Outcome<Swap<AuditRecord>>;
    /// Returns a writer's audit records after a sequence number, in order.
    async fn audit_chain(&self, writer: &str, after: u64) -> Outcome<Vec<AuditRecord>>;
    /// Returns a Region's latest readiness report.
    async fn readiness(&self, region: &Region) -> Outcome<Option<Readiness>>;
    /// Stores a readiness report unless a later one is there.
    async fn put_readiness(&self, report: &Readiness) -> Outcome<()>;
}

/// The sessions table as seen from one Region.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Returns a session, expired or not.
    async fn session(&self, id: &str) -> Outcome<Option<Session>>;
    /// Replaces a session if its version is `expect`, or if it is absent and `expect` is `None`.
    async fn swap_session(&self, next: &Session, expect: Option<u64>) -> Outcome<Swap<Session>>;
    /// Deletes a session if its version is `expect`.
    async fn delete_session(&self, id: &str, expect: u64) -> Outcome<Swap<Session>>;
    /// Returns a page of the sessions that expired before `before_s` (seconds since 1970), in no order. This is
    /// not a strong read: the next pass finds a session that was missed, and deleting requires the version.
    async fn expired(&self, before_s: u64, from: Option<String>) -> Outcome<ExpiredPage>;
}

/// One page of expired sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpiredPage {
    /// The id and version of each session.
    pub sessions: Vec<(String, u64)>,
    /// The place at which the next page begins; `None` on the last page.
    pub next: Option<String>,
}

/// The database's control plane.
#[async_trait]
pub trait DatabaseControl: Send + Sync {
    /// Returns the global cluster as the control plane of `at` describes it.
    async fn describe(&self, at: &Region) -> Outcome<DatabaseView>;
    /// Starts a managed failover that allows data loss, in the target's Region. `Done` means accepted.
    async fn failover(&self, to: &Region) -> Outcome<()>;
    /// Starts a switchover, which waits for full synchronisation, in the writer's Region `from`. `Done` means
    /// accepted.
    async fn switchover(&self, from: &Region, to: &Region) -> Outcome<()>;
    /// Removes the cluster of `member` from the global cluster, in its own Region; it stays, alone and
    /// writable. No automatic step does this (docs/spec/moves.md). `Done` means accepted.
    async fn remove(&self, member: &Region) -> Outcome<()>;
}

/// Names an account that a processor should book. Losing one costs time only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The account.
    pub account: AccountId,
    /// The highest sequence number that the sender knew.
    pub seq: Seq,
}

/// The hints of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintBatch {
    /// The hints.
    pub hints: Vec<Hint>,
    /// The receipt by which the message is deleted.
    pub receipt: String,
}

/// The queues of hints.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends hints to the queue of a Region.
    async fn send(&self, to: &Region, hints: &[Hint]) -> Outcome<()>;
    /// Receives messages from this Region's queue, waiting up to `wait` for the first one.
    async fn receive(&self, wait: Duration) -> Outcome<Vec<HintBatch>>;
    /// Deletes messages from this Region's queue.
    async fn delete(&self, receipts: &[String]) -> Outcome<()>;
}

/// The published outcome of one order. Consumers deduplicate by `(account, seq, index)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// The order's account.
    pub account: AccountId,
    /// The sequence number of its ledger entry.
    pub seq: Seq,
    /// Its index within the entry.
    pub index: u32,
    /// The id that the client gave it.
    pub client_order_id: ClientId,
    /// Its status after booking.
    pub status: String,
    /// The epoch in which it was booked.
    pub epoch: Epoch,
}

/// The bus on which outcomes of orders are published.
#[async_trait]
pub trait Events: Send + Sync {
    /// Publishes events; returns, in their order, whether each was accepted.
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>>;
}

/// Notices to operators.
#[async_trait]
pub trait Notify: Send + Sync {
    /// Publishes a message to the notices topic of one Region.
    async fn notify(&self, region: &Region, subject: &str, message: &str) -> Outcome<()>;
}

/// The service that carries out runs step by step, in any Region.
#[async_trait]
pub trait StateMachine: Send + Sync {
    /// Starts the execution that is named after `run`; `Done` also if it was started before.
    async fn start(&self, region: &Region, run: &str, kind: RunKind) -> Outcome<()>;
}

/// The time: monotonic for decisions, wall-clock time for people.
pub trait Clock: Send + Sync {
    /// Returns milliseconds of a monotonic clock whose beginning is arbitrary.
    fn now_ms(&self) -> u64;
    /// Returns milliseconds since 1970, UTC.
    fn wall_ms(&self) -> u64;
}

/// Probes Regions from this one.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Probes a Region on all three paths.
    async fn probe(&self, region: &Region) -> ProbeReport;
    /// Sends one canary order through the Region's own host name.
    async fn canary(&self, region: &Region) -> Answer;
}
