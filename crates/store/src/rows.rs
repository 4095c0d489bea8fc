//! What a delta becomes in any engine: rows of text and numbers.

use crate::AccountDelta;
use leeward_model::Epoch;
use serde::{Deserialize, Serialize};

/// An account after a step, with what the step brought.
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

    /// Accounts whose orders are probes: nobody is told of them.
    pub(crate) fn is_canary(&self) -> bool {
        self.account.starts_with("canary:")
    }
}
