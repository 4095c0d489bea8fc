//! `leeward cost`

use super::synth;
use crate::args::Cost;
use crate::inputs::read_deployable;
use leeward_stacks::cost::{Load, estimate};
use std::collections::BTreeMap;

pub(crate) fn run(args: &Cost) -> anyhow::Result<bool> {
    let blueprint = read_deployable(&args.which)?;
    let synthesis = synth::synthesize(&blueprint)?;
    let load = Load { orders_per_second: args.orders_per_second, stored_gb: args.stored_gb };
    let estimate = estimate(&blueprint, &synthesis.stacks, load);
    if args.which.json {
        println!("{}", serde_json::to_string(&estimate)?);
        return Ok(true);
    }
    let mut region = "";
    for line in &estimate.lines {
        if line.region != region {
            region = &line.region;
            println!("\n{region}");
        }
        let count = format!("{:.1} {}", line.count, line.unit);
        println!(
            "  {:<16} {:<34} {count:>18} × {:<12} {:>10.2}",
            line.service, line.what, line.usd_each, line.usd_month
        );
    }
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    for line in &estimate.lines {
        *totals.entry(line.region.as_str()).or_default() += line.usd_month;
    }
    println!();
    for (region, total) in totals {
        println!("{region:<20} {total:>12.2} USD a month");
    }
    println!("{:<20} {:>12.2} USD a month", "all", estimate.usd_month);
    println!("\nPrices of {}. Assumptions:", estimate.as_of);
    estimate.assumptions.iter().for_each(|line| println!("- {line}"));
    Ok(true)
}
