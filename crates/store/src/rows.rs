//! The translation between deltas and the rows in the database, which every engine shares.

use crate::{AccountDelta, OutboxRow, StoreError, Stored};
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use serde::{Deserialize, Serialize};

/// Helpers for MySQL and PostgreSQL, which compare a whole batch of deltas with the stored watermarks at once. SQLite
/// does not use them, because it reads the watermark for each delta separately.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) use servers::{Steps, in_order, steps};

pub(crate) fn content(what: impl std::fmt::Display) -> StoreError {
    StoreError::Content(what.to_string())
}

pub(crate) fn account_id(text: &str) -> Stored<AccountId> {
    AccountId::new(text).map_err(content)
}

/// An account after a delta, with the orders of that delta.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccountRow {
    pub(crate) epoch: u64,
    pub(crate) at_ms: u64,
    pub(crate) account: String,
    pub(crate) seq: u64,
    pub(crate) state: String,
    pub(crate) hash: String,
    pub(crate) parked: Option<String>,
    pub(crate) orders: Vec<OrderLine>,
}

/// One order of a delta.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OrderLine {
    pub(crate) seq: u64,
    pub(crate) index: u32,
    pub(crate) client_id: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) body: String,
}

impl AccountRow {
    pub(crate) fn of(epoch: Epoch, at_ms: u64, delta: &AccountDelta) -> AccountRow {
        let state = &delta.state;
        let orders = delta.orders.iter().map(|o| OrderLine {
            seq: o.seq.0,
            index: o.index,
            client_id: o.client_id.to_string(),
            status: if o.rejected.is_some() { "rejected" } else { "booked" }.to_owned(),
            reason: o.rejected.map(|r| r.as_str().to_owned()),
            body: serde_json::to_string(&o.order).expect("an order always serializes"),
        });
        AccountRow {
            epoch: epoch.0,
            at_ms,
            account: state.account.to_string(),
            seq: state.seq.0,
            state: serde_json::to_string(state).expect("a state always serializes"),
            hash: state.hash(),
            parked: delta.parked.clone(),
            orders: orders.collect(),
        }
    }

    /// Returns whether the account's orders are canaries, which are not published.
    pub(crate) fn is_canary(&self) -> bool {
        self.account.starts_with("canary:")
    }
}

/// The columns of an outbox row: number, account, seq, index, client id, status, epoch.
pub(crate) type OutboxColumns = (i64, String, i64, u32, String, String, i64);

pub(crate) fn outbox_row(columns: OutboxColumns) -> Stored<OutboxRow> {
    let (number, account, seq, index, id, status, epoch) = columns;
    Ok(OutboxRow {
        number,
        account: account_id(&account)?,
        seq: Seq(seq as u64),
        index,
        client_id: ClientId::new(&id).map_err(content)?,
        status,
        epoch: Epoch(epoch as u64),
    })
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod servers {
    use super::{AccountRow, OrderLine};
    use crate::{AccountDelta, Committed};
    use leeward_core::fold::AccountState;
    use leeward_model::{AccountId, Epoch};
    use std::collections::BTreeMap;

    /// The comparison of a batch with the locked watermarks: the result for each delta, and the rows to write.
    pub(crate) struct Steps {
        pub(crate) answers: Vec<Committed>,
        pub(crate) rows: Vec<AccountRow>,
    }

    pub(crate) fn steps(
        epoch: Epoch,
        at_ms: u64,
        deltas: &[AccountDelta],
        mut there: BTreeMap<String, i64>,
    ) -> Steps {
        let mut steps = Steps { answers: Vec::with_capacity(deltas.len()), rows: Vec::new() };
        for delta in deltas {
            // SAFE-3, SAFE-6: a delta is applied under the row's lock, and only if the watermark is the one from which
            // the delta was folded.
            let answer = match there.get_mut(delta.state.account.as_str()) {
                Some(seq) if *seq == delta.base.0 as i64 => {
                    *seq = delta.state.seq.0 as i64;
                    steps.rows.push(AccountRow::of(epoch, at_ms, delta));
                    Committed::Applied
                }
                _ => Committed::Stale,
            };
            steps.answers.push(answer);
        }
        steps
    }

    impl Steps {
        /// Returns one row for each account, as the account's last applied delta in the batch leaves it.
        pub(crate) fn accounts(&self) -> Vec<&AccountRow> {
            let last: BTreeMap<&str, &AccountRow> =
                self.rows.iter().map(|row| (row.account.as_str(), row)).collect();
            last.into_values().collect()
        }

        pub(crate) fn orders(&self) -> impl Iterator<Item = (&AccountRow, &OrderLine)> {
            self.rows.iter().flat_map(|row| row.orders.iter().map(move |order| (row, order)))
        }

        /// Returns the orders that go into the outbox, which are all orders except canaries.
        pub(crate) fn published_orders(&self) -> impl Iterator<Item = (&AccountRow, &OrderLine)> {
            self.orders().filter(|(row, _)| !row.is_canary())
        }
    }

    /// Returns one state for each account, in the order of `accounts`. An account that was not found gets an empty
    /// state.
    pub(crate) fn in_order(
        accounts: &[AccountId],
        mut found: BTreeMap<String, AccountState>,
    ) -> Vec<AccountState> {
        let take = |account: &AccountId| {
            let there = found.remove(account.as_str());
            there.unwrap_or_else(|| AccountState::empty(account.clone()))
        };
        accounts.iter().map(take).collect()
    }
}
