//! The machine by which a processor books the hints of one receive.

use super::Applied;
use leeward_model::{AccountId, Authority, Epoch, Region, Seq};
use std::collections::BTreeMap;

/// The most passes over one batch of hints. The sweeper books what is still behind after them.
const PASSES_MAX: u32 = 50;

/// An input of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchEvent {
    /// Start.
    Begin,
    /// The authority by a strong read in this Region; `None`: unknown, `Some(None)`: there is none yet.
    Authority(Option<Option<Box<Authority>>>),
    /// The result of a pass; `None`: the database did not answer.
    Applied(Option<Applied>),
}

/// An output of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchCommand {
    /// Read the authority strongly in this Region.
    ReadAuthority,
    /// Run one pass of [`super::Apply`].
    Apply {
        /// The epoch to fold in.
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
    /// Delete them: they are booked, or this Region is not active.
    Delete,
    /// Leave them, so that they return after their visibility timeout: the authority is unknown, or the database did
    /// not answer.
    Keep,
}

/// The machine that books the accounts of a batch of hints. Hints may be lost, late, repeated and in any order.
#[derive(Debug, Clone)]
pub struct Batch {
    region: Region,
    accounts: BTreeMap<AccountId, Seq>,
    epoch: Epoch,
    passes: u32,
}

impl Batch {
    /// Makes the batch of these hints.
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
                // A Region that is not active deletes hints, because the active Region sweeps (R15).
                _ => BatchCommand::End(BatchEnd::Delete),
            },
            BatchEvent::Applied(Some(applied)) => {
                self.accounts.retain(|account, _| applied.again.contains(account));
                if applied.entries == 0 {
                    return BatchCommand::End(BatchEnd::Delete);
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
