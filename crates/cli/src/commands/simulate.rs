//! `leeward simulate`

use super::simulate_years;
use crate::args::{DEFAULT_LOSS_PERCENT, Simulate, TimingName};
use crate::inputs::find_blueprint;
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use leeward_blueprint::{Blueprint, Timing};
use leeward_sim::{Campaign, Outcome, Quantiles, Report, Scenario, Summary, shrink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The maximum number of violations to print.
const SHOWN: usize = 100;
/// The maximum number of worlds that shrinking runs.
const SHRINK_TRIES: u32 = 2_000;

pub(crate) async fn run(args: Simulate) -> anyhow::Result<bool> {
    let chosen = find_blueprint(args.blueprint.as_deref())?;
    let timing = Timing::of(args.timing.into(), &chosen.timing);
    if let Some(file) = &args.scenario {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("LW-S004: the scenario {} cannot be read", file.display()))?;
        let scenario = Scenario::parse(&text, &file.display().to_string())?;
        return replay(&scenario, args.shrink_to.as_deref());
    }
    let campaign = campaign(&args, timing.clone());
    if let Some(seed) = args.seed {
        return replay(&campaign.scenario(seed), args.shrink_to.as_deref());
    }
    if let Some(years) = args.years {
        return simulate_years::run(
            &timing,
            years,
            args.common_percent,
            campaign.threads,
            args.json,
        )
        .await;
    }
    if args.first_seed.checked_add(args.worlds).is_none() {
        bail!("LW-S008: there are no {} seeds from {} on", args.worlds, args.first_seed);
    }
    let other = args.what_if.as_deref().map(|change| change_timing(&chosen, change, &args));
    let other = other.transpose()?;
    if let Some(to) = &args.shrink_to {
        check_writable(to)?;
    }
    let stop = stop_on_ctrl_c();
    let (summary, seconds) = carry_out(&campaign, &stop).await?;
    let report = Report::of(&summary, args.worlds, seconds, &timing, args.losses_per_year);
    if let (Some(change), Some(other)) = (&args.what_if, other) {
        let campaign = Campaign { timing: other.clone(), ..campaign.clone() };
        let (summary, seconds) = carry_out(&campaign, &stop).await?;
        let second = Report::of(&summary, args.worlds, seconds, &other, args.losses_per_year);
        compare(&report, &second, change, &args)?;
        return Ok(report.broken_worlds == 0 && second.broken_worlds == 0);
    }
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        show(&report, &args);
    }
    if let (Some(to), Some(first)) = (&args.shrink_to, summary.broken.first()) {
        write_shrunk(&campaign.scenario(first.seed), to)?;
    }
    Ok(summary.broken_worlds == 0)
}

/// Checks that the file can be written, because shrinking may take an hour before it writes. Leaves no new file behind.
fn check_writable(to: &Path) -> anyhow::Result<()> {
    let new = !to.exists();
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(to);
    opened.with_context(|| format!("LW-S006: {} cannot be written", to.display()))?;
    if new {
        std::fs::remove_file(to)?;
    }
    Ok(())
}

fn campaign(args: &Simulate, timing: Timing) -> Campaign {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Campaign {
        first_seed: args.first_seed,
        worlds: args.worlds,
        timing,
        loss_percent: args.loss_percent,
        heavy: args.heavy,
        threads: args.threads.map_or(cores, |n| n as usize),
        violations_max: SHOWN,
    }
}

/// Returns a flag that the first Ctrl-C sets, so that the results so far are reported. The second Ctrl-C ends the
/// process.
pub(super) fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        }
    });
    stop
}

pub(super) fn progress(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = format!("{{bar:30}} {{pos}}/{{len}} {what} {{per_sec}} ETA {{eta}}");
    bar.set_style(ProgressStyle::with_template(&template).expect("a fixed template"));
    bar
}

async fn carry_out(campaign: &Campaign, stop: &Arc<AtomicBool>) -> anyhow::Result<(Summary, f64)> {
    let done = Arc::new(AtomicU64::new(0));
    let bar = progress(campaign.worlds, "worlds");
    let began = Instant::now();
    let work = {
        let (campaign, stop, done) = (campaign.clone(), stop.clone(), done.clone());
        tokio::task::spawn_blocking(move || campaign.run(&stop, &done))
    };
    tokio::pin!(work);
    let summary = loop {
        tokio::select! {
            summary = &mut work => break summary?,
            () = tokio::time::sleep(Duration::from_millis(100)) => {
                bar.set_position(done.load(Ordering::Relaxed));
            }
        }
    };
    bar.finish_and_clear();
    Ok((summary, began.elapsed().as_secs_f64()))
}

fn replay(scenario: &Scenario, shrink_to: Option<&Path>) -> anyhow::Result<bool> {
    let outcome = leeward_sim::run(scenario, true);
    println!("{}", scenario.to_text());
    outcome.transcript.iter().for_each(|line| println!("{line}"));
    show_end(&outcome);
    if let Some(to) = shrink_to {
        if !outcome.is_broken() {
            bail!("LW-S005: there is nothing to shrink: this world breaks no rule");
        }
        write_shrunk(scenario, to)?;
    }
    Ok(!outcome.is_broken())
}

fn show_end(outcome: &Outcome) {
    println!(
        "\n{} orders acknowledged, {} moves, {} events, trace {:016x}",
        outcome.orders_acked,
        outcome.failovers,
        outcome.events(),
        outcome.trace_hash
    );
    for v in &outcome.violations {
        println!("{} broken at {} ms: {}", v.rule, v.at_ms, v.what);
    }
}

fn write_shrunk(scenario: &Scenario, to: &Path) -> anyhow::Result<()> {
    let Some(shrunk) = shrink(scenario, SHRINK_TRIES) else { return Ok(()) };
    let mut smallest = shrunk.scenario;
    smallest.note = format!("{} {}", shrunk.violation.rule, shrunk.violation.what);
    std::fs::write(to, smallest.to_text())
        .with_context(|| format!("LW-S006: {} cannot be written", to.display()))?;
    eprintln!(
        "shrunk in {} worlds to {} faults and {} customers: {}",
        shrunk.tries,
        smallest.faults.len(),
        smallest.shape.clients,
        to.display()
    );
    Ok(())
}

/// Returns the timing with one setting of the blueprint's `[timing]` changed.
fn change_timing(chosen: &Blueprint, change: &str, args: &Simulate) -> anyhow::Result<Timing> {
    let Some((key, value)) = change.split_once('=') else {
        bail!("LW-S007: --what-if needs KEY=VALUE, such as tick_ms=2000");
    };
    let mut table = toml::Table::try_from(&chosen.timing).context("timing is plain data")?;
    let value: i64 =
        value.parse().with_context(|| format!("LW-S007: --what-if needs KEY=VALUE, such as tick_ms=2000; {value} is not a whole number"))?;
    table.insert(key.to_owned(), toml::Value::Integer(value));
    let text = format!("[timing]\n{}", toml::to_string(&table)?);
    let other = Blueprint::parse(&text, "--what-if")?;
    Ok(Timing::of(args.timing.into(), &other.timing))
}

/// Returns the arguments that determine the world of a seed.
fn settings(args: &Simulate) -> String {
    let mut text = String::new();
    if let Some(file) = &args.blueprint {
        text += &format!(" --blueprint {}", file.display());
    }
    if matches!(args.timing, TimingName::Local) {
        text += " --timing local";
    }
    if args.loss_percent != DEFAULT_LOSS_PERCENT {
        text += &format!(" --loss-percent {}", args.loss_percent);
    }
    if args.heavy {
        text += " --heavy";
    }
    text
}

fn line(name: &str, q: &Quantiles) {
    println!(
        "{name:<12} p50 {:>7}  p90 {:>7}  p99 {:>7}  max {:>7} ms   n {}",
        q.p50, q.p90, q.p99, q.max, q.n
    );
}

fn show(report: &Report, args: &Simulate) {
    println!(
        "{} worlds{}, simulated: {:.1} h, {} failovers, {} planned moves, {} orders acknowledged",
        report.worlds,
        describe_early_stop(report),
        report.simulated_hours,
        report.failovers,
        report.planned,
        report.orders
    );
    println!("{} events, {:.0} per second\n", report.events, report.events_per_second);
    line("detection", &report.detect_ms);
    line("acceptance", &report.acceptance_ms);
    line("processing", &report.processing_ms);
    if let Some(a) = &report.availability {
        println!(
            "\nacceptance with {} lost Regions a year: {:.5} %, {:.2} nines ({:.2} to {:.2})",
            a.losses_per_year, a.percent, a.nines, a.nines_low, a.nines_high
        );
    }
    println!(
        "{} runs taken over, {} parked, {} moves without cause (see --years)",
        report.takeovers, report.parked, report.false_moves
    );
    if !report.parked_seeds.is_empty() {
        println!("parked in the worlds with seeds {:?}", report.parked_seeds);
    }
    report.misses.iter().for_each(|miss| println!("MISSED {miss}"));
    println!("trace {}", report.trace_hash);
    if report.violations.is_empty() {
        println!("no rule was broken");
    }
    show_violations(report, &settings(args));
}

fn describe_early_stop(report: &Report) -> String {
    if report.worlds == report.asked {
        return String::new();
    }
    format!(" of {}, stopped early", report.asked)
}

fn show_violations(report: &Report, settings: &str) {
    for v in &report.violations {
        println!("seed {}: {} broken at {} ms: {}", v.seed, v.rule, v.at, v.what);
    }
    if let Some(first) = report.violations.first() {
        println!("{} of {} worlds broke a rule", report.broken_worlds, report.worlds);
        println!("replay the first with: leeward simulate{settings} --seed {}", first.seed);
    }
}

fn compare(a: &Report, b: &Report, change: &str, args: &Simulate) -> anyhow::Result<()> {
    if args.json {
        println!("{}", serde_json::json!({ "as_it_is": a, "what_if": { change: b } }));
        return Ok(());
    }
    println!("{:<26} {:>14} {:>22}", "", "as it is", change);
    type Row = (&'static str, fn(&Report) -> u64);
    let rows: [Row; 10] = [
        ("worlds", |r| r.worlds),
        ("detection p50, ms", |r| r.detect_ms.p50),
        ("detection p99, ms", |r| r.detect_ms.p99),
        ("acceptance p50, ms", |r| r.acceptance_ms.p50),
        ("acceptance p99, ms", |r| r.acceptance_ms.p99),
        ("processing p50, ms", |r| r.processing_ms.p50),
        ("processing p99, ms", |r| r.processing_ms.p99),
        ("failovers", |r| r.failovers),
        ("moves without cause", |r| r.false_moves),
        ("worlds that broke a rule", |r| r.broken_worlds),
    ];
    for (name, of) in rows {
        println!("{name:<26} {:>14} {:>22}", of(a), of(b));
    }
    if a.worlds < a.asked || b.worlds < b.asked {
        println!("stopped early: of {} worlds each", a.asked);
    }
    println!();
    show_violations(a, &settings(args));
    if !b.violations.is_empty() {
        println!("with {change}, in a blueprint of its own:");
    }
    show_violations(b, &settings(args));
    Ok(())
}
