//! What a deployment costs in a month, by Region and service: what stands there is counted in the stacks,
//! what flows is worked out from a load. An estimate, from a dated table of prices, with its assumptions.

mod flow;
mod standing;

use crate::rules::Stacks;
use leeward_blueprint::Blueprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const PRICES: &str = include_str!("cost/prices.toml");
pub(crate) const HOURS: f64 = 730.0;

/// What customers do, over a month, on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Load {
    pub orders_per_second: f64,
    /// Of the tables and the database, each.
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
    /// How many of the unit.
    pub count: f64,
    pub unit: &'static str,
    pub usd_each: f64,
    pub usd_month: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The date of the prices.
    pub as_of: String,
    pub load: Load,
    pub assumptions: Vec<String>,
    pub lines: Vec<Line>,
    pub usd_month: f64,
}

#[derive(Deserialize)]
pub(crate) struct Prices {
    as_of: String,
    usd: BTreeMap<String, f64>,
}

impl Prices {
    /// Panics on a price that is not in the table, which a test would have met.
    pub(crate) fn of(&self, name: &str) -> f64 {
        *self.usd.get(name).unwrap_or_else(|| panic!("prices.toml has no {name}"))
    }
}

pub(crate) struct Bill<'a> {
    pub(crate) prices: &'a Prices,
    pub(crate) lines: Vec<Line>,
}

impl Bill<'_> {
    /// `price` is a name in the table; `count` of the unit it is for.
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

pub fn estimate(blueprint: &Blueprint, stacks: &Stacks, load: Load) -> Estimate {
    let prices: Prices = toml::from_str(PRICES).expect("the table of prices is sound");
    let mut bill = Bill { prices: &prices, lines: Vec::new() };
    standing::add(&mut bill, blueprint, stacks);
    flow::add(&mut bill, blueprint, load);
    let mut lines = bill.lines;
    lines.retain(|line| line.usd_month > 0.0);
    lines.sort_by(|a, b| (&a.region, a.service, &a.what).cmp(&(&b.region, b.service, &b.what)));
    let usd_month = lines.iter().map(|line| line.usd_month).sum();
    let assumptions = assumptions(blueprint, load);
    Estimate { as_of: prices.as_of, load, assumptions, lines, usd_month }
}

fn assumptions(blueprint: &Blueprint, load: Load) -> Vec<String> {
    let mut out = vec![
        format!(
            "{} orders a second on average, one an entry, all in the primary",
            load.orders_per_second
        ),
        format!("{} GB in the tables and in each cluster", load.stored_gb),
        format!("a month of {HOURS} hours, on demand, without tax, free tiers and discounts"),
        "a claim and an entry are two write units in each of two replicas; an order is read twice"
            .into(),
        format!("a call of a function takes {} ms", flow::CALL_MS),
        format!(
            "an order is {} bytes on the wire and {} in logs",
            flow::WIRE_BYTES,
            flow::LOG_BYTES
        ),
    ];
    let r = &blueprint.regions;
    let abroad =
        [&r.primary, &r.secondary, &r.witness].iter().any(|r| !r.as_str().starts_with("us-"));
    if abroad {
        out.push("prices are those of the US Regions; others are up to a third higher".into());
    }
    out
}
