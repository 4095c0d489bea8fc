//! `leeward drill`

use crate::args::Drill;
use crate::inputs::read_blueprint;
use anyhow::Context;
use leeward_api::DrillReport;
use leeward_local::{DrillOptions, UpOptions, run_drill};
use std::time::Duration;

pub(crate) async fn run(args: Drill) -> anyhow::Result<bool> {
    let temporary = args.dir.is_none();
    let dir = args.dir.clone().unwrap_or_else(|| {
        std::env::temp_dir().join(format!("leeward-drill-{}", std::process::id()))
    });
    let mut blueprint = read_blueprint(args.blueprint.as_deref())?;
    // Each kill hits the Region that is active at that time, so the drill switches automatic failback off.
    blueprint.timing.failback_ticks = Some(0);
    let options = DrillOptions {
        up: UpOptions {
            dir: dir.clone(),
            blueprint,
            profile: args.timing.into(),
            port: None,
            database: args.database.map(Into::into),
            program: std::env::current_exe()
                .context("LW-C005: the path of this program cannot be found")?,
        },
        rate: args.rate,
        kills: args.kills,
        connections: args.connections as usize,
        accounts: args.accounts,
        warm: Duration::from_secs(args.warm),
    };
    let quiet = args.json;
    let report = run_drill(options, |line| {
        if !quiet {
            eprintln!("{line}");
        }
    })
    .await;
    if temporary && report.as_ref().is_ok_and(|r| r.passed) {
        let _ = std::fs::remove_dir_all(&dir);
    }
    let report = report?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        show(&report);
        if temporary && !report.passed {
            println!("kept the platform's directory: {}", dir.display());
        }
    }
    Ok(report.passed)
}

fn show(report: &DrillReport) {
    let (o, t, target) = (&report.orders, &report.rto_ms, &report.targets_ms);
    println!("\n{} ({})", report.scenario, report.timing);
    println!(
        "orders     {} submitted, {} acknowledged ({:.0}/s), {} lost, {} duplicated",
        o.submitted, o.acknowledged, report.orders_per_second, o.lost, o.duplicated
    );
    let latency = |name: &str| report.latency_ms.get(name).copied().unwrap_or_default();
    println!(
        "latency    p50 {:.1} ms, p99 {:.1} ms, max {:.0} ms",
        latency("p50"),
        latency("p99"),
        latency("max")
    );
    println!("worst of {} kills, ms (target)", report.kills.len());
    for (name, got, target) in [
        ("detect", t.detect, target.detect),
        ("decide", t.decide, target.decide),
        ("fence", t.fence, target.fence),
        ("acceptance", t.acceptance, target.acceptance),
        ("promote", t.promote, target.promote),
        ("resume", t.resume, target.resume),
        ("reconcile", t.reconcile, target.reconcile),
        ("processing", t.processing, target.processing),
    ] {
        println!("  {name:<11} {got:>6} ({target})");
    }
    println!("epoch      {} -> {}", report.epoch.before, report.epoch.after);
    for failure in &report.failures {
        println!("FAILED     {failure}");
    }
    println!("{}", if report.passed { "passed" } else { "not passed" });
}
