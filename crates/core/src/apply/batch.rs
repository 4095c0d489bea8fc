//! What a processor does with the hints of one receive.

use super::Applied;
use leeward_model::{AccountId, Authority, Epoch, Region, Seq};
use std::collections::BTreeMap;

/// Passes over one batch of hints. What is still behind then is left to the sweeper.
const PASSES_MAX: u32 = 50;

#[derive(Debug, Clone, PartialEq)]
pub enum BatchEvent {
    Begin,
    /// Strong read in this Region; `None`: unknown, `Some(None)`: there is no authority yet.
    Authority(Option<Option<Box<Authority>>>),
    /// `None`: the database did not answer.
    Applied(Option<Applied>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchCommand {
    ReadAuthority,
    /// One pass of [`super::Apply`].
    Apply {
        epoch: Epoch,
        accounts: BTreeMap<AccountId, Seq>,
    },
    End(BatchEnd),
}

/// What becomes of the messages that the hints came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchEnd {
    /// They are deleted: booked, or no business of this Region.
    Delete,
    /// They are left, and come again after their visibility timeout: nothing is known, or the database
    /// took nothing.
    Keep,
}

/// Books the accounts that a batch of hints names. Hints may be lost, late, repeated and in any order.
#[derive(Debug, Clone)]
pub struct Batch {
    region: Region,
    accounts: BTreeMap<AccountId, Seq>,
    epoch: Epoch,
    passes: u32,
}

impl Batch {
    pub fn new(region: Region, hints: impl IntoIterator<Item = (AccountId, Seq)>) -> Batch {
        let mut accounts: BTreeMap<AccountId, Seq> = BTreeMap::new();
        for (account, seq) in hints {
            let newest = accounts.entry(account).or_insert(seq);
            *newest = (*newest).max(seq);
        }
        Batch { region, accounts, epoch: Epoch::default(), passes: 0 }
    }

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
                // A processor without authority deletes hints: the active Region sweeps (R15).
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
