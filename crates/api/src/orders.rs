//! Orders: the requests of clients, and the responses to them.

#[cfg(test)]
use crate::schema;
use crate::{Open, OrderStatus};
use leeward_model::{
    AccountId, ClientId, Decimal, Epoch, Limits, Order, OrderType, Region, Seq, Side, Symbol,
    TimeInForce,
};
use serde::{Deserialize, Serialize};

/// One order of a batch. It has no ids of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct BatchOrder {
    /// The symbol that is traded.
    #[cfg_attr(test, schemars(with = "schema::SymbolName"))]
    pub symbol: Symbol,
    /// The side, `buy` or `sell`.
    #[cfg_attr(test, schemars(with = "schema::Side"))]
    pub side: Side,
    /// The order type, `limit` or `market`.
    #[serde(rename = "type")]
    #[cfg_attr(test, schemars(with = "schema::OrderType"))]
    pub order_type: OrderType,
    /// The quantity, a decimal above zero, as a string.
    #[cfg_attr(test, schemars(with = "schema::Amount"))]
    pub quantity: Decimal,
    /// The price of a limit order, as a string. Absent for a market order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "schema::Amount"))]
    pub limit_price: Option<Decimal>,
    /// The time in force. `day` if absent.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "schema::TimeInForce"))]
    pub time_in_force: TimeInForce,
}

impl From<Order> for BatchOrder {
    fn from(order: Order) -> BatchOrder {
        let Order { symbol, side, order_type, quantity, limit_price, time_in_force } = order;
        BatchOrder { symbol, side, order_type, quantity, limit_price, time_in_force }
    }
}

impl From<BatchOrder> for Order {
    fn from(order: BatchOrder) -> Order {
        let BatchOrder { symbol, side, order_type, quantity, limit_price, time_in_force } = order;
        Order { symbol, side, order_type, quantity, limit_price, time_in_force }
    }
}

/// The body of `POST /v1/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct OrderRequest {
    /// The client's id of the order. A request with the same id is the same order.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub client_order_id: ClientId,
    /// The account that trades.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub account: AccountId,
    /// The order.
    #[serde(flatten)]
    pub order: BatchOrder,
}

/// The body of `POST /v1/orders:batch`. It has 1 to 500 orders of one account, which are accepted together or not at
/// all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct BatchRequest {
    /// The client's id of the batch, in the same namespace as order ids.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub client_batch_id: ClientId,
    /// The account that trades.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub account: AccountId,
    /// The orders, in the order in which they are booked.
    #[cfg_attr(test, schemars(length(min = 1, max = 500)))]
    pub orders: Vec<BatchOrder>,
}

/// The body of `PUT /v1/accounts/{account}/limits`. A limit that is absent from the body is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct LimitsRequest {
    /// The operator's id of the change, in the same namespace as order ids.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub client_change_id: ClientId,
    /// The new limits.
    #[serde(flatten)]
    #[cfg_attr(test, schemars(with = "schema::LimitsView"))]
    pub limits: Limits,
}

/// The id under which a request was accepted. It is in the same field as in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum RequestId {
    /// The id of a single order.
    #[serde(rename = "client_order_id")]
    Order(#[cfg_attr(test, schemars(with = "schema::Id"))] ClientId),
    /// The id of a batch.
    #[serde(rename = "client_batch_id")]
    Batch(#[cfg_attr(test, schemars(with = "schema::Id"))] ClientId),
    /// The id of a change of limits.
    #[serde(rename = "client_change_id")]
    Change(#[cfg_attr(test, schemars(with = "schema::Id"))] ClientId),
}

impl RequestId {
    /// Returns the id itself.
    pub fn id(&self) -> &ClientId {
        match self {
            RequestId::Order(id) | RequestId::Batch(id) | RequestId::Change(id) => id,
        }
    }
}

/// The response to an order, a batch or a change of limits that the ledger holds in two Regions. The status is 202 the
/// first time and 200 when the request is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Accepted {
    /// The account of the request.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub account: AccountId,
    /// The sequence number of the entry in the account's ledger, from 1.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub seq: Seq,
    /// The index of the request's first order in that entry, from 0.
    pub index: u32,
    /// The id of the request.
    #[serde(flatten)]
    pub id: RequestId,
    /// The status, always `accepted`.
    pub status: Open<OrderStatus>,
    /// The Region that accepted the request.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The epoch that this Region last read, or 0 if it could not read one.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
}

/// One order of a request, with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderPart {
    /// The sequence number of the entry in the account's ledger, from 1.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub seq: Seq,
    /// The order's index in that entry, from 0.
    pub index: u32,
    /// The status of the order, as far as it is known.
    pub status: Open<OrderStatus>,
    /// The reason why the order was rejected, such as `position_limit`. Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The response of `GET /v1/accounts/{account}/orders/{id}`, which has the outcome of an order or a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderView {
    /// The requested account.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub account: AccountId,
    /// The requested id, which is the id of an order, a batch or a change.
    #[cfg_attr(test, schemars(with = "schema::Id"))]
    pub client_order_id: ClientId,
    /// The order, or the first order of a batch.
    #[serde(flatten)]
    pub first: OrderPart,
    /// All orders of a batch with more than one order. Absent otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderPart>,
    /// The sequence number up to which this response is current.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub as_of_seq: Seq,
    /// The Region that sent this response.
    #[cfg_attr(test, schemars(with = "String"))]
    pub region: Region,
    /// The epoch that this Region last read, or 0 if it could not read one.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
}
