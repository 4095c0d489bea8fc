//! The monthly cost of a deployment by Region and service. The stacks determine the fixed costs, and a load determines
//! the usage costs. The result is an estimate from a dated price table, and it lists its assumptions.

mod bill;
mod flow;
mod standing;

pub use bill::{Line, Load};

use crate::synthesized::Stacks;
use bill::{Bill, HOURS, Prices};
use leeward_blueprint::Blueprint;
use serde::Serialize;

const PRICES: &str = include_str!("prices.toml");
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The date of the prices.
    pub as_of: String,
    pub load: Load,
    pub assumptions: Vec<String>,
    pub lines: Vec<Line>,
    pub usd_month: f64,
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
