//! Orders, and the limits that booking checks them against.

use crate::{Decimal, Symbol};
use serde::{Deserialize, Serialize};

/// The side of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Booking adds the quantity to the position.
    Buy,
    /// Booking subtracts the quantity from the position.
    Sell,
}

/// The price condition of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderType {
    /// The order has a limit price.
    Limit,
    /// The order has no price.
    Market,
}

/// The time for which an order is valid. Leeward records this time and does not act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeInForce {
    /// Valid for the trading day.
    #[default]
    Day,
    /// Good till cancelled.
    Gtc,
    /// Immediate or cancel.
    Ioc,
    /// Fill or kill.
    Fok,
}

/// One validated order, as the ledger holds it. The client's id is in the [`Group`](crate::Group) that carries the
/// order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The instrument.
    pub symbol: Symbol,
    /// Whether the order buys or sells.
    pub side: Side,
    /// The price condition, `type` in JSON.
    #[serde(rename = "type")]
    pub order_type: OrderType,
    /// The quantity, always positive.
    pub quantity: Decimal,
    /// The price of a limit order; absent for a market order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Decimal>,
    /// The time for which the order is valid.
    #[serde(default)]
    pub time_in_force: TimeInForce,
}

impl Order {
    /// Returns the change that booking makes to the position: positive for a purchase, negative for a sale.
    pub fn signed_quantity(&self) -> Decimal {
        match self.side {
            Side::Buy => self.quantity,
            Side::Sell => self.quantity.negated(),
        }
    }
}

/// The limits of one account; an absent limit restricts nothing. Limits are entries of the account's own ledger and
/// never settings of a process. With different settings, two Regions could fold one ledger to two results (SAFE-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The largest quantity of one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_order_quantity: Option<Decimal>,
    /// The largest product of price and quantity of one limit order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_order_notional: Option<Decimal>,
    /// The largest absolute position in one symbol after booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_position: Option<Decimal>,
}
