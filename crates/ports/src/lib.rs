//! What Leeward asks of the outside world, as async traits, and the one type of every answer.
//!
//! An adapter never guesses: what it cannot classify is [`Outcome::Unknown`], and whoever gets that
//! reads strongly or repeats an idempotent call (SAFE-7). Traits are cut by what may fail together:
//! a Region's ledger, its control table, its queue, its database's control plane.
//!
//! Rejected: `Result` with an error enum per port. It invites `?`, and a `?` on an unknown outcome
//! is how an order gets lost.

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

/// What a claim's put-if-absent met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimPut {
    Fresh,
    Held(Claim),
}

/// What an entry's put-if-absent met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryPut {
    Stored,
    Occupied(StoredEntry),
}

/// One page of registered accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountPage {
    pub accounts: Vec<AccountId>,
    /// Ask again with this for more.
    pub next: Option<AccountCursor>,
}

/// Shard of the registry, and the account after which to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCursor {
    pub shard: u32,
    pub after: Option<AccountId>,
}

/// The ledger as seen from one Region. All reads are strong.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The highest seq; 0 when there is none.
    async fn head(&self, account: &AccountId) -> Outcome<Seq>;
    /// Put-if-absent; `Done` also when it was there.
    async fn register(&self, account: &AccountId) -> Outcome<()>;
    async fn put_claim(
        &self,
        account: &AccountId,
        id: &ClientId,
        claim: &Claim,
    ) -> Outcome<ClaimPut>;
    async fn claim(&self, account: &AccountId, id: &ClientId) -> Outcome<Option<Claim>>;
    /// SAFE-1: always conditional on absence. The attempt is over within `timeout`.
    async fn put_entry(
        &self,
        account: &AccountId,
        seq: Seq,
        entry: &Entry,
        timeout: Duration,
    ) -> Outcome<EntryPut>;
    /// In order of seq; a page, perhaps a short one.
    async fn entries_after(
        &self,
        account: &AccountId,
        after: Seq,
        limit: u32,
    ) -> Outcome<Vec<StoredEntry>>;
    /// Those of the named entries that exist, in any order. At most 100 keys.
    async fn entries_at(&self, keys: &[(AccountId, Seq)]) -> Outcome<Vec<StoredEntry>>;
    async fn accounts(&self, from: Option<AccountCursor>) -> Outcome<AccountPage>;
}

/// What a compare-and-swap met.
#[derive(Debug, Clone, PartialEq)]
pub enum Swap<T> {
    Stored,
    /// The condition does not hold: what is there, if anything.
    Changed(Option<Box<T>>),
}

/// The control table as seen from one Region. All reads are strong.
#[async_trait]
pub trait Control: Send + Sync {
    async fn authority(&self) -> Outcome<Option<Authority>>;
    /// `expect`: the version that must be there, `None` for no item.
    async fn swap_authority(
        &self,
        next: &Authority,
        expect: Option<u64>,
    ) -> Outcome<Swap<Authority>>;
    async fn observations(&self) -> Outcome<Vec<Observation>>;
    /// `expect`: the counter that must be there.
    async fn swap_observation(
        &self,
        observation: &Observation,
        expect: Option<u64>,
    ) -> Outcome<Swap<Observation>>;
    async fn processor(&self, region: &Region) -> Outcome<Option<ProcessorState>>;
    async fn put_processor(&self, state: &ProcessorState) -> Outcome<()>;
    /// The head of a writer's chain.
    async fn audit_head(&self, writer: &str) -> Outcome<Option<ChainHead>>;
    /// Put-if-absent at the record's seq.
    async fn put_audit(&self, record: &AuditRecord) -> Outcome<Swap<AuditRecord>>;
    async fn audit_chain(&self, writer: &str, after: u64) -> Outcome<Vec<AuditRecord>>;
    /// The last look of a Region's readiness.
    async fn readiness(&self, region: &Region) -> Outcome<Option<Readiness>>;
    /// A later look never gives way to an earlier one.
    async fn put_readiness(&self, report: &Readiness) -> Outcome<()>;
}

#[async_trait]
pub trait Sessions: Send + Sync {
    async fn session(&self, id: &str) -> Outcome<Option<Session>>;
    /// `expect`: the version that must be there, `None` for no item.
    async fn swap_session(&self, next: &Session, expect: Option<u64>) -> Outcome<Swap<Session>>;
    async fn delete_session(&self, id: &str, expect: u64) -> Outcome<Swap<Session>>;
    /// Sessions that expired before `before_s`, a page at a time and in no order. Not a strong read:
    /// one that is missed is found by the next pass, and deleting asks for the version.
    async fn expired(&self, before_s: u64, from: Option<String>) -> Outcome<ExpiredPage>;
}

/// One page of expired sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpiredPage {
    /// Id and version.
    pub sessions: Vec<(String, u64)>,
    /// Ask again with this for more.
    pub next: Option<String>,
}

/// The database's control plane.
#[async_trait]
pub trait DatabaseControl: Send + Sync {
    /// As `at` sees it.
    async fn describe(&self, at: &Region) -> Outcome<DatabaseView>;
    /// Managed failover with data loss, called in the target's Region. `Done` means accepted.
    async fn failover(&self, to: &Region) -> Outcome<()>;
    /// Waits for full sync; called in the Region of the writer, `from`. `Done` means accepted.
    async fn switchover(&self, from: &Region, to: &Region) -> Outcome<()>;
    /// Takes `member`'s cluster out of the global cluster: it stays, alone and writable. Called in its own Region.
    /// No automatic step does this (docs/spec/moves.md); `Done` means accepted.
    async fn remove(&self, member: &Region) -> Outcome<()>;
}

/// Tells a processor where to look. Losing one costs time only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    pub account: AccountId,
    /// The newest seq that its sender knew.
    pub seq: Seq,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintBatch {
    pub hints: Vec<Hint>,
    pub receipt: String,
}

#[async_trait]
pub trait Queue: Send + Sync {
    async fn send(&self, to: &Region, hints: &[Hint]) -> Outcome<()>;
    /// From this Region's queue; waits up to `wait` for something to come.
    async fn receive(&self, wait: Duration) -> Outcome<Vec<HintBatch>>;
    async fn delete(&self, receipts: &[String]) -> Outcome<()>;
}

/// One order's outcome for the world; `(account, seq, index)` is what consumers deduplicate by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    pub account: AccountId,
    pub seq: Seq,
    pub index: u32,
    pub client_order_id: ClientId,
    pub status: String,
    pub epoch: Epoch,
}

#[async_trait]
pub trait Events: Send + Sync {
    /// Whether each event, in order, was taken.
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>>;
}

#[async_trait]
pub trait Notify: Send + Sync {
    /// To the notices topic of one Region.
    async fn notify(&self, region: &Region, subject: &str, message: &str) -> Outcome<()>;
}

/// The service that carries out runs step by step, in any Region.
#[async_trait]
pub trait StateMachine: Send + Sync {
    /// Named after the run: what is started already is `Done`.
    async fn start(&self, region: &Region, run: &str, kind: RunKind) -> Outcome<()>;
}

/// Time. Monotonic for everything that decides, wall for what people read.
pub trait Clock: Send + Sync {
    fn now_ms(&self) -> u64;
    fn wall_ms(&self) -> u64;
}

/// Looks at Regions from this one.
#[async_trait]
pub trait Probe: Send + Sync {
    async fn probe(&self, region: &Region) -> ProbeReport;
    /// One canary order through the Region's own host name.
    async fn canary(&self, region: &Region) -> Answer;
}
