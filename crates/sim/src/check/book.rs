//! A book of its own, made from the ledger's text with whole numbers: what SAFE-3 says that every
//! Region must come to.

use super::ledger::LedgerWatch;
use serde_json::Value as Json;
use std::collections::BTreeMap;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) seq: u64,
    /// In units of 10^-8.
    pub(crate) positions: BTreeMap<String, i128>,
    pub(crate) booked: u64,
    pub(crate) rejected: u64,
}

const UNIT: i128 = 100_000_000;
/// Ten digits before the point are what every engine can hold.
const POSITION_LIMIT: i128 = 10_000_000_000 * UNIT;

fn units(json: &Json) -> Option<i128> {
    let text = json.as_str()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let negative = whole.starts_with('-');
    let whole: i128 = whole.trim_start_matches('-').parse().ok()?;
    let padded = format!("{fraction:0<8}");
    let value = whole * UNIT + padded.parse::<i128>().ok()?;
    Some(if negative { -value } else { value })
}

impl Book {
    fn order(&mut self, order: &Json, limits: &Json) {
        let quantity = units(&order["quantity"]).unwrap_or_default();
        let symbol = order["symbol"].as_str().unwrap_or_default().to_owned();
        let signed = if order["side"] == "sell" { -quantity } else { quantity };
        let held = self.positions.get(&symbol).copied().unwrap_or_default();
        let after = held + signed;
        let over = |limit: &str, value: i128| units(&limits[limit]).is_some_and(|max| value > max);
        let notional = match (units(&order["limit_price"]), units(&limits["max_order_notional"])) {
            (Some(price), Some(max)) => quantity * price > max * UNIT,
            _ => false,
        };
        let refused = over("max_order_quantity", quantity)
            || notional
            || after.abs() >= POSITION_LIMIT
            || over("max_position", after.abs());
        if refused {
            self.rejected += 1;
        } else {
            self.booked += 1;
            self.positions.insert(symbol, after);
        }
    }
}

impl LedgerWatch {
    /// Every account's book, from its first entry on.
    pub(crate) fn books(&self) -> BTreeMap<&str, Book> {
        let whole = |account: &str| self.book_up_to(account, u64::MAX);
        self.entries
            .keys()
            .map(|account| (account.as_str(), whole(account).expect("one of them")))
            .collect()
    }

    /// One account's book after so many of its entries.
    pub(crate) fn book_up_to(&self, account: &str, seq: u64) -> Option<Book> {
        let entries = self.entries.get(account)?;
        let entries = &entries[..entries.len().min(seq.try_into().unwrap_or(usize::MAX))];
        let mut book = Book { seq: entries.len() as u64, ..Book::default() };
        let mut limits = Json::Null;
        for group in entries.iter().flat_map(|entry| &entry.groups) {
            let payload = &group.payload;
            if let Json::Object(_) = payload["limits"] {
                limits = payload["limits"].clone();
            }
            if let Json::Object(_) = payload["order"] {
                book.order(&payload["order"], &limits);
            }
            for order in payload["batch"].as_array().into_iter().flatten() {
                book.order(order, &limits);
            }
        }
        Some(book)
    }
}
