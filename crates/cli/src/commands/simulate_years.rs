//! `leeward simulate --years`: estimates the rate of false moves, which are moves without a cause.

use super::simulate::{progress, stop_on_ctrl_c};
use leeward_blueprint::Timing;
use leeward_sim::Years;
use serde::Serialize;

/// The shares, in thousandths, of the bursts that hit all observers together.
const BETAS: [u64; 5] = [0, 10, 50, 200, 1_000];
/// The numbers of bursts per observer and year.
const BURSTS: [u64; 3] = [20, 100, 500];
const MEAN_BURST_MS: u64 = 10_000;

#[derive(Serialize)]
struct Point {
    beta: f64,
    bursts_per_year: u64,
    years: u64,
    bursts: u64,
    false_moves: u64,
    false_moves_per_year: f64,
    events: u64,
    violations: u64,
}

pub(super) async fn run(
    timing: &Timing,
    years: u64,
    common_percent: Option<u64>,
    threads: usize,
    json: bool,
) -> anyhow::Result<bool> {
    let mut curve = Vec::new();
    let betas = common_percent.map_or(BETAS.to_vec(), |percent| vec![percent * 10]);
    let bar = progress(years * (betas.len() * BURSTS.len()) as u64, "years");
    let stop = stop_on_ctrl_c();
    for bursts_per_year in BURSTS {
        for &beta_permille in &betas {
            let settings = Years {
                timing: timing.clone(),
                seed: 1,
                bursts_per_year,
                mean_burst_ms: MEAN_BURST_MS,
                beta_permille,
                loss_permille: 1_000,
            };
            let (stop, bar) = (stop.clone(), bar.clone());
            let work = move || settings.run(years, threads, &stop, || bar.inc(1));
            let total = tokio::task::spawn_blocking(work).await?;
            curve.push(Point {
                beta: beta_permille as f64 / 1_000.0,
                bursts_per_year,
                years: total.years,
                bursts: total.bursts,
                false_moves: total.false_moves,
                false_moves_per_year: total.false_moves as f64 / total.years.max(1) as f64,
                events: total.events,
                violations: total.broken,
            });
        }
    }
    bar.finish_and_clear();
    show(&curve, years, json)?;
    Ok(curve.iter().all(|p| p.violations == 0))
}

fn show(curve: &[Point], asked: u64, json: bool) -> anyhow::Result<()> {
    if json {
        println!(
            "{}",
            serde_json::json!({ "asked": asked, "mean_burst_ms": MEAN_BURST_MS, "curve": curve })
        );
        return Ok(());
    }
    println!(
        "false moves in simulated years: each observer loses sight of a Region in bursts of {} s on \
         average; β of them have a common cause\n",
        MEAN_BURST_MS / 1_000
    );
    println!("bursts a year       β    years   false moves   in 100 years");
    for p in curve.iter().filter(|p| p.years > 0) {
        println!(
            "{:>13} {:>6.1}% {:>8} {:>13} {:>14.2}",
            p.bursts_per_year,
            100.0 * p.beta,
            p.years,
            p.false_moves,
            100.0 * p.false_moves_per_year
        );
    }
    let broken: u64 = curve.iter().map(|p| p.violations).sum();
    if curve.iter().any(|p| p.years < asked) {
        println!("stopped early: {asked} years per point were requested");
    }
    println!("\n{broken} rules broken");
    Ok(())
}
