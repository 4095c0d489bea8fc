//! `leeward bench …`

use crate::args::BenchOrders;
use anyhow::Context;
use leeward_blueprint::{Blueprint, Profile};
use leeward_local::{BenchOptions, UpOptions, bench_orders};

pub(crate) async fn orders(args: BenchOrders) -> anyhow::Result<bool> {
    let dir = std::env::temp_dir().join(format!("leeward-bench-{}", std::process::id()));
    let options = BenchOptions {
        up: UpOptions {
            dir: dir.clone(),
            blueprint: Blueprint::default(),
            profile: Profile::Local,
            port: None,
            program: std::env::current_exe().context("LW-C005: this program's own path")?,
        },
        seconds: args.seconds.max(1),
        rounds: args.rounds.max(1),
        connections: args.connections.max(1),
        accounts: args.accounts.max(1),
        with_rival: !args.alone,
    };
    let report = bench_orders(options, |line| eprintln!("{line}")).await;
    let _ = std::fs::remove_dir_all(&dir);
    let report = report?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(true);
    }
    println!(
        "\n{} connections, {} rounds of {} s ({})",
        report.connections, args.rounds, report.seconds, report.label
    );
    for (name, median) in &report.median {
        let ratio = report.ratio.get(name).map_or(String::new(), |r| format!("{r:.2} x"));
        println!(
            "{name:<12} {:>8.0} orders/s   p99 {:>6.1} ms   {ratio}",
            median.per_second, median.p99_ms
        );
    }
    Ok(true)
}
