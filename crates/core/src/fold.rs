//! The fold: `(AccountState, entry) -> (AccountState, outcomes)`. Two Regions that fold one ledger
//! come to the same state and the same hash, whatever either of them lost (SAFE-3).

use leeward_model::{
    AccountId, ClientId, Decimal, Limits, Notional, Order, Payload, Seq, StoredEntry, Symbol,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The newest booking rules that this binary knows. A `Rules` entry above it parks the account;
/// `append` writes one only once both Regions' binaries know it.
pub const NEWEST_RULES: u32 = 1;

/// The canonical state of one account. Its JSON is the text that is hashed: only ordered maps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    pub format: u16,
    pub account: AccountId,
    /// The watermark: the highest seq folded.
    pub seq: Seq,
    pub rules: u32,
    pub limits: Limits,
    pub positions: BTreeMap<Symbol, Decimal>,
    pub booked: u64,
    pub rejected: u64,
}

/// Why the book refuses an order that the ledger holds. It is an answer, not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    OrderQuantityLimit,
    OrderNotionalLimit,
    PositionLimit,
    /// The position would leave the range that every engine can hold.
    PositionRange,
}

impl RejectReason {
    pub fn as_str(self) -> &'static str {
        match self {
            RejectReason::OrderQuantityLimit => "order_quantity_limit",
            RejectReason::OrderNotionalLimit => "order_notional_limit",
            RejectReason::PositionLimit => "position_limit",
            RejectReason::PositionRange => "position_range",
        }
    }
}

/// One order's row in the book; `(account, seq, index)` is its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderOutcome {
    pub seq: Seq,
    pub index: u32,
    pub client_id: ClientId,
    pub order: Order,
    pub rejected: Option<RejectReason>,
}

/// What the fold made of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folded {
    Applied(Vec<OrderOutcome>),
    /// At or below the watermark: done before.
    Skipped,
    /// Not the next one: read again, never skip over (SAFE-3, S10).
    Gap {
        expected: Seq,
    },
    /// This binary does not know the entry; the state is untouched and the account waits.
    Parked(String),
}

impl AccountState {
    pub const FORMAT: u16 = 1;

    pub fn empty(account: AccountId) -> AccountState {
        AccountState {
            format: AccountState::FORMAT,
            account,
            seq: Seq::ZERO,
            rules: 1,
            limits: Limits::default(),
            positions: BTreeMap::new(),
            booked: 0,
            rejected: 0,
        }
    }

    /// SAFE-3: 'same result' is this hash, equal on every engine.
    pub fn hash(&self) -> String {
        let text = serde_json::to_vec(self).expect("a state always serializes");
        hex::encode(&Sha256::digest(text)[..16])
    }

    /// SAFE-3: takes exactly seq = watermark + 1 and only what this binary knows.
    pub fn fold(&mut self, stored: &StoredEntry) -> Folded {
        assert_eq!(stored.account, self.account, "an entry of another account reached this fold");
        if stored.seq <= self.seq {
            return Folded::Skipped;
        }
        if stored.seq != self.seq.next() {
            return Folded::Gap { expected: self.seq.next() };
        }
        let Some(entry) = stored.decode() else {
            return Folded::Parked(format!(
                "entry {} has format {}, which this binary cannot read",
                stored.seq, stored.format
            ));
        };
        let unknown = entry.groups.iter().find_map(|group| match group.payload {
            Payload::Rules(version) if version > NEWEST_RULES => Some(version),
            _ => None,
        });
        if let Some(version) = unknown {
            return Folded::Parked(format!(
                "entry {} switches to rules {version}; this binary knows up to {NEWEST_RULES}",
                stored.seq
            ));
        }
        let mut outcomes = Vec::with_capacity(entry.order_count());
        let mut index = 0u32;
        for group in entry.groups {
            match group.payload {
                Payload::Limits(limits) => self.limits = limits,
                Payload::Rules(version) => self.rules = version,
                Payload::Order(order) => {
                    outcomes.push(self.book(stored.seq, index, &group.id, order));
                    index += 1;
                }
                Payload::Batch(orders) => {
                    for order in orders {
                        outcomes.push(self.book(stored.seq, index, &group.id, order));
                        index += 1;
                    }
                }
            }
        }
        self.seq = stored.seq;
        Folded::Applied(outcomes)
    }

    fn book(&mut self, seq: Seq, index: u32, id: &ClientId, order: Order) -> OrderOutcome {
        let rejected = match self.judge(&order) {
            Ok(position) => {
                self.positions.insert(order.symbol.clone(), position);
                self.booked += 1;
                None
            }
            Err(reason) => {
                self.rejected += 1;
                Some(reason)
            }
        };
        OrderOutcome { seq, index, client_id: id.clone(), order, rejected }
    }

    /// The position after the order, or why it is refused.
    fn judge(&self, order: &Order) -> Result<Decimal, RejectReason> {
        let limits = &self.limits;
        if limits.max_order_quantity.is_some_and(|max| order.quantity > max) {
            return Err(RejectReason::OrderQuantityLimit);
        }
        if let (Some(max), Some(price)) = (limits.max_order_notional, order.limit_price)
            && order.quantity.times(price) > Notional::of(max)
        {
            return Err(RejectReason::OrderNotionalLimit);
        }
        let held = self.positions.get(&order.symbol).copied().unwrap_or_default();
        let position =
            held.checked_add(order.signed_quantity()).ok_or(RejectReason::PositionRange)?;
        if limits.max_position.is_some_and(|max| position.abs() > max) {
            return Err(RejectReason::PositionLimit);
        }
        Ok(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeward_model::{ContentHash, Entry, Group, OrderType, Side, TimeInForce};

    fn account() -> AccountId {
        AccountId::new("acct").expect("valid")
    }

    fn order(side: Side, quantity: &str, price: Option<&str>) -> Order {
        Order {
            symbol: Symbol::new("ACME").expect("valid"),
            side,
            order_type: if price.is_some() { OrderType::Limit } else { OrderType::Market },
            quantity: Decimal::parse(quantity).expect("valid"),
            limit_price: price.map(|p| Decimal::parse(p).expect("valid")),
            time_in_force: TimeInForce::Day,
        }
    }

    fn stored(seq: u64, payloads: Vec<Payload>) -> StoredEntry {
        let groups = payloads
            .into_iter()
            .enumerate()
            .map(|(i, payload)| Group {
                id: ClientId::new(&format!("c{seq}-{i}")).expect("valid"),
                hash: ContentHash::of(&account(), &payload),
                payload,
            })
            .collect();
        StoredEntry {
            account: account(),
            seq: Seq(seq),
            format: Entry::FORMAT,
            body: Entry { groups }.encode().into(),
        }
    }

    #[test]
    fn books_rejects_and_hashes_alike() {
        let entries = [
            stored(1, vec![Payload::Order(order(Side::Buy, "10", Some("2")))]),
            stored(
                2,
                vec![
                    Payload::Limits(Limits {
                        max_position: Some(Decimal::parse("12").expect("valid")),
                        ..Limits::default()
                    }),
                    Payload::Batch(vec![
                        order(Side::Buy, "3", None),
                        order(Side::Buy, "2", None),
                        order(Side::Sell, "5", None),
                    ]),
                ],
            ),
        ];
        let mut a = AccountState::empty(account());
        let mut b = AccountState::empty(account());
        for entry in &entries {
            assert_eq!(a.fold(entry), b.fold(entry));
            assert_eq!(b.fold(entry), Folded::Skipped, "folding again changes nothing");
        }
        assert_eq!((a.booked, a.rejected), (3, 1), "10+3 breaks the limit of 12");
        assert_eq!(a.positions[&Symbol::new("ACME").expect("valid")].to_string(), "7");
        assert_eq!(a.hash(), b.hash());
    }

    #[test]
    fn a_gap_is_never_skipped_over() {
        // SAFE-3, S10: a short page must not advance the watermark.
        let mut state = AccountState::empty(account());
        let third = stored(3, vec![Payload::Order(order(Side::Buy, "1", None))]);
        assert_eq!(state.fold(&third), Folded::Gap { expected: Seq(1) });
        assert_eq!(state.seq, Seq::ZERO);
    }

    #[test]
    fn what_is_not_known_parks_and_leaves_the_state_alone() {
        // SAFE-3, R9: an older binary must not book under rules it does not know.
        let mut state = AccountState::empty(account());
        let before = state.hash();
        assert!(matches!(state.fold(&stored(1, vec![Payload::Rules(2)])), Folded::Parked(_)));
        let newer = StoredEntry { format: 2, ..stored(1, vec![]) };
        assert!(matches!(state.fold(&newer), Folded::Parked(_)));
        assert_eq!(state.hash(), before);
    }
}
