//! apply: read what lies after each account's watermark, fold it, commit it against that watermark.
//!
//! [`Apply`] is one pass over a set of accounts, [`Batch`] is what a processor does with the hints of one
//! receive. The sweeper uses [`Apply`] too, so there is one implementation of booking (docs/spec/order-path.md), and
//! the simulator drives both.
//!
//! A pass works on chunks. While the deltas of one chunk are committed, the next chunk is loaded and read;
//! at most one folded chunk waits. That is why [`Apply::step`] may return two commands at once. Their
//! answers may come in either order.
//!
//! Rejected: one transaction for each account (a commit costs a round trip and a sync), and an unbounded
//! number of chunks under way (memory, and one slow account would hold none of the others up anyway).

mod batch;
mod pass;

pub use batch::{Batch, BatchCommand, BatchEnd, BatchEvent};
pub use pass::Apply;

use crate::fold::{AccountState, OrderOutcome};
use leeward_model::{AccountId, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts in one transaction.
pub const ACCOUNTS_MAX: usize = 400;

/// One account's step forward, folded and not yet committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDelta {
    /// The watermark that the fold started from.
    pub base: Seq,
    pub state: AccountState,
    pub orders: Vec<OrderOutcome>,
    /// Why the account waits after this, if it does.
    pub parked: Option<String>,
}

/// What became of one delta of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    Applied,
    /// Another processor moved the account on, or the state was read before it did.
    Stale,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Begin,
    /// One state for each account of the load, in any order; `None`: the database did not answer.
    Loaded(Option<Vec<AccountState>>),
    /// The entries found for each account that was asked for, in order of their sequence numbers. An
    /// account that is missing could not be read.
    Entries(BTreeMap<AccountId, Vec<StoredEntry>>),
    /// One outcome for each delta, in their order; `None`: the database did not take the transaction.
    Committed(Option<Vec<Committed>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Load(Vec<AccountId>),
    /// Strong reads: of one entry for each of `at`, of a page for each of `after`.
    ReadEntries {
        at: Vec<(AccountId, Seq)>,
        after: Vec<(AccountId, Seq)>,
    },
    /// One transaction; each account only if its watermark is its delta's base (SAFE-3, SAFE-6).
    Commit(Vec<AccountDelta>),
    /// The pass is over; `None`: the database did not answer, and nothing is known.
    End(Option<Applied>),
}

/// What a pass brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Applied {
    /// Entries folded and offered to the database.
    pub entries: usize,
    /// Accounts to apply again: there was something, or it could not be read, or another processor was
    /// faster.
    pub again: BTreeSet<AccountId>,
}
