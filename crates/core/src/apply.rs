//! Books accounts: reads the entries after each account's watermark, folds them, and commits the result if the
//! watermark is still the same.
//!
//! [`Apply`] is one pass over a set of accounts. [`Batch`] books the accounts that the hints of one queue read name.
//! The sweeper uses [`Apply`] too, so there is only one implementation of booking (docs/spec/order-path.md), and the
//! simulator drives both.
//!
//! A pass works on chunks. While the deltas of one chunk are committed, the next chunk is loaded and read; at most one
//! folded chunk waits. Therefore [`Apply::step`] may return two commands together, and their results may arrive in
//! either order.
//!
//! Rejected: one transaction for each account, because a commit costs a round trip and a sync. Also rejected: an
//! unbounded number of chunks in flight, because it costs memory, and a slow account does not delay other accounts
//! anyway.

use crate::fold::{AccountState, Folded, OrderOutcome};
use leeward_model::{AccountId, Authority, Epoch, Region, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The maximum number of accounts in one transaction.
pub const ACCOUNTS_MAX: usize = 400;

/// The folded but uncommitted change of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDelta {
    /// The watermark that the fold started from.
    pub base: Seq,
    /// The state after the fold.
    pub state: AccountState,
    /// The outcomes of the orders that were folded.
    pub orders: Vec<OrderOutcome>,
    /// The reason why the account is parked after this change; `None` if it is not parked.
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
    /// The pass begins.
    Begin,
    /// One state for each account of the load, in any order; `None` if the database did not answer.
    Loaded(Option<Vec<AccountState>>),
    /// The entries found for each requested account, in order of their sequence numbers. An
    /// account that is missing could not be read.
    Entries(BTreeMap<AccountId, Vec<StoredEntry>>),
    /// One outcome for each delta, in the order of the deltas; `None` if the database did not accept the transaction.
    Committed(Option<Vec<Committed>>),
}

/// An output of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Load the states of these accounts from the database.
    Load(Vec<AccountId>),
    /// Read entries strongly.
    ReadEntries {
        /// The accounts of which to read the one entry at this sequence number.
        at: Vec<(AccountId, Seq)>,
        /// The accounts of which to read a page of entries after this sequence number.
        after: Vec<(AccountId, Seq)>,
    },
    /// Commit the deltas in one transaction, each only if the account's watermark is its base (SAFE-3, SAFE-6).
    Commit(Vec<AccountDelta>),
    /// End the pass. `None`: the database did not answer, and the result is unknown.
    End(Option<Applied>),
}

/// The result of a pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Applied {
    /// The number of entries that were folded and offered to the database.
    pub entries: usize,
    /// Accounts to apply again, because there may be more entries, a read failed, or another processor was faster.
    pub again: BTreeSet<AccountId>,
}

/// The reply that the reading side of the pass waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Nothing,
    States(BTreeMap<AccountId, Seq>),
    Entries(BTreeMap<AccountId, (Seq, AccountState)>),
}

/// The machine of one pass; see the documentation of [`crate::apply`].
#[derive(Debug, Clone)]
pub struct Apply {
    /// Accounts that no chunk has taken yet, each with the newest sequence number that is known to exist, or
    /// [`Seq::ZERO`] if none is known.
    waiting: VecDeque<(AccountId, Seq)>,
    reading: Reading,
    /// The folded chunk that waits while another chunk is committed.
    folded: Option<Vec<AccountDelta>>,
    /// The accounts of the transaction under way, in the order of its deltas.
    committing: Option<Vec<AccountId>>,
    applied: Applied,
    failed: bool,
}

impl Apply {
    /// Creates a pass over `accounts`, each with the newest sequence number that is known to exist, or [`Seq::ZERO`].
    pub fn new(accounts: BTreeMap<AccountId, Seq>) -> Apply {
        Apply {
            waiting: accounts.into_iter().collect(),
            reading: Reading::Nothing,
            folded: None,
            committing: None,
            applied: Applied::default(),
            failed: false,
        }
    }

    /// Takes one event and returns the next commands. If there are two, the caller may carry them out in parallel.
    ///
    /// # Panics
    ///
    /// Panics if a reply arrives that was not requested.
    pub fn step(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Begin => {}
            Event::Loaded(states) => {
                let Reading::States(hints) = std::mem::replace(&mut self.reading, Reading::Nothing)
                else {
                    panic!("states were loaded that were not requested")
                };
                match states {
                    Some(states) => {
                        if let Some(read) = self.on_loaded(&hints, states) {
                            return vec![read];
                        }
                    }
                    None => self.failed = true,
                }
            }
            Event::Entries(found) => {
                let Reading::Entries(asked) =
                    std::mem::replace(&mut self.reading, Reading::Nothing)
                else {
                    panic!("entries were read that were not requested")
                };
                self.on_entries(asked, found);
            }
            Event::Committed(outcomes) => {
                let accounts = self.committing.take().expect("a transaction is under way");
                match outcomes {
                    Some(outcomes) => self.on_committed(accounts, &outcomes),
                    None => self.failed = true,
                }
            }
        }
        self.go_on()
    }

    /// Commits the folded chunk and loads the next one, if the pass has room for it.
    fn go_on(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        if !self.failed {
            if self.committing.is_none()
                && let Some(deltas) = self.folded.take()
            {
                self.committing = Some(deltas.iter().map(|d| d.state.account.clone()).collect());
                commands.push(Command::Commit(deltas));
            }
            if self.reading == Reading::Nothing && self.folded.is_none() && !self.waiting.is_empty()
            {
                let size = self.waiting.len().min(ACCOUNTS_MAX);
                let chunk: BTreeMap<AccountId, Seq> = self.waiting.drain(..size).collect();
                commands.push(Command::Load(chunk.keys().cloned().collect()));
                self.reading = Reading::States(chunk);
            }
        }
        if self.reading == Reading::Nothing && self.committing.is_none() {
            assert!(commands.is_empty(), "no command is in flight");
            let applied = std::mem::take(&mut self.applied);
            commands.push(Command::End((!self.failed).then_some(applied)));
        }
        commands
    }

    /// Returns the reads that the states need. For an account whose hint is more than one entry ahead, that is a page,
    /// and otherwise the next entry. Returns `None` if the database already has every hinted entry.
    fn on_loaded(
        &mut self,
        hints: &BTreeMap<AccountId, Seq>,
        states: Vec<AccountState>,
    ) -> Option<Command> {
        let (mut at, mut after, mut asked) = (Vec::new(), Vec::new(), BTreeMap::new());
        for state in states {
            let hint = hints.get(&state.account).copied().unwrap_or_default();
            if hint != Seq::ZERO && hint <= state.seq {
                continue;
            }
            let account = state.account.clone();
            if hint == Seq::ZERO || hint == state.seq.next() {
                at.push((account.clone(), state.seq.next()));
            } else {
                after.push((account.clone(), state.seq));
            }
            asked.insert(account, (hint, state));
        }
        if asked.is_empty() {
            return None;
        }
        self.reading = Reading::Entries(asked);
        Some(Command::ReadEntries { at, after })
    }

    fn on_entries(
        &mut self,
        asked: BTreeMap<AccountId, (Seq, AccountState)>,
        mut found: BTreeMap<AccountId, Vec<StoredEntry>>,
    ) {
        let mut deltas = Vec::new();
        for (account, (hint, state)) in asked {
            match found.remove(&account) {
                // SAFE-7: an account that could not be read does not count as caught up.
                None => drop(self.applied.again.insert(account)),
                // SAFE-2: a ledger has no gap, so a watermark with nothing after it is the head.
                Some(entries) if entries.is_empty() => {}
                Some(entries) => deltas.extend(self.fold(hint, state, &entries)),
            }
        }
        if !deltas.is_empty() {
            self.folded = Some(deltas);
        }
    }

    fn fold(
        &mut self,
        hint: Seq,
        state: AccountState,
        entries: &[StoredEntry],
    ) -> Option<AccountDelta> {
        let base = state.seq;
        let mut next = state;
        let (mut orders, mut parked, mut folded) = (Vec::new(), None, 0);
        for entry in entries {
            match next.fold(entry) {
                Folded::Applied(outcomes) => {
                    orders.extend(outcomes);
                    folded += 1;
                }
                Folded::Skipped => {}
                // SAFE-3, S10: the entries after the gap are read again.
                Folded::Gap { .. } => break,
                Folded::Parked(why) => {
                    parked = Some(why);
                    break;
                }
            }
        }
        // An account that has reached its hint is done, because a later entry has its own hint. A parked account waits
        // for an operator.
        let reached = hint != Seq::ZERO && next.seq >= hint;
        if parked.is_none() && !reached {
            self.applied.again.insert(next.account.clone());
        }
        if folded == 0 && parked.is_none() {
            return None;
        }
        self.applied.entries += folded;
        Some(AccountDelta { base, state: next, orders, parked })
    }

    fn on_committed(&mut self, accounts: Vec<AccountId>, outcomes: &[Committed]) {
        assert_eq!(accounts.len(), outcomes.len(), "a transaction answers for each of its deltas");
        for (account, outcome) in accounts.into_iter().zip(outcomes) {
            // The watermark decides which commit counts (SAFE-6). Another processor's fold of the same entries is
            // equally good.
            if *outcome == Committed::Stale {
                self.applied.again.insert(account);
            }
        }
    }
}

/// The maximum number of passes over one batch of hints. The sweeper books the entries that remain after them.
const PASSES_MAX: u32 = 50;

/// An input of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchEvent {
    /// The batch begins.
    Begin,
    /// The authority from a strong read in this Region; `None` if it is unknown, `Some(None)` if there is none yet.
    Authority(Option<Option<Box<Authority>>>),
    /// The result of a pass; `None` if the database did not answer.
    Applied(Option<Applied>),
}

/// An output of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchCommand {
    /// Read the authority strongly in this Region.
    ReadAuthority,
    /// Run one pass of [`Apply`].
    Apply {
        /// The epoch in which to fold.
        epoch: Epoch,
        /// The accounts, each with the newest sequence number of its hints.
        accounts: BTreeMap<AccountId, Seq>,
    },
    /// End the batch.
    End(BatchEnd),
}

/// The treatment of the messages that carried the hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchEnd {
    /// Delete the messages, because the entries are booked or this Region is not active.
    Delete,
    /// Leave the messages in the queue, so that they return after their visibility timeout. The authority is unknown,
    /// or the database or the ledger did not answer.
    Keep,
}

/// The machine that books the accounts of a batch of hints. Hints may be lost, delayed, repeated and reordered.
#[derive(Debug, Clone)]
pub struct Batch {
    region: Region,
    accounts: BTreeMap<AccountId, Seq>,
    epoch: Epoch,
    passes: u32,
}

impl Batch {
    /// Creates the batch for these hints.
    pub fn new(region: Region, hints: impl IntoIterator<Item = (AccountId, Seq)>) -> Batch {
        let mut accounts: BTreeMap<AccountId, Seq> = BTreeMap::new();
        for (account, seq) in hints {
            let newest = accounts.entry(account).or_insert(seq);
            *newest = (*newest).max(seq);
        }
        Batch { region, accounts, epoch: Epoch::default(), passes: 0 }
    }

    /// Takes one event and returns the next command.
    pub fn step(&mut self, event: BatchEvent) -> BatchCommand {
        match event {
            BatchEvent::Begin => BatchCommand::ReadAuthority,
            // SAFE-6: a Region that cannot read the authority does not fold.
            BatchEvent::Authority(None) | BatchEvent::Applied(None) => {
                BatchCommand::End(BatchEnd::Keep)
            }
            BatchEvent::Authority(Some(read)) => match read {
                Some(authority) if authority.active == self.region => {
                    self.epoch = authority.epoch;
                    self.apply()
                }
                // A Region that is not active deletes hints, because the active Region's sweeper finds the entries
                // without them (R15).
                _ => BatchCommand::End(BatchEnd::Delete),
            },
            BatchEvent::Applied(Some(applied)) => {
                self.accounts.retain(|account, _| applied.again.contains(account));
                // SAFE-7: if a pass folded no entry and accounts are left, the ledger did not answer for them.
                if applied.entries == 0 && !self.accounts.is_empty() {
                    return BatchCommand::End(BatchEnd::Keep);
                }
                self.apply()
            }
        }
    }

    fn apply(&mut self) -> BatchCommand {
        if self.accounts.is_empty() || self.passes >= PASSES_MAX {
            return BatchCommand::End(BatchEnd::Delete);
        }
        self.passes += 1;
        BatchCommand::Apply { epoch: self.epoch, accounts: self.accounts.clone() }
    }
}
