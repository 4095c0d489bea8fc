//! `bench orders`: measures acknowledged orders per second, and compares them with PostgreSQL in the same run on the
//! same machine. Rounds are interleaved, so that both are subject to the same noise; medians are compared. A contestant
//! begins only after the previous one has settled: PostgreSQL has written its checkpoint, and the platform's databases
//! have booked and replicated all accepted orders.

use crate::measure::median_by;
use crate::postgres::{Rival, RivalError, Work};
use leeward_local::{Addresses, Load, LoadOptions, Supervisor, UpError, UpOptions};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The options of `bench orders`.
#[derive(Debug, Clone)]
pub struct BenchOptions {
    pub up: UpOptions,
    pub seconds: u64,
    pub rounds: u32,
    pub connections: usize,
    pub accounts: u64,
    pub with_rival: bool,
    /// The only contest to run, one of [`CONTESTS`]; `None` runs all of them.
    pub only: Option<String>,
}

/// The reasons why a benchmark of the platform failed.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error(transparent)]
    Up(#[from] UpError),
    #[error(transparent)]
    Rival(#[from] RivalError),
    #[error("LW-N001: the platform did not become ready")]
    NotReady,
    #[error("LW-N006: accepted orders were still being booked after two minutes")]
    NotSettled,
    #[error("LW-N005: a Region's database cannot be read: {0}")]
    Database(String),
}

/// The result of one round.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Round {
    /// Acknowledged orders, not requests, per second.
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// The result of the benchmark.
#[derive(Debug, Clone, Serialize)]
pub struct BenchReport {
    pub label: &'static str,
    pub connections: usize,
    pub seconds: u64,
    /// Every round of each contestant.
    pub rounds: BTreeMap<String, Vec<Round>>,
    /// The median round of each contestant, by orders per second.
    pub median: BTreeMap<String, Round>,
    /// Each contestant's median rate divided by the rate at which PostgreSQL inserts single rows.
    pub ratio: BTreeMap<String, f64>,
    /// Each contestant's median rate divided by that of `pgbench -N`, whose transaction is an update, a select and an
    /// insert.
    pub ratio_to_simple_update: BTreeMap<String, f64>,
}

/// The contests: name, orders in a request, and accounts (0 uses the number in the options).
pub const CONTESTS: [(&str, usize, u64); 3] =
    [("single", 1, 0), ("batch", 100, 0), ("hot-account", 1, 1)];

#[derive(Clone, Copy)]
enum Contestant {
    Rival(Work),
    Ours(&'static str, usize, u64),
}

/// Lists the contestants in the order of their turns.
fn contestants() -> impl Iterator<Item = Contestant> {
    let rivals = [Work::SimpleUpdate, Work::Insert].map(Contestant::Rival);
    let ours = CONTESTS.map(|(name, batch, accounts)| Contestant::Ours(name, batch, accounts));
    rivals.into_iter().chain(ours)
}

impl Contestant {
    fn name(self) -> &'static str {
        match self {
            Contestant::Rival(work) => work.name(),
            Contestant::Ours(name, ..) => name,
        }
    }
}

const SETTLE_POLL: Duration = Duration::from_millis(500);
const SETTLE_POLLS: u32 = 240;
/// A database counts as settled if it books or replicates fewer entries than this between two polls. Canary orders
/// alone stay below this number.
const SETTLED_BELOW: u64 = 200;

/// Runs the benchmark. `report` receives a line after each turn.
pub async fn bench_orders(
    options: BenchOptions,
    report: impl Fn(&str),
) -> Result<BenchReport, BenchError> {
    let rival = match options.with_rival {
        true => {
            let dir = options.up.dir.with_extension("postgresql");
            let port = Addresses::free().map_or(25_432, |a| a.api(0).port());
            report("starting PostgreSQL and its synchronous standby");
            Some(
                tokio::task::spawn_blocking(move || Rival::start(&dir, port))
                    .await
                    .expect("joined")?,
            )
        }
        false => None,
    };
    let rival = Arc::new(rival);
    let supervisor = Supervisor::start(options.up.clone()).await?;
    if supervisor.wait_ready(Duration::from_secs(60)).await.is_err() {
        return Err(BenchError::NotReady);
    }
    let mut rounds: BTreeMap<String, Vec<Round>> = BTreeMap::new();
    for n in 1..=options.rounds {
        for contestant in contestants() {
            let Some(round) = take_turn(&supervisor, &rival, &options, n, contestant).await? else {
                continue;
            };
            let name = contestant.name();
            report(&format!(
                "round {n}: {name} {:.0}/s, p50 {:.1} ms, p99 {:.1} ms",
                round.per_second, round.p50_ms, round.p99_ms
            ));
            rounds.entry(name.into()).or_default().push(round);
        }
    }
    let stopping = supervisor.clone();
    let _ = tokio::task::spawn_blocking(move || stopping.stop()).await;
    let median: BTreeMap<String, Round> = rounds
        .iter()
        .map(|(name, list)| (name.clone(), median_by(list, |r| r.per_second)))
        .collect();
    let against = |rival: &str| -> BTreeMap<String, f64> {
        let base = median.get(rival).map_or(0.0, |r| r.per_second);
        let ratios = median.iter().filter(|_| base > 0.0);
        ratios.map(|(name, r)| (name.clone(), r.per_second / base)).collect()
    };
    let [ratio, ratio_to_simple_update] =
        [Work::Insert, Work::SimpleUpdate].map(|work| against(work.name()));
    Ok(BenchReport {
        label: "local: one machine, each write on two disks of it",
        connections: options.connections,
        seconds: options.seconds,
        rounds,
        median,
        ratio,
        ratio_to_simple_update,
    })
}

/// Measures one contestant in one round. Returns `None` if the contestant does not take part.
async fn take_turn(
    s: &Supervisor,
    rival: &Arc<Option<Rival>>,
    options: &BenchOptions,
    n: u32,
    contestant: Contestant,
) -> Result<Option<Round>, BenchError> {
    match contestant {
        Contestant::Rival(_) if rival.is_none() => Ok(None),
        Contestant::Rival(work) => {
            let (rival, clients, seconds) = (rival.clone(), options.connections, options.seconds);
            let run = move || rival.as_ref().as_ref().expect("checked").run(work, clients, seconds);
            let m = tokio::task::spawn_blocking(run).await.expect("joined")?;
            Ok(Some(Round { per_second: m.per_second, p50_ms: m.p50_ms, p99_ms: m.p99_ms }))
        }
        Contestant::Ours(name, ..) if options.only.as_ref().is_some_and(|only| only != name) => {
            Ok(None)
        }
        Contestant::Ours(name, batch, accounts) => {
            let round = measure(s, options, n, name, batch, accounts).await;
            wait_until_settled(s).await?;
            Ok(Some(round))
        }
    }
}

/// Waits until each database books or replicates fewer than [`SETTLED_BELOW`] entries between two polls.
async fn wait_until_settled(s: &Supervisor) -> Result<(), BenchError> {
    let mut before = count_entries(s)?;
    for _ in 0..SETTLE_POLLS {
        tokio::time::sleep(SETTLE_POLL).await;
        let now = count_entries(s)?;
        if now.iter().zip(&before).all(|(now, before)| now.saturating_sub(*before) < SETTLED_BELOW)
        {
            return Ok(());
        }
        before = now;
    }
    Err(BenchError::NotSettled)
}

/// Counts the entries in each Region's database, whose file it opens directly.
fn count_entries(s: &Supervisor) -> Result<Vec<u64>, BenchError> {
    let count = |region: &String| {
        let path = s.layout().database(region);
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|c| {
                c.query_row("SELECT total(seq) FROM accounts", [], |row| row.get::<_, f64>(0))
            })
            .map(|sum| sum as u64)
            .map_err(|e| BenchError::Database(e.to_string()))
    };
    s.region_names()[..2].iter().map(count).collect()
}

async fn measure(
    s: &Supervisor,
    options: &BenchOptions,
    round: u32,
    name: &str,
    batch: usize,
    accounts: u64,
) -> Round {
    let load = Load::start(LoadOptions {
        connections: options.connections,
        accounts: if accounts == 0 { options.accounts } else { accounts },
        batch,
        ..LoadOptions::on(s, format!("bench-{name}-{round}"))
    });
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    let acknowledged = load.acknowledged();
    let summary = load.stop(Duration::from_secs(5)).await;
    Round {
        per_second: acknowledged as f64 * batch as f64 / options.seconds as f64,
        p50_ms: summary.latency_ms(0.5),
        p99_ms: summary.latency_ms(0.99),
    }
}
