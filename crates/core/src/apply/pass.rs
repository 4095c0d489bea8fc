//! One pass over a set of accounts.

use super::{ACCOUNTS_MAX, AccountDelta, Applied, Command, Committed, Event};
use crate::fold::{AccountState, Folded};
use leeward_model::{AccountId, Seq, StoredEntry};
use std::collections::{BTreeMap, VecDeque};

/// The answer that the reading side of the pass waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Nothing,
    States(BTreeMap<AccountId, Seq>),
    Entries(BTreeMap<AccountId, (Seq, AccountState)>),
}

/// The machine of one pass; see the documentation of [`crate::apply`].
#[derive(Debug, Clone)]
pub struct Apply {
    /// Accounts that no chunk has taken yet, with the newest sequence number that is known to exist;
    /// [`Seq::ZERO`]: unknown.
    waiting: VecDeque<(AccountId, Seq)>,
    reading: Reading,
    /// The folded chunk that waits while another chunk is committed.
    folded: Option<Vec<AccountDelta>>,
    /// The accounts of the transaction under way, in its order.
    committing: Option<Vec<AccountId>>,
    applied: Applied,
    failed: bool,
}

impl Apply {
    /// Makes a pass over `accounts`, each with the newest sequence number that is known to exist, or [`Seq::ZERO`].
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

    /// Takes one event and returns the next commands. Up to two of them may be carried out
    /// side by side.
    ///
    /// # Panics
    ///
    /// If an answer comes that was not requested.
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

    /// Commits the folded chunk and loads the next one, if the pass has room for them.
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

    /// Returns the read that the states need: a page if the hint is more than one entry ahead, else the next entry.
    /// `None`: the database has everything already.
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
                // SAFE-3, S10: read again.
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
            // The watermark decides (SAFE-6): another processor's fold of the same entries is as good.
            if *outcome == Committed::Stale {
                self.applied.again.insert(account);
            }
        }
    }
}
