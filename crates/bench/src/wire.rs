//! `bench wire`: PutItem and SendMessage through the product's own adapters, against the local cloud
//! and against ministack, in one run. The local cloud puts each item on two disks before it answers;
//! ministack keeps it in memory.

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

/// A call that takes longer counts as failed.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct WireOptions {
    pub dir: PathBuf,
    /// The program of ministack; `None` leaves it out.
    pub ministack: Option<PathBuf>,
    pub seconds: u64,
    pub rounds: u32,
    pub tasks: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error(transparent)]
    Cloud(#[from] BareCloudError),
    #[error(transparent)]
    Ministack(#[from] MinistackError),
    #[error("LW-N004: a call to {contestant} failed: {what}")]
    Failed { contestant: &'static str, what: String },
}

/// The address of a contestant. The caller makes the adapters, which this crate does not know.
#[derive(Debug, Clone)]
pub struct WireEndpoint {
    pub url: String,
    pub region: Region,
    pub table: String,
    pub queue_url: String,
}

#[derive(Clone)]
pub struct WireClient {
    pub ledger: Arc<dyn Ledger>,
    pub queue: Arc<dyn Queue>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Calls {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct WireReport {
    pub label: &'static str,
    pub tasks: usize,
    pub seconds: u64,
    /// All rounds of each contestant and operation.
    pub rounds: BTreeMap<String, Vec<Calls>>,
    pub median: BTreeMap<String, Calls>,
    /// The local cloud's median divided by ministack's, by operation.
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

pub async fn bench_wire(
    options: WireOptions,
    connect: impl Fn(&WireEndpoint) -> WireClient,
    say: impl Fn(&str),
) -> Result<WireReport, WireError> {
    let ministack = match &options.ministack {
        Some(program) => Some(Ministack::start(program, &options.dir.join("ministack")).await?),
        None => None,
    };
    let mut contestants = vec![ours(&options, &connect).await?];
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
                say(&format!(
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
    let rate = |who: &str, label: &str| median.get(&format!("{who} {label}")).map(|m| m.per_second);
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

/// Starts the cloud of `up` without a platform on it.
async fn ours(
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
            tokio::spawn(calls(client, region, operation, account, until))
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

async fn calls(
    client: WireClient,
    region: Region,
    operation: Operation,
    account: AccountId,
    until: Instant,
) -> Result<Vec<Duration>, String> {
    let entry = sample(&account);
    let mut latencies = Vec::new();
    let mut seq = Seq(1);
    while Instant::now() < until {
        let began = Instant::now();
        match operation {
            Operation::PutItem => match client.ledger.put_entry(&account, seq, &entry, LIMIT).await
            {
                Outcome::Done(EntryPut::Stored) => {}
                other => return Err(format!("{other:?}")),
            },
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

/// Returns an entry with one order, as the service puts it.
fn sample(account: &AccountId) -> Entry {
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
