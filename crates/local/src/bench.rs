//! `bench orders`: acknowledged orders a second, beside PostgreSQL in the same run on the same
//! machine. Rounds are interleaved, so that both meet the same noise; medians are compared.

use crate::addresses::Addresses;
use crate::bench_postgres::{Rival, RivalError, Work};
use crate::load::{Load, LoadOptions};
use crate::supervisor::{Supervisor, UpError, UpOptions};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct BenchOptions {
    pub up: UpOptions,
    pub seconds: u64,
    pub rounds: u32,
    pub connections: usize,
    pub accounts: u64,
    pub with_rival: bool,
    /// One of [`CONTESTS`]; `None`: all of them.
    pub only: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error(transparent)]
    Up(#[from] UpError),
    #[error(transparent)]
    Rival(#[from] RivalError),
    #[error("LW-N001: the platform did not become ready")]
    NotReady,
    #[error("LW-N005: the survivor's database cannot be read: {0}")]
    Database(String),
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Round {
    /// Orders, not requests.
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct BenchReport {
    pub label: &'static str,
    pub connections: usize,
    pub seconds: u64,
    /// Every round of each contestant.
    pub rounds: BTreeMap<String, Vec<Round>>,
    /// Median round by orders a second.
    pub median: BTreeMap<String, Round>,
    /// Median of each contestant over PostgreSQL's.
    pub ratio: BTreeMap<String, f64>,
    /// To `pgbench -N`, whose transaction is an update, a select and an insert.
    pub ratio_to_simple_update: BTreeMap<String, f64>,
}

/// What everything is compared with, and `pgbench -N` beside it.
const RIVALS: [(&str, Work); 2] =
    [("postgresql", Work::Insert), ("postgresql -N", Work::SimpleUpdate)];
/// Contestant, orders in a request, accounts (0: as many as asked for).
pub const CONTESTS: [(&str, usize, u64); 3] =
    [("single", 1, 0), ("batch", 100, 0), ("hot-account", 1, 1)];

pub async fn bench_orders(
    options: BenchOptions,
    say: impl Fn(&str),
) -> Result<BenchReport, BenchError> {
    let rival = match options.with_rival {
        true => {
            let dir = options.up.dir.with_extension("postgresql");
            let port = Addresses::free().map_or(25_432, |a| a.api(0).port());
            say("starting PostgreSQL and its synchronous standby");
            Some(
                tokio::task::spawn_blocking(move || Rival::start(&dir, port))
                    .await
                    .expect("joined")?,
            )
        }
        false => None,
    };
    let rival = std::sync::Arc::new(rival);
    let supervisor = Supervisor::start(options.up.clone()).await?;
    if !supervisor.wait_ready(Duration::from_secs(20)).await {
        return Err(BenchError::NotReady);
    }
    let mut rounds: BTreeMap<String, Vec<Round>> = BTreeMap::new();
    for n in 1..=options.rounds {
        for (name, work) in RIVALS {
            if rival.is_none() {
                continue;
            }
            let (rival, clients, seconds) = (rival.clone(), options.connections, options.seconds);
            let run = move || rival.as_ref().as_ref().expect("checked").run(work, clients, seconds);
            let m = tokio::task::spawn_blocking(run).await.expect("joined")?;
            say(&format!("round {n}: {name} {:.0}/s, p99 {:.1} ms", m.per_second, m.p99_ms));
            let round = Round { per_second: m.per_second, p50_ms: 0.0, p99_ms: m.p99_ms };
            rounds.entry(name.into()).or_default().push(round);
        }
        for (name, batch, accounts) in CONTESTS {
            if options.only.as_ref().is_some_and(|only| only != name) {
                continue;
            }
            let round = contest(&supervisor, &options, n, name, batch, accounts).await;
            say(&format!(
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
    let [ratio, ratio_to_simple_update] = RIVALS.map(|(name, _)| against(name));
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

/// The round in the middle, by what `rate` says of it.
pub(crate) fn median_by<T: Copy>(rounds: &[T], rate: impl Fn(&T) -> f64) -> T {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
    sorted[sorted.len() / 2]
}

async fn contest(
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
