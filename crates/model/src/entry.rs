//! What the ledger holds: entries, and the claims that make client ids unique.

use crate::{AccountId, ClientId, Limits, Order, Seq};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// Orders in one entry, coalesced ones included.
pub const MAX_ENTRY_ORDERS: usize = 500;

/// First 128 bits of SHA-256 over an account's canonical payload, in hex. It tells "the same again"
/// from "other content under the same id"; a client can only collide with itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentHash(Arc<str>);

impl ContentHash {
    /// The canonical text is the payload's JSON with sorted struct fields and canonical decimals.
    pub fn of(account: &AccountId, payload: &Payload) -> ContentHash {
        let mut text = Vec::with_capacity(256);
        text.extend_from_slice(account.as_str().as_bytes());
        text.push(b'\n');
        serde_json::to_writer(&mut text, payload).expect("a payload always serializes");
        ContentHash(hex::encode(&Sha256::digest(text)[..16]).into())
    }

    pub fn from_text(text: &str) -> ContentHash {
        ContentHash(text.into())
    }

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

/// What one claim stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    Order(Order),
    Batch(Vec<Order>),
    Limits(Limits),
    /// Switches the account to another version of the booking rules.
    Rules(u32),
}

impl Payload {
    pub fn orders(&self) -> &[Order] {
        match self {
            Payload::Order(order) => std::slice::from_ref(order),
            Payload::Batch(orders) => orders,
            Payload::Limits(_) | Payload::Rules(_) => &[],
        }
    }
}

/// One claim's share of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    pub id: ClientId,
    pub hash: ContentHash,
    pub payload: Payload,
}

/// The body of `(account, seq)`. Order indexes count through the groups in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    pub groups: Vec<Group>,
}

impl Entry {
    /// The format that this binary writes; the fold parks an account at any other (SAFE-3).
    pub const FORMAT: u16 = 1;

    pub fn order_count(&self) -> usize {
        self.groups.iter().map(|g| g.payload.orders().len()).sum()
    }

    /// The index of the first order of the group that carries `id` with `hash`.
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

    /// As stored: compact JSON.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("an entry always serializes")
    }
}

/// An entry as read: its format may be one that this binary does not know.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StoredEntry {
    pub account: AccountId,
    pub seq: Seq,
    pub format: u16,
    pub body: Arc<str>,
}

impl StoredEntry {
    /// `None` where format or body are not known to this binary.
    pub fn decode(&self) -> Option<Entry> {
        if self.format != Entry::FORMAT {
            return None;
        }
        serde_json::from_str(&self.body).ok()
    }
}

/// `(account, client id) → {hash, from}`: written before the entry, never changed (SAFE-1, S5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    pub hash: ContentHash,
    /// A confirmed head at the time of the claim: the entry, if there is one, lies after it.
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
    fn equal_values_hash_alike_and_others_do_not() {
        let account = AccountId::new("a").expect("valid");
        let hash = |q: &str| ContentHash::of(&account, &Payload::Order(order(q)));
        assert_eq!(hash("1.50"), hash("1.5"));
        assert_ne!(hash("1.5"), hash("1.6"));
        assert_ne!(
            ContentHash::of(&account, &Payload::Batch(vec![order("1")])),
            ContentHash::of(&account, &Payload::Order(order("1"))),
            "an order and a batch of it are different content (S2)"
        );
    }

    #[test]
    fn indexes_count_through_groups() {
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
