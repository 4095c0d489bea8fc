//! The ports of Leeward: async traits for everything that the platform needs from the outside world, with one result
//! type.
//!
//! An adapter never guesses. A reply that it cannot classify is [`Outcome::Unknown`], and the caller then reads
//! strongly or repeats an idempotent call (SAFE-7). Each trait covers one thing that fails as a whole, such as a
//! Region's ledger, its control table, its queue or its database's control plane.
//!
//! The design rejects `Result` with an error enum per port, because `Result` invites `?`, and a `?` on an unknown
//! outcome loses an order.
#![warn(missing_docs)]

mod outcome;

pub use outcome::Outcome;

use async_trait::async_trait;
use leeward_model::readiness::Readiness;
use leeward_model::{
    AccountId, AuditRecord, Authority, ChainHead, Claim, ClientId, DatabaseView, Entry, Epoch,
    Observation, ProbeAnswer, ProbeReport, ProcessorState, Region, RunKind, Seq, Session,
    StoredEntry,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The result of a claim's put-if-absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimPut {
    /// The id was free, and the claim is stored.
    Fresh,
    /// The id was already claimed; holds the existing claim.
    Held(Claim),
}

/// The result of an entry's put-if-absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryPut {
    /// The sequence number was free, and the entry is stored.
    Stored,
    /// The sequence number was already taken; holds the existing entry.
    Occupied(StoredEntry),
}

/// One page of registered accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountPage {
    /// The accounts of this page.
    pub accounts: Vec<AccountId>,
    /// The cursor of the next page; `None` on the last page.
    pub next: Option<AccountCursor>,
}

/// A position in the registry of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCursor {
    /// The shard to read.
    pub shard: u32,
    /// The account after which the page begins; `None` for the beginning of the shard.
    pub after: Option<AccountId>,
}

/// The ledger as seen from one Region. All reads are strong.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Returns the highest sequence number in the account's ledger, or 0 if the account has no entry.
    async fn head(&self, account: &AccountId) -> Outcome<Seq>;
    /// Adds the account to the registry. Idempotent: returns `Done` even if the account is already registered.
    async fn register(&self, account: &AccountId) -> Outcome<()>;
    /// Stores the claim if the client id is not yet claimed in this account.
    async fn put_claim(
        &self,
        account: &AccountId,
        id: &ClientId,
        claim: &Claim,
    ) -> Outcome<ClaimPut>;
    /// Returns the claim on the client id, `None` if there is none.
    async fn claim(&self, account: &AccountId, id: &ClientId) -> Outcome<Option<Claim>>;
    /// Stores the entry if the sequence number is free. The write is always conditional on absence (SAFE-1), and the
    /// attempt ends within `timeout`.
    async fn put_entry(
        &self,
        account: &AccountId,
        seq: Seq,
        entry: &Entry,
        timeout: Duration,
    ) -> Outcome<EntryPut>;
    /// Returns at most `limit` entries above `after`, in order of their sequence numbers. The page may be shorter
    /// although more entries exist.
    async fn entries_after(
        &self,
        account: &AccountId,
        after: Seq,
        limit: u32,
    ) -> Outcome<Vec<StoredEntry>>;
    /// Returns the existing entries among the named ones, in any order. Takes at most 100 keys, which is the limit of
    /// DynamoDB's `BatchGetItem`.
    async fn entries_at(&self, keys: &[(AccountId, Seq)]) -> Outcome<Vec<StoredEntry>>;
    /// Returns the page of the registry at the cursor; `None` starts at the beginning.
    async fn accounts(&self, from: Option<AccountCursor>) -> Outcome<AccountPage>;
}

/// The result of a compare-and-swap.
#[derive(Debug, Clone, PartialEq)]
pub enum Swap<T> {
    /// The condition held, and the new value is stored.
    Stored,
    /// The condition does not hold, and nothing was written. Holds the existing item; `None` if there is none.
    Changed(Option<Box<T>>),
}

/// The control table as seen from one Region. All reads are strong.
#[async_trait]
pub trait Control: Send + Sync {
    /// Returns the authority, `None` before the platform is initialised.
    async fn authority(&self) -> Outcome<Option<Authority>>;
    /// Replaces the authority if its version is `expect`, or creates it if `expect` is `None` and there is no item.
    async fn swap_authority(
        &self,
        next: &Authority,
        expect: Option<u64>,
    ) -> Outcome<Swap<Authority>>;
    /// Returns the newest observation of every sentinel.
    async fn observations(&self) -> Outcome<Vec<Observation>>;
    /// Replaces a sentinel's observation if its counter is `expect`, or creates it if `expect` is `None` and there
    /// is no item.
    async fn swap_observation(
        &self,
        observation: &Observation,
        expect: Option<u64>,
    ) -> Outcome<Swap<Observation>>;
    /// Returns the state that the Region's processor last reported, `None` if it never did.
    async fn processor(&self, region: &Region) -> Outcome<Option<ProcessorState>>;
    /// Stores the state that the Region's processor reports, unless a state under a later epoch is already there.
    /// Returns `Done` in both cases.
    async fn put_processor(&self, state: &ProcessorState) -> Outcome<()>;
    /// Returns the newest sequence number and hash of a writer's audit chain, `None` if the chain is empty.
    async fn audit_head(&self, writer: &str) -> Outcome<Option<ChainHead>>;
    /// Stores the record if its sequence number is free in its writer's chain.
    async fn put_audit(&self, record: &AuditRecord) -> Outcome<Swap<AuditRecord>>;
    /// Returns the records of a writer's chain above `after`, in order of their sequence numbers.
    async fn audit_chain(&self, writer: &str, after: u64) -> Outcome<Vec<AuditRecord>>;
    /// Returns the Region's newest readiness report, `None` if there is none.
    async fn readiness(&self, region: &Region) -> Outcome<Option<Readiness>>;
    /// Stores a readiness report. Returns `Rejected` if one with the same or a higher counter is already there.
    async fn put_readiness(&self, report: &Readiness) -> Outcome<()>;
}

/// The sessions that clients store on the platform, as seen from one Region. Reads are strong, except
/// [`Sessions::expired`].
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Returns the session with this id, `None` if there is none.
    async fn session(&self, id: &str) -> Outcome<Option<Session>>;
    /// Replaces a session if its version is `expect`, or creates it if `expect` is `None` and there is no item.
    async fn swap_session(&self, next: &Session, expect: Option<u64>) -> Outcome<Swap<Session>>;
    /// Deletes a session if its version is `expect`.
    async fn delete_session(&self, id: &str, expect: u64) -> Outcome<Swap<Session>>;
    /// Returns one page of the sessions that expired before `before_s` (seconds since 1970), in no order.
    ///
    /// The read is not strongly consistent. If it misses a session, the next pass finds the session; if it returns
    /// an old version, the deletion fails because it compares the version.
    async fn expired(&self, before_s: u64, from: Option<String>) -> Outcome<ExpiredPage>;
}

/// One page of expired sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpiredPage {
    /// The id and the version of each session.
    pub sessions: Vec<(String, u64)>,
    /// The cursor of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// The database's control plane: for Aurora, the global cluster in the API of Amazon RDS.
#[async_trait]
pub trait DatabaseControl: Send + Sync {
    /// Returns the global cluster as the control plane of the Region `at` describes it. The view may be stale or
    /// wrong.
    async fn describe(&self, at: &Region) -> Outcome<DatabaseView>;
    /// Starts a managed failover that accepts data loss. The call goes to the target's Region. `Done` means
    /// accepted, not completed.
    async fn failover(&self, to: &Region) -> Outcome<()>;
    /// Starts a switchover, which waits until the target is in sync. The call goes to `from`, the Region of the
    /// writer. `Done` means accepted, not completed.
    async fn switchover(&self, from: &Region, to: &Region) -> Outcome<()>;
    /// Takes the cluster of `member` out of the global cluster, after which it stands alone and is writable. The
    /// call goes to the Region `member`. No automatic step makes this call (docs/spec/moves.md). `Done` means accepted,
    /// not completed.
    async fn remove(&self, member: &Region) -> Outcome<()>;
}

/// A message that tells a processor that an account has a new entry. A lost hint costs only time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The account with the new entry.
    pub account: AccountId,
    /// The newest sequence number that the sender knew.
    pub seq: Seq,
}

/// The hints of one queue message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintBatch {
    /// The hints of the message.
    pub hints: Vec<Hint>,
    /// The receipt with which the message is deleted.
    pub receipt: String,
}

/// The queues of hints. Delivery is at least once and in no order.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends the hints to the queue of the Region `to`.
    async fn send(&self, to: &Region, hints: &[Hint]) -> Outcome<()>;
    /// Receives from this Region's queue; waits up to `wait` for a message to arrive.
    async fn receive(&self, wait: Duration) -> Outcome<Vec<HintBatch>>;
    /// Deletes the messages with these receipts from this Region's queue.
    async fn delete(&self, receipts: &[String]) -> Outcome<()>;
}

/// The outcome of one order, as published to consumers, which deduplicate by `(account, seq, index)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// The account of the order.
    pub account: AccountId,
    /// The sequence number of the order's entry.
    pub seq: Seq,
    /// The position of the order within its entry.
    pub index: u32,
    /// The id that the client gave the order.
    pub client_order_id: ClientId,
    /// `booked` or `rejected`.
    pub status: String,
    /// The epoch under which the order was booked.
    pub epoch: Epoch,
}

/// The event bus to consumers outside the platform. Delivery is at least once.
#[async_trait]
pub trait Events: Send + Sync {
    /// Publishes the events, and returns for each, in order, whether the bus accepted it.
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>>;
}

/// The channel of notices to operators.
#[async_trait]
pub trait Notify: Send + Sync {
    /// Sends a notice to the notices topic of the Region.
    async fn notify(&self, region: &Region, subject: &str, message: &str) -> Outcome<()>;
}

/// The service that carries out runs step by step, in any Region.
#[async_trait]
pub trait StateMachine: Send + Sync {
    /// Starts an execution named after the run. Idempotent: returns `Done` even if it has already started.
    async fn start(&self, region: &Region, run: &str, kind: RunKind) -> Outcome<()>;
}

/// The clocks of this machine, in milliseconds.
pub trait Clock: Send + Sync {
    /// Returns the monotonic time. Its origin is arbitrary; every decision uses this clock.
    fn now_ms(&self) -> u64;
    /// Returns the wall-clock time since 1970, for times that operators read.
    fn wall_ms(&self) -> u64;
}

/// The probes that a process of this Region sends to the Regions.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Probes the Region on its three independent paths: API, ledger and control plane.
    async fn probe(&self, region: &Region) -> ProbeReport;
    /// Sends one canary order through the Region's own host name.
    async fn canary(&self, region: &Region) -> ProbeAnswer;
}
