//! The events that are published to the event bus.

use crate::{Open, OrderStatus};
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use serde::{Deserialize, Serialize};

/// The outcome of one order. Delivery is at least once, so consumers must deduplicate by `(account, seq, index)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// The account that traded.
    pub account: AccountId,
    /// The sequence number of the entry in the account's ledger, from 1.
    pub seq: Seq,
    /// The index of the order in that entry, from 0.
    pub index: u32,
    /// The client's id of the order, or of the batch that contains it.
    pub client_order_id: ClientId,
    /// The status, `booked` or `rejected`.
    pub status: Open<OrderStatus>,
    /// The epoch in which the order was booked.
    pub epoch: Epoch,
}

/// The detail of an EventBridge event with source `leeward.orders` and detail type `OrdersBooked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersBooked {
    /// The outcomes of 1 to 50 orders.
    pub orders: Vec<OrderEvent>,
}
