//! `leeward bench`

use crate::args::{BenchCatchUp, BenchOrders, BenchWire};
use anyhow::Context;
use leeward_aws::{AwsConfig, DynamoLedger, SqsQueue};
use leeward_bench::{
    BenchOptions, CatchUpOptions, WireClient, WireEndpoint, WireOptions, bench_catch_up,
    bench_orders, bench_wire,
};
use leeward_blueprint::{Blueprint, TimingProfile};
use leeward_local::UpOptions;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn scratch() -> PathBuf {
    std::env::temp_dir().join(format!("leeward-bench-{}", std::process::id()))
}

fn platform(dir: &Path) -> anyhow::Result<UpOptions> {
    Ok(UpOptions {
        dir: dir.to_owned(),
        blueprint: Blueprint::default(),
        profile: TimingProfile::Local,
        port: None,
        database: None,
        program: std::env::current_exe()
            .context("LW-C005: the path of this program cannot be found")?,
    })
}

pub(crate) async fn orders(args: BenchOrders) -> anyhow::Result<bool> {
    let dir = scratch();
    let options = BenchOptions {
        up: platform(&dir)?,
        seconds: args.seconds.max(1),
        rounds: args.rounds.max(1),
        connections: args.connections.max(1),
        accounts: args.accounts.max(1),
        with_rival: !args.alone,
        only: args.only,
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
            "{name:<14} {:>8.0} orders/s   p99 {:>6.1} ms   {ratio:>8}   {}",
            median.per_second,
            median.p99_ms,
            report
                .ratio_to_simple_update
                .get(name)
                .map_or(String::new(), |r| format!("{r:.2} x pgbench -N")),
        );
    }
    Ok(true)
}

pub(crate) async fn wire(args: BenchWire) -> anyhow::Result<bool> {
    let dir = scratch();
    let options = WireOptions {
        dir: dir.clone(),
        ministack: (!args.alone).then_some(args.ministack),
        seconds: args.seconds.max(1),
        rounds: args.rounds.max(1),
        tasks: args.tasks.max(1),
    };
    let report = bench_wire(options, adapters, |line| eprintln!("{line}")).await;
    let _ = std::fs::remove_dir_all(&dir);
    let report = report?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(true);
    }
    println!("\n{} callers, rounds of {} s ({})", report.tasks, report.seconds, report.label);
    for (name, median) in &report.median {
        println!("{name:<24} {:>8.0}/s   p99 {:>6.1} ms", median.per_second, median.p99_ms);
    }
    for (operation, ratio) in &report.ratio {
        println!("{operation:<24} {ratio:>8.1} x ministack");
    }
    Ok(true)
}

/// Returns the adapters that a Region runs.
fn adapters(endpoint: &WireEndpoint) -> WireClient {
    let aws = AwsConfig::local(&endpoint.url, Duration::from_secs(10));
    let urls = BTreeMap::from([(endpoint.region.clone(), endpoint.queue_url.clone())]);
    WireClient {
        ledger: Arc::new(DynamoLedger::new(&aws, &endpoint.region, &endpoint.table)),
        queue: Arc::new(SqsQueue::new(&aws, &endpoint.region, &urls)),
    }
}

pub(crate) async fn catch_up(args: BenchCatchUp) -> anyhow::Result<bool> {
    let dir = scratch();
    let options = CatchUpOptions {
        up: platform(&dir)?,
        seconds: args.seconds,
        rounds: args.rounds.max(1),
        connections: args.connections.max(1),
        accounts: args.accounts.max(1),
    };
    let report = bench_catch_up(options, |line| eprintln!("{line}")).await;
    let _ = std::fs::remove_dir_all(&dir);
    let report = report?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
        return Ok(true);
    }
    println!("\n{}", report.label);
    for (name, median) in &report.median {
        println!(
            "{name:<8} {:>9.0} orders/s {:>9.0} entries/s   {} orders in {} ms",
            median.orders_per_second, median.entries_per_second, median.orders, median.milliseconds
        );
    }
    Ok(true)
}
