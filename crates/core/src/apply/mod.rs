//! Books accounts: reads the entries after each account's watermark, folds them, and commits against that watermark.
//!
//! [`Apply`] is one pass over a set of accounts. [`Batch`] books the hints of one receive of a processor. The sweeper
//! uses [`Apply`] too, so that there is one implementation of booking (docs/spec/order-path.md), and the simulator
//! drives
//! both.
//!
//! A pass works on chunks. While the deltas of one chunk are committed, the next chunk is loaded and read; at most one
//! folded chunk waits. Therefore [`Apply::step`] may return two commands at once, and their answers may come in either
//! order.
//!
//! Rejected: one transaction for each account, because a commit costs a round trip and a sync; and an unbounded number
//! of chunks in flight, because it costs memory and a slow account delays no other one anyway.

mod batch;
mod pass;

pub use batch::{Batch, BatchCommand, BatchEnd, BatchEvent};
pub use pass::Apply;

use crate::fold::{AccountState, OrderOutcome};
use leeward_model::{AccountId, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// The most accounts in one transaction.
pub const ACCOUNTS_MAX: usize = 400;

/// The folded and not yet committed change of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDelta {
    /// The watermark that the fold started from.
    pub base: Seq,
    /// The state after the fold.
    pub state: AccountState,
    /// The outcomes of the orders that were folded.
    pub orders: Vec<OrderOutcome>,
    /// The reason for which the account is parked after this change, if it is.
    pub parked: Option<String>,
}

/// The outcome of one delta of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// The delta is committed.
    Applied,
    /// Another processor advanced the account first, so the watermark is not the base of the delta.
    Stale,
}

/// An input of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Start.
    Begin,
    /// One state for each account of the load, in any order; `None`: the database did not answer.
    Loaded(Option<Vec<AccountState>>),
    /// The entries found for each requested account, in order of their sequence numbers. An
    /// account that is missing could not be read.
    Entries(BTreeMap<AccountId, Vec<StoredEntry>>),
    /// One outcome for each delta, in their order; `None`: the database did not take the transaction.
    Committed(Option<Vec<Committed>>),
}

/// An output of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Load the states of these accounts from the database.
    Load(Vec<AccountId>),
    /// Read entries strongly.
    ReadEntries {
        /// Read the one entry at this sequence number.
        at: Vec<(AccountId, Seq)>,
        /// Read a page after this sequence number.
        after: Vec<(AccountId, Seq)>,
    },
    /// Commit the deltas in one transaction, each only if the account's watermark is its base (SAFE-3, SAFE-6).
    Commit(Vec<AccountDelta>),
    /// End the pass; `None`: the database did not answer, and the result is unknown.
    End(Option<Applied>),
}

/// The result of a pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Applied {
    /// Entries folded and offered to the database.
    pub entries: usize,
    /// Accounts to apply again, because there may be more entries, a read failed, or another processor was
    /// faster.
    pub again: BTreeSet<AccountId>,
}
