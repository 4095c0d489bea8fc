//! `bench catch-up`: measures how fast the projection catches up after a move. The active Region is killed while the
//! promotion of the database is delayed, so that acknowledged orders wait in the ledger; then the surviving Region
//! books them.

use crate::measure::median_by;
use crate::orders::BenchError;
use leeward_api::RunEnd;
use leeward_local::{Load, LoadOptions, Supervisor, UpOptions, status, wall_ms};
use leeward_model::Step;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The options of `bench catch-up`.
#[derive(Debug, Clone)]
pub struct CatchUpOptions {
    pub up: UpOptions,
    /// The time for which orders are accepted while none is booked.
    pub seconds: u64,
    pub rounds: u32,
    pub connections: usize,
    pub accounts: u64,
}

/// The result of one round.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CatchUp {
    /// The backlog, in orders, when booking resumed.
    pub orders: u64,
    /// The ledger entries that held these orders.
    pub entries: u64,
    /// The time from the promotion until the projection equals the ledger.
    pub milliseconds: u64,
    pub orders_per_second: f64,
    pub entries_per_second: f64,
}

/// The result of the benchmark: every round of each workload, and its median round.
#[derive(Debug, Clone, Serialize)]
pub struct CatchUpReport {
    pub label: &'static str,
    pub rounds: BTreeMap<String, Vec<CatchUp>>,
    pub median: BTreeMap<String, CatchUp>,
}

/// The workloads to measure, each with its name and its batch size: single orders, and batches of a hundred.
const WORKLOADS: [(&str, usize); 2] = [("single", 1), ("batch", 100)];
const POLL: Duration = Duration::from_millis(2);
/// The time by which the delay of the promotion exceeds the duration of the load. It leaves room for the start of the
/// move, and the writer must not have moved yet when the load stops.
const MARGIN: Duration = Duration::from_secs(4);

/// Runs the benchmark. `report` receives a line after each round.
pub async fn bench_catch_up(
    options: CatchUpOptions,
    report: impl Fn(&str),
) -> Result<CatchUpReport, BenchError> {
    let mut rounds: BTreeMap<String, Vec<CatchUp>> = BTreeMap::new();
    for round in 1..=options.rounds {
        for (name, batch) in WORKLOADS {
            let one = measure(&options, round, name, batch).await?;
            report(&format!(
                "round {round}: {name}: {} orders in {} entries booked in {} ms",
                one.orders, one.entries, one.milliseconds
            ));
            rounds.entry(name.to_owned()).or_default().push(one);
        }
    }
    let median = rounds
        .iter()
        .map(|(name, list)| (name.clone(), median_by(list, |c| c.orders_per_second)))
        .collect();
    Ok(CatchUpReport {
        label: "local: one machine; SQLite with a sync at each commit",
        rounds,
        median,
    })
}

async fn measure(
    options: &CatchUpOptions,
    round: u32,
    name: &str,
    batch: usize,
) -> Result<CatchUp, BenchError> {
    let mut up = options.up.clone();
    up.dir = up.dir.join(format!("{name}-{round}"));
    let s = Supervisor::start(up).await?;
    let measured = measure_on(&s, options, batch).await;
    let stopping = s.clone();
    let _ = tokio::task::spawn_blocking(move || stopping.stop()).await;
    measured
}

async fn measure_on(
    s: &Arc<Supervisor>,
    options: &CatchUpOptions,
    batch: usize,
) -> Result<CatchUp, BenchError> {
    if s.wait_ready(Duration::from_secs(60)).await.is_err() {
        return Err(BenchError::NotReady);
    }
    let delay = Duration::from_secs(options.seconds) + MARGIN;
    s.delay_promotion(delay);
    s.kill(0);
    wait_until(delay, || async {
        status(s).await.active.is_some_and(|active| active.as_str() == s.region_names()[1])
    })
    .await?;
    let load = Load::start(LoadOptions {
        connections: options.connections,
        accounts: options.accounts,
        batch,
        ..LoadOptions::on(s, "catch-up".into())
    });
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    let summary = load.stop(Duration::from_secs(5)).await;
    let before = count_booked(s)?;
    if s.is_writer(1).await {
        return Err(BenchError::NotReady);
    }
    let limit = Duration::from_secs(60);
    wait_until(limit, || async { s.is_writer(1).await }).await?;
    let began_ms = wall_ms();
    wait_until(limit, || async {
        status(s).await.last_run.is_some_and(|last| last.end == RunEnd::Completed)
    })
    .await?;
    let last = status(s).await.last_run;
    let reconciled = last.and_then(|run| run.done_at_ms(Step::Reconcile));
    let ended_ms = reconciled.ok_or(BenchError::NotReady)?;
    let orders = count_booked(s)?.saturating_sub(before);
    let milliseconds = ended_ms.saturating_sub(began_ms).max(1);
    let entries: std::collections::BTreeSet<(u64, u64)> =
        summary.acks.iter().map(|ack| (ack.number % options.accounts, ack.seq)).collect();
    let rate = |n: u64| n as f64 * 1_000.0 / milliseconds as f64;
    let entries = entries.len() as u64;
    Ok(CatchUp {
        orders,
        entries,
        milliseconds,
        orders_per_second: rate(orders),
        entries_per_second: rate(entries),
    })
}

async fn wait_until<F: Future<Output = bool>>(
    limit: Duration,
    condition: impl Fn() -> F,
) -> Result<(), BenchError> {
    let poll = async {
        while !condition().await {
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(limit, poll).await.map_err(|_| BenchError::NotReady)
}

/// Counts the orders in the surviving Region's database, whose file it opens directly.
fn count_booked(s: &Supervisor) -> Result<u64, BenchError> {
    let path = s.layout().database(&s.region_names()[1]);
    let count = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|c| c.query_row("SELECT count(*) FROM orders", [], |row| row.get::<_, i64>(0)))
        .map_err(|e| BenchError::Database(e.to_string()))?;
    Ok(count as u64)
}
