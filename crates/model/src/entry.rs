//! The records of the ledger: entries, and the claims that make client ids unique.

use crate::{AccountId, ClientId, Limits, Order, Seq};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// The maximum number of orders that one entry holds, including orders of several requests that share the entry.
pub const MAX_ENTRY_ORDERS: usize = 500;

/// The first 128 bits of SHA-256 over an account's canonical payload, in hex. It distinguishes a repeated request from
/// different content under the same id. A collision can only affect the client that produced it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentHash(Arc<str>);

impl ContentHash {
    /// Hashes a payload of an account. The canonical text is the account, a line feed and the payload's JSON, with the
    /// fields in the order of the structs and canonical decimals.
    pub fn of(account: &AccountId, payload: &Payload) -> ContentHash {
        let mut text = Vec::with_capacity(256);
        text.extend_from_slice(account.as_str().as_bytes());
        text.push(b'\n');
        serde_json::to_writer(&mut text, payload).expect("a payload always serializes");
        ContentHash(hex::encode(&Sha256::digest(text)[..16]).into())
    }

    /// Wraps a hash that was stored as text, without checking the text.
    pub fn from_text(text: &str) -> ContentHash {
        ContentHash(text.into())
    }

    /// Returns the hash in hex.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ContentHash {
    fn from(text: &str) -> Self {
        ContentHash::from_text(text)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize(deserializer)
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The content of one claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// One order.
    Order(Order),
    /// Orders that the client sent together under one id.
    Batch(Vec<Order>),
    /// Replaces the limits of the account.
    Limits(Limits),
    /// Switches the account to another version of the booking rules.
    Rules(u32),
}

impl Payload {
    /// Returns the orders of the payload; a change of limits or rules has none.
    pub fn orders(&self) -> &[Order] {
        match self {
            Payload::Order(order) => std::slice::from_ref(order),
            Payload::Batch(orders) => orders,
            Payload::Limits(_) | Payload::Rules(_) => &[],
        }
    }
}

/// The part of an entry that belongs to one claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    /// The client's id.
    pub id: ClientId,
    /// The hash of the payload.
    pub hash: ContentHash,
    /// The content.
    pub payload: Payload,
}

/// The body of `(account, seq)`. The index of an order counts through all groups, in the order of the groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The groups; there is at least one.
    pub groups: Vec<Group>,
}

impl Entry {
    /// The format that this binary writes. An entry in any other format parks the account (SAFE-3).
    pub const FORMAT: u16 = 1;

    /// Returns the number of orders in all groups.
    pub fn order_count(&self) -> usize {
        self.groups.iter().map(|g| g.payload.orders().len()).sum()
    }

    /// Returns the index of the first order of the group that carries `id` with `hash`, if there is one.
    pub fn index_of(&self, id: &ClientId, hash: &ContentHash) -> Option<u32> {
        let mut index = 0u32;
        for group in &self.groups {
            if group.id == *id && group.hash == *hash {
                return Some(index);
            }
            index += group.payload.orders().len() as u32;
        }
        None
    }

    /// Returns the stored form, which is compact JSON.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("an entry always serializes")
    }
}

/// An entry as read from the ledger. Its format may be unknown to this binary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StoredEntry {
    /// The account whose ledger holds the entry.
    pub account: AccountId,
    /// The position in the account's ledger.
    pub seq: Seq,
    /// The format of the body; see [`Entry::FORMAT`].
    pub format: u16,
    /// The body as stored; see [`Entry::encode`].
    pub body: Arc<str>,
}

impl StoredEntry {
    /// Decodes the body. Returns `None` if this binary does not know the format or cannot read the body.
    pub fn decode(&self) -> Option<Entry> {
        if self.format != Entry::FORMAT {
            return None;
        }
        serde_json::from_str(&self.body).ok()
    }
}

/// The value of the ledger's item `(account, client id)`, written before the entry and never changed (SAFE-1, S5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The hash of the content that the id stands for.
    pub hash: ContentHash,
    /// The confirmed head at the time of the claim. If there is an entry with this id, it is after this head.
    pub from: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decimal, OrderType, Side, Symbol, TimeInForce};

    fn order(quantity: &str) -> Order {
        Order {
            symbol: Symbol::new("ACME").expect("valid"),
            side: Side::Buy,
            order_type: OrderType::Market,
            quantity: Decimal::parse(quantity).expect("valid"),
            limit_price: None,
            time_in_force: TimeInForce::Day,
        }
    }

    #[test]
    fn equal_content_has_equal_hashes_and_different_content_does_not() {
        let account = AccountId::new("a").expect("valid");
        let hash = |q: &str| ContentHash::of(&account, &Payload::Order(order(q)));
        assert_eq!(hash("1.50"), hash("1.5"));
        assert_ne!(hash("1.5"), hash("1.6"));
        assert_ne!(
            ContentHash::of(&account, &Payload::Batch(vec![order("1")])),
            ContentHash::of(&account, &Payload::Order(order("1"))),
            "an order and a batch of that one order are different content (S2)"
        );
    }

    #[test]
    fn an_order_index_counts_through_all_groups() {
        let account = AccountId::new("a").expect("valid");
        let group = |id: &str, n: usize| {
            let payload = Payload::Batch(vec![order("1"); n]);
            let hash = ContentHash::of(&account, &payload);
            Group { id: ClientId::new(id).expect("valid"), hash, payload }
        };
        let entry = Entry { groups: vec![group("x", 3), group("y", 2)] };
        let y = &entry.groups[1];
        assert_eq!(entry.index_of(&y.id, &y.hash), Some(3));
        assert_eq!(entry.index_of(&y.id, &ContentHash::from_text("other")), None);
    }
}
