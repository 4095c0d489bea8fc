//! Counts lost and duplicated orders: it compares the customers' log with the ledger's items and the surviving
//! database's rows. This module shares no code with the order path, so that a bug there cannot hide here. For this
//! reason it has a second, smaller definition of the stored body.

use crate::database::Done;
use crate::load::{LoadOptions, LoadSummary, account_of, id_of};
use crate::supervisor::Supervisor;
use leeward_cloud::dynamodb::expression::{Compare, Condition, Operand, Path};
use leeward_cloud::dynamodb::{DynamoRequest, DynamoResponse, Page, Query, Value};
use leeward_cloud::{Place, RegionIx, Reply, Request, Response};
use leeward_model::ClientId;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

/// The fields of a ledger item's body that counting needs.
#[derive(Deserialize)]
struct Entry {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    id: ClientId,
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    order: Option<IgnoredAny>,
    batch: Option<Vec<IgnoredAny>>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) failures: Vec<String>,
}

/// The positions, as `(seq, index)`, at which each `(account, client id)` was found.
type Placements = BTreeMap<(String, String), Vec<(u64, u32)>>;

const SHOWN: usize = 5;

pub(crate) async fn count(
    s: &Supervisor,
    region: usize,
    options: &LoadOptions,
    load: &LoadSummary,
) -> Counted {
    let mut counted = Counted::default();
    let accounts: BTreeSet<String> =
        load.acks.iter().map(|ack| account_of(options, ack.number)).collect();
    let mut ledger = Placements::new();
    for account in &accounts {
        if let Err(why) = read_ledger(s, region, account, &mut ledger).await {
            counted.failures.push(format!("the ledger of {account} cannot be read: {why}"));
            return counted;
        }
    }
    let database = match read_database(s, region, &options.run).await {
        Ok(database) => database,
        Err(why) => {
            counted.failures.push(format!("the surviving database cannot be read: {why}"));
            return counted;
        }
    };
    for ack in &load.acks {
        let key = (account_of(options, ack.number), id_of(options, ack.number));
        let acknowledged = (ack.seq, ack.index);
        for (where_, places) in [("ledger", &ledger), ("database", &database)] {
            let found = places.get(&key).map_or(&[][..], Vec::as_slice);
            // The database has a row for each order of a batch; the first of them has the acknowledged position.
            let firsts: Vec<_> = if options.batch == 1 { found.to_vec() } else { first(found) };
            if !firsts.contains(&acknowledged) {
                counted.lost += 1;
                add_failure(&mut counted.failures, || {
                    format!(
                        "{key:?} was acknowledged at {acknowledged:?}; the {where_} holds it at {found:?}"
                    )
                });
            }
            if firsts.len() > 1 {
                counted.duplicated += 1;
                add_failure(&mut counted.failures, || {
                    format!("{key:?} is in the {where_} more than once: {found:?}")
                });
            }
        }
    }
    counted
}

/// Returns the position of the first order of each sequence number.
fn first(found: &[(u64, u32)]) -> Vec<(u64, u32)> {
    let mut firsts: BTreeMap<u64, u32> = BTreeMap::new();
    for (seq, index) in found {
        let least = firsts.entry(*seq).or_insert(*index);
        *least = (*least).min(*index);
    }
    firsts.into_iter().collect()
}

fn add_failure(failures: &mut Vec<String>, text: impl FnOnce() -> String) {
    if failures.len() < SHOWN {
        failures.push(text());
    }
}

async fn read_ledger(
    s: &Supervisor,
    region: usize,
    account: &str,
    places: &mut Placements,
) -> Result<(), String> {
    let mut start = None;
    loop {
        let partition = Operand::Path(Path::attribute("pk"));
        let value = Operand::Value(Value::S(account.into()));
        let query = Query {
            table: s.names().ledger_table().into(),
            condition: Condition::Compare(partition, Compare::Eq, value),
            filter: None,
            forward: true,
            limit: None,
            start,
            consistent: true,
        };
        let page = ask(s, region, query).await?;
        for item in &page.items {
            let (Some(Value::S(seq)), Some(Value::S(body))) = (item.get("sk"), item.get("body"))
            else {
                return Err("an item has no sequence number or body".into());
            };
            let seq: u64 = seq.parse().map_err(|_| format!("{seq} is not a sequence number"))?;
            collect(account, seq, body, places)?;
        }
        start = page.last;
        if start.is_none() {
            return Ok(());
        }
    }
}

async fn ask(s: &Supervisor, region: usize, query: Query) -> Result<Page, String> {
    let request = Request::Dynamo(DynamoRequest::Query(query));
    let reply = s.engine().call(Place::Internet, RegionIx(region as u8), request).await;
    match reply {
        Reply::Answer(Ok(Response::Dynamo(DynamoResponse::Page(page)))) => Ok(page),
        Reply::Answer(Err(error)) => Err(format!("{}: {}", error.code, error.message)),
        _ => Err("no answer".into()),
    }
}

fn collect(account: &str, seq: u64, body: &str, places: &mut Placements) -> Result<(), String> {
    let entry: Entry = serde_json::from_str(body).map_err(|e| e.to_string())?;
    let mut index = 0u32;
    for group in &entry.groups {
        let key = (account.to_owned(), group.id.to_string());
        places.entry(key).or_default().push((seq, index));
        index += match &group.payload.batch {
            Some(orders) => orders.len() as u32,
            None => u32::from(group.payload.order.is_some()),
        };
    }
    Ok(())
}

async fn read_database(s: &Supervisor, region: usize, run: &str) -> Done<Placements> {
    let mut places = Placements::new();
    for row in s.databases().booked(region, &format!("{run}-")).await? {
        places.entry((row.account, row.client_id)).or_default().push((row.seq, row.index));
    }
    Ok(places)
}
