//! `bench wire`: measures PutItem and SendMessage through the product's own adapters, against the local cloud and
//! against ministack, in one run. The local cloud writes each item to two disks before it responds; ministack keeps
//! items in memory.

use crate::measure::median_by;
use crate::ministack::{Ministack, MinistackError};
use leeward_local::{BareCloud, BareCloudError, quantile_ms};
use leeward_model::{
    AccountId, ClientId, ContentHash, Decimal, Entry, Group, Order, OrderType, Payload, Region,
    Seq, Side, Symbol, TimeInForce,
};
use leeward_ports::{EntryPut, Hint, Ledger, Outcome, Queue};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The time after which a call counts as failed.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The options of `bench wire`.
#[derive(Debug, Clone)]
pub struct WireOptions {
    pub dir: PathBuf,
    /// The path of ministack; `None` measures the local cloud alone.
    pub ministack: Option<PathBuf>,
    pub seconds: u64,
    pub rounds: u32,
    pub tasks: usize,
}

/// The reasons why the benchmark failed.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error(transparent)]
    Cloud(#[from] BareCloudError),
    #[error(transparent)]
    Ministack(#[from] MinistackError),
    #[error("LW-N004: a call to {contestant} failed: {what}")]
    Failed { contestant: &'static str, what: String },
}

/// The addresses of a contestant. The caller builds the adapters, on which this crate does not depend.
#[derive(Debug, Clone)]
pub struct WireEndpoint {
    pub url: String,
    pub region: Region,
    pub table: String,
    pub queue_url: String,
}

/// The adapters that call a contestant.
#[derive(Clone)]
pub struct WireClient {
    pub ledger: Arc<dyn Ledger>,
    pub queue: Arc<dyn Queue>,
}

/// The result of one round.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Calls {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// The result of the benchmark.
#[derive(Debug, Clone, Serialize)]
pub struct WireReport {
    pub label: &'static str,
    pub tasks: usize,
    pub seconds: u64,
    /// The results of every round. The key is `contestant operation`.
    pub rounds: BTreeMap<String, Vec<Calls>>,
    pub median: BTreeMap<String, Calls>,
    /// For each operation, the rate of the local cloud divided by the rate of ministack.
    pub ratio: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    PutItem,
    SendMessage,
}

const OPERATIONS: [(Operation, &str); 2] =
    [(Operation::PutItem, "PutItem"), (Operation::SendMessage, "SendMessage")];
const OURS: &str = "leeward";
const RIVAL: &str = "ministack";

struct Contestant {
    name: &'static str,
    region: Region,
    client: WireClient,
}

/// Runs the benchmark. `report` receives a line after each measurement.
pub async fn bench_wire(
    options: WireOptions,
    connect: impl Fn(&WireEndpoint) -> WireClient,
    report: impl Fn(&str),
) -> Result<WireReport, WireError> {
    let ministack = match &options.ministack {
        Some(program) => Some(Ministack::start(program, &options.dir.join("ministack")).await?),
        None => None,
    };
    let mut contestants = vec![start_local_cloud(&options, &connect).await?];
    if let Some(ministack) = &ministack {
        let endpoint = ministack.create_resources("wire").await?;
        let client = connect(&endpoint);
        contestants.push(Contestant { name: RIVAL, region: endpoint.region, client });
    }
    let mut rounds: BTreeMap<String, Vec<Calls>> = BTreeMap::new();
    for round in 1..=options.rounds {
        for (operation, label) in OPERATIONS {
            for contestant in &contestants {
                let calls = measure(contestant, operation, round, &options).await?;
                let name = format!("{} {label}", contestant.name);
                report(&format!(
                    "round {round}: {name} {:.0}/s, p99 {:.1} ms",
                    calls.per_second, calls.p99_ms
                ));
                rounds.entry(name).or_default().push(calls);
            }
        }
    }
    let median: BTreeMap<String, Calls> = rounds
        .iter()
        .map(|(name, list)| (name.clone(), median_by(list, |calls| calls.per_second)))
        .collect();
    let rate = |contestant: &str, label: &str| {
        median.get(&format!("{contestant} {label}")).map(|m| m.per_second)
    };
    let ratio = OPERATIONS
        .iter()
        .filter_map(|(_, label)| {
            Some(((*label).to_owned(), rate(OURS, label)? / rate(RIVAL, label)?))
        })
        .collect();
    Ok(WireReport {
        label: "local: one machine, one client process, which is also the local cloud's",
        tasks: options.tasks,
        seconds: options.seconds,
        rounds,
        median,
        ratio,
    })
}

/// Starts the local cloud of `leeward up` without a platform on it.
async fn start_local_cloud(
    options: &WireOptions,
    connect: &impl Fn(&WireEndpoint) -> WireClient,
) -> Result<Contestant, WireError> {
    let cloud = BareCloud::start(&options.dir.join("leeward")).await?;
    let BareCloud { url, region, ledger_table: table, queue_url } = cloud;
    let client = connect(&WireEndpoint { url, region: region.clone(), table, queue_url });
    Ok(Contestant { name: OURS, region, client })
}

async fn measure(
    contestant: &Contestant,
    operation: Operation,
    round: u32,
    options: &WireOptions,
) -> Result<Calls, WireError> {
    let began = Instant::now();
    let until = began + Duration::from_secs(options.seconds);
    let tasks: Vec<_> = (0..options.tasks)
        .map(|task| {
            let (client, region) = (contestant.client.clone(), contestant.region.clone());
            let account = AccountId::new(&format!("bench-{round}-{task}")).expect("a valid name");
            tokio::spawn(call_repeatedly(client, region, operation, account, until))
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        let latencies = task.await.expect("joined");
        let failed = |what| WireError::Failed { contestant: contestant.name, what };
        all.extend(latencies.map_err(failed)?);
    }
    let seconds = began.elapsed().as_secs_f64();
    all.sort_unstable();
    Ok(Calls {
        per_second: all.len() as f64 / seconds,
        p50_ms: quantile_ms(&all, 0.5),
        p99_ms: quantile_ms(&all, 0.99),
    })
}

async fn call_repeatedly(
    client: WireClient,
    region: Region,
    operation: Operation,
    account: AccountId,
    until: Instant,
) -> Result<Vec<Duration>, String> {
    let entry = sample_entry(&account);
    let mut latencies = Vec::new();
    let mut seq = Seq(1);
    while Instant::now() < until {
        let began = Instant::now();
        match operation {
            Operation::PutItem => {
                match client.ledger.put_entry(&account, seq, &entry, CALL_TIMEOUT).await {
                    Outcome::Done(EntryPut::Stored) => {}
                    other => return Err(format!("{other:?}")),
                }
            }
            Operation::SendMessage => {
                let hint = Hint { account: account.clone(), seq };
                match client.queue.send(&region, &[hint]).await {
                    Outcome::Done(()) => {}
                    other => return Err(format!("{other:?}")),
                }
            }
        }
        latencies.push(began.elapsed());
        seq = seq.next();
    }
    Ok(latencies)
}

/// Returns an entry with one order, as the service writes it.
fn sample_entry(account: &AccountId) -> Entry {
    let decimal = |text| Decimal::parse(text).expect("a number");
    let payload = Payload::Order(Order {
        symbol: Symbol::new("ACME").expect("a symbol"),
        side: Side::Buy,
        order_type: OrderType::Limit,
        quantity: decimal("1"),
        limit_price: Some(decimal("100.25")),
        time_in_force: TimeInForce::Day,
    });
    let hash = ContentHash::of(account, &payload);
    let id = ClientId::new("bench-1").expect("an id");
    Entry { groups: vec![Group { id, hash, payload }] }
}
