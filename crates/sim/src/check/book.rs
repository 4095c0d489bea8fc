//! An independent book, computed from the ledger's text with integers. By SAFE-3, every Region must arrive at the same
//! book.

use super::ledger::LedgerWatch;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) seq: u64,
    /// The positions, in units of 10^-8.
    pub(crate) positions: BTreeMap<String, i128>,
    pub(crate) booked: u64,
    pub(crate) rejected: u64,
}

const UNIT: i128 = 100_000_000;
/// The limit of positions: every database engine can hold ten digits before the point.
const POSITION_LIMIT: i128 = 10_000_000_000 * UNIT;

/// An order in the ledger's text, parsed without the product's types.
#[derive(Debug, Deserialize)]
pub(super) struct OrderText {
    symbol: String,
    side: String,
    quantity: Units,
    limit_price: Option<Units>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct LimitsText {
    max_order_quantity: Option<Units>,
    max_order_notional: Option<Units>,
    max_position: Option<Units>,
}

#[derive(Debug, Clone, Copy)]
struct Units(i128);

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Units, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        parse_units(&text).map(Units).ok_or_else(|| D::Error::custom("not a decimal"))
    }
}

fn parse_units(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let negative = whole.starts_with('-');
    let whole: i64 = whole.trim_start_matches('-').parse().ok()?;
    let mut value = i128::from(whole) * UNIT;
    let mut place = UNIT;
    for digit in fraction.chars() {
        place /= 10;
        value += i128::from(digit.to_digit(10)?) * place;
    }
    Some(if negative { -value } else { value })
}

impl Book {
    fn apply_order(&mut self, order: &OrderText, limits: &LimitsText) {
        let Units(quantity) = order.quantity;
        let signed = if order.side == "sell" { -quantity } else { quantity };
        let held = self.positions.get(&order.symbol).copied().unwrap_or_default();
        let after = held + signed;
        let over = |limit: Option<Units>, value: i128| limit.is_some_and(|Units(max)| value > max);
        let notional = match (order.limit_price, limits.max_order_notional) {
            (Some(Units(price)), Some(Units(max))) => quantity * price > max * UNIT,
            _ => false,
        };
        let refused = over(limits.max_order_quantity, quantity)
            || notional
            || after.abs() >= POSITION_LIMIT
            || over(limits.max_position, after.abs());
        if refused {
            self.rejected += 1;
            return;
        }
        self.booked += 1;
        match self.positions.get_mut(&order.symbol) {
            Some(position) => *position = after,
            None => {
                self.positions.insert(order.symbol.clone(), after);
            }
        }
    }
}

impl LedgerWatch {
    /// Computes the book of every account.
    pub(crate) fn books(&self) -> BTreeMap<&str, Book> {
        let whole = |account: &str| self.book_up_to(account, u64::MAX);
        self.entries
            .keys()
            .map(|account| (account.as_str(), whole(account).expect("one of them")))
            .collect()
    }

    /// Computes the book of an account after its first `seq` entries.
    pub(crate) fn book_up_to(&self, account: &str, seq: u64) -> Option<Book> {
        let entries = self.entries.get(account)?;
        let entries = &entries[..entries.len().min(seq.try_into().unwrap_or(usize::MAX))];
        let mut book = Book { seq: entries.len() as u64, ..Book::default() };
        let mut limits = LimitsText::default();
        for group in entries.iter().flat_map(|entry| &entry.groups) {
            limits = group.payload.limits.unwrap_or(limits);
            group.payload.orders().for_each(|order| book.apply_order(order, &limits));
        }
        Some(book)
    }
}
