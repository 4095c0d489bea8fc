//! The response of `GET /v1/accounts/{account}`.

#[cfg(test)]
use crate::schema;
use leeward_model::{AccountId, Decimal, Epoch, Limits, Region, Seq, Symbol};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The book of an account, as of a position in the account's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AccountView {
    /// The requested account.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub account: AccountId,
    /// The position in each symbol that the account has ever traded. A short position is negative.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, schema::SignedAmount>"))]
    pub positions: BTreeMap<Symbol, Decimal>,
    /// The limits in force. An absent limit does not apply.
    #[cfg_attr(test, schemars(with = "schema::LimitsView"))]
    pub limits: Limits,
    /// The number of orders booked so far.
    pub booked: u64,
    /// The number of orders rejected so far.
    pub rejected: u64,
    /// The highest sequence number that this view includes.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub watermark: Seq,
    /// The canonical hash of the state, in hexadecimal. At the same watermark it is the same in every Region and
    /// database engine.
    pub state_hash: String,
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The epoch that this Region last read, or 0 if it could not read one.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
}
