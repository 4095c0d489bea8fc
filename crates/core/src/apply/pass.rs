//! One pass over a set of accounts.

use super::{ACCOUNTS_MAX, AccountDelta, Applied, Command, Committed, Event};
use crate::fold::{AccountState, Folded};
use leeward_model::{AccountId, Seq, StoredEntry};
use std::collections::{BTreeMap, VecDeque};

/// What the reading side of the pass waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Nothing,
    States(BTreeMap<AccountId, Seq>),
    Entries(BTreeMap<AccountId, (Seq, AccountState)>),
}

/// See the module's text.
#[derive(Debug, Clone)]
pub struct Apply {
    /// Accounts that no chunk has taken yet, with the newest sequence number that is known to exist;
    /// [`Seq::ZERO`]: unknown.
    waiting: VecDeque<(AccountId, Seq)>,
    reading: Reading,
    /// Folded, while another chunk is being committed.
    folded: Option<Vec<AccountDelta>>,
    /// The accounts of the transaction under way, in its order.
    committing: Option<Vec<AccountId>>,
    applied: Applied,
    failed: bool,
}

impl Apply {
    /// `accounts`: with the newest sequence number that is known to exist, [`Seq::ZERO`] if none is.
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

    /// Takes one event and returns what the shell must do next: up to two commands that may be carried out
    /// side by side.
    ///
    /// # Panics
    ///
    /// If an answer comes that nothing asked for.
    pub fn step(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Begin => {}
            Event::Loaded(states) => {
                let Reading::States(hints) = std::mem::replace(&mut self.reading, Reading::Nothing)
                else {
                    panic!("states were loaded that nothing asked for")
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
                    panic!("entries were read that nothing asked for")
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

    /// Commits what is folded and loads the next chunk, as far as both have room.
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
            assert!(commands.is_empty(), "nothing is under way");
            let applied = std::mem::take(&mut self.applied);
            commands.push(Command::End((!self.failed).then_some(applied)));
        }
        commands
    }

    /// Decides what to read: one entry where the hint says that there is one, else a page. `None`: the
    /// database has everything already.
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
                // SAFE-7: what could not be read is not known to be level.
                None => drop(self.applied.again.insert(account)),
                // SAFE-2: a ledger has no gap, so nothing after the watermark means that it is the head.
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
        // A hint that is reached is all that was asked for: a later entry has a hint of its own. A parked
        // account waits for a person.
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
