//! The bill for a load: its lines and their prices.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) const HOURS: f64 = 730.0;

/// The customers' average load over a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Load {
    pub orders_per_second: f64,
    /// The amount of data in the tables. The database stores the same amount again.
    pub stored_gb: f64,
}

impl Default for Load {
    fn default() -> Load {
        Load { orders_per_second: 100.0, stored_gb: 100.0 }
    }
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub region: String,
    pub service: &'static str,
    pub what: String,
    /// The quantity, in units of `unit`.
    pub count: f64,
    pub unit: &'static str,
    pub usd_each: f64,
    pub usd_month: f64,
}

#[derive(Deserialize)]
pub(crate) struct Prices {
    pub(crate) as_of: String,
    pub(crate) usd: BTreeMap<String, f64>,
}

impl Prices {
    /// Returns the price with this name. Panics if the table lacks the name, which a test would find.
    pub(crate) fn of(&self, name: &str) -> f64 {
        *self.usd.get(name).unwrap_or_else(|| panic!("prices.toml has no {name}"))
    }
}

pub(crate) struct Bill<'a> {
    pub(crate) prices: &'a Prices,
    pub(crate) lines: Vec<Line>,
}

impl Bill<'_> {
    /// Adds a line. `price` is a name in the price table, and the quantity is in the unit of that price.
    pub(crate) fn add(
        &mut self,
        region: &str,
        service: &'static str,
        what: impl Into<String>,
        (count, unit): (f64, &'static str),
        price: &str,
    ) {
        let usd_each = self.prices.of(price);
        self.lines.push(Line {
            region: region.to_owned(),
            service,
            what: what.into(),
            count,
            unit,
            usd_each,
            usd_month: count * usd_each,
        });
    }
}
