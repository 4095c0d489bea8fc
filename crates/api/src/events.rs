//! What is published to the event bus.

use crate::{Open, OrderStatus};
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use serde::{Deserialize, Serialize};

/// One order's outcome. Delivery is at least once: consumers deduplicate by
/// `(account, seq, index)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// The account that traded.
    pub account: AccountId,
    /// The entry's position in the account's ledger, from 1.
    pub seq: Seq,
    /// The order's index in that entry, from 0.
    pub index: u32,
    /// The client's own name for the order, or for its batch.
    pub client_order_id: ClientId,
    /// `booked` or `rejected`.
    pub status: Open<OrderStatus>,
    /// The epoch under which it was booked.
    pub epoch: Epoch,
}

/// The detail of an EventBridge event with source `leeward.orders` and detail type `OrdersBooked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersBooked {
    /// 1 to 50 orders.
    pub orders: Vec<OrderEvent>,
}
