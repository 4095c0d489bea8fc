//! The fold: `(AccountState, entry) -> (AccountState, outcomes)`. Two Regions that fold the same ledger reach the same
//! state and the same hash, even if one of them lost part of its database before (SAFE-3).

use leeward_model::{
    AccountId, ClientId, Decimal, Limits, Notional, Order, Payload, Seq, StoredEntry, Symbol,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The newest version of the booking rules that this binary knows. An entry with a newer version parks the account;
/// `append` writes it only once the binaries of both Regions know the version.
pub const NEWEST_RULES: u32 = 1;

/// The canonical state of one account. It contains only ordered maps, because its JSON is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// The format; see [`AccountState::FORMAT`].
    pub format: u16,
    /// The account.
    pub account: AccountId,
    /// The watermark, that is, the highest sequence number folded.
    pub seq: Seq,
    /// The version of the booking rules.
    pub rules: u32,
    /// The limits that apply to the next order.
    pub limits: Limits,
    /// The position in each symbol.
    pub positions: BTreeMap<Symbol, Decimal>,
    /// The number of booked orders.
    pub booked: u64,
    /// The number of rejected orders.
    pub rejected: u64,
}

/// The reason why the book rejects an order that the ledger holds. A rejection is a regular outcome and not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The quantity exceeds the account's limit.
    OrderQuantityLimit,
    /// The price times the quantity exceeds the account's limit.
    OrderNotionalLimit,
    /// The position after the order would exceed the account's limit.
    PositionLimit,
    /// The position would leave the range that every engine can hold.
    PositionRange,
}

impl RejectReason {
    /// Returns the name of the reason, as stored and as the API shows it.
    pub fn as_str(self) -> &'static str {
        match self {
            RejectReason::OrderQuantityLimit => "order_quantity_limit",
            RejectReason::OrderNotionalLimit => "order_notional_limit",
            RejectReason::PositionLimit => "position_limit",
            RejectReason::PositionRange => "position_range",
        }
    }
}

/// The row of one order in the book, identified by `(account, seq, index)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderOutcome {
    /// The sequence number of the entry.
    pub seq: Seq,
    /// The position of the order in the entry.
    pub index: u32,
    /// The client's id of the order or batch.
    pub client_id: ClientId,
    /// The order.
    pub order: Order,
    /// The reason for the rejection; `None` if the order was booked.
    pub rejected: Option<RejectReason>,
}

/// The result of folding one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folded {
    /// The entry was folded, with the outcome of each order.
    Applied(Vec<OrderOutcome>),
    /// The entry is at or below the watermark and was folded before.
    Skipped,
    /// The entry does not directly follow the watermark. The caller must read again and must not skip the gap (SAFE-3,
    /// S10).
    Gap {
        /// The sequence number that comes next.
        expected: Seq,
    },
    /// This binary does not know the entry's format or rules. The state is unchanged, and the account is parked with
    /// this reason.
    Parked(String),
}

impl AccountState {
    /// The format that this binary writes.
    pub const FORMAT: u16 = 1;

    /// Returns the state of an account whose ledger is empty.
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

    /// Returns the hash by which two projections are compared. It is equal on every database engine (SAFE-3).
    pub fn hash(&self) -> String {
        let text = serde_json::to_vec(self).expect("a state always serializes");
        hex::encode(&Sha256::digest(text)[..16])
    }

    /// Folds an entry if its sequence number is the watermark + 1 and this binary knows its content (SAFE-3).
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

    /// Returns the position after the order, or the reason why it is rejected.
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
    fn two_folds_of_one_ledger_have_the_same_outcomes_and_hash() {
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
    fn an_unknown_entry_parks_the_account_and_leaves_the_state_unchanged() {
        // SAFE-3, R9: an older binary must not book under rules it does not know.
        let mut state = AccountState::empty(account());
        let before = state.hash();
        assert!(matches!(state.fold(&stored(1, vec![Payload::Rules(2)])), Folded::Parked(_)));
        let newer = StoredEntry { format: 2, ..stored(1, vec![]) };
        assert!(matches!(state.fold(&newer), Folded::Parked(_)));
        assert_eq!(state.hash(), before);
    }
}
