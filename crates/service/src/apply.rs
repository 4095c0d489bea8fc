//! Carries out one pass of `core::apply` against this Region's ledger and database.

use crate::region::Region;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use leeward_core::apply::{AccountDelta, Applied, Apply, Command, Committed, Event};
use leeward_model::{AccountId, Epoch, Seq, StoredEntry};
use std::collections::BTreeMap;

/// Keys of one batch read, by DynamoDB's limit.
const KEYS: usize = 100;
/// Entries of one page.
const PAGE: u32 = 200;
/// Reads under way at once.
const READS: usize = 8;

/// Applies each account once; `None`: the database did not answer, and nothing is known.
pub(crate) async fn apply(
    region: &Region,
    epoch: Epoch,
    accounts: BTreeMap<AccountId, Seq>,
) -> Option<Applied> {
    let mut machine = Apply::new(accounts);
    let mut under_way = FuturesUnordered::new();
    let mut event = Event::Begin;
    loop {
        for command in machine.step(event) {
            if let Command::End(applied) = command {
                if applied.as_ref().is_some_and(|applied| applied.entries > 0) {
                    region.booked.notify_one();
                }
                return applied;
            }
            under_way.push(carry_out(region, epoch, command));
        }
        event = under_way.next().await.expect("a pass that is not over has a command under way");
    }
}

async fn carry_out(region: &Region, epoch: Epoch, command: Command) -> Event {
    match command {
        Command::Load(accounts) => Event::Loaded(region.store.load(&accounts).await.ok()),
        Command::ReadEntries { at, after } => {
            let mut found = read_single(region, &at).await;
            found.extend(read_pages(region, &after).await);
            Event::Entries(found)
        }
        Command::Commit(deltas) => Event::Committed(commit(region, epoch, deltas).await),
        Command::End(_) => unreachable!("taken by the caller"),
    }
}

/// Reads one entry for each key. An account whose batch could not be read is left out.
async fn read_single(
    region: &Region,
    keys: &[(AccountId, Seq)],
) -> BTreeMap<AccountId, Vec<StoredEntry>> {
    let batches: Vec<Vec<(AccountId, Seq)>> = keys.chunks(KEYS).map(<[_]>::to_vec).collect();
    let reads = batches.into_iter().map(|keys| async move {
        let entries = region.ledger.entries_at(&keys).await.done();
        entries.map(|entries| (keys, entries))
    });
    let mut reads = futures::stream::iter(reads).buffer_unordered(READS);
    let mut found: BTreeMap<AccountId, Vec<StoredEntry>> = BTreeMap::new();
    while let Some(read) = reads.next().await {
        let Some((keys, entries)) = read else { continue };
        found.extend(keys.into_iter().map(|(account, _)| (account, Vec::new())));
        for entry in entries {
            found.entry(entry.account.clone()).or_default().push(entry);
        }
    }
    found
}

/// Reads a page after each key. An account whose page could not be read is left out.
async fn read_pages(
    region: &Region,
    keys: &[(AccountId, Seq)],
) -> BTreeMap<AccountId, Vec<StoredEntry>> {
    let reads = keys.to_vec().into_iter().map(|(account, after)| async move {
        let entries = region.ledger.entries_after(&account, after, PAGE).await.done();
        entries.map(|entries| (account, entries))
    });
    let read = futures::stream::iter(reads).buffer_unordered(READS);
    read.filter_map(std::future::ready).collect().await
}

async fn commit(
    region: &Region,
    epoch: Epoch,
    deltas: Vec<AccountDelta>,
) -> Option<Vec<Committed>> {
    for delta in &deltas {
        if let Some(why) = &delta.parked {
            tracing::error!(account = %delta.state.account, why, "account parked");
        }
    }
    let orders: u64 = deltas.iter().map(|delta| delta.orders.len() as u64).sum();
    match region.store.commit(epoch, region.clock.wall_ms(), deltas).await {
        Ok(committed) => {
            region.metrics.orders_booked.inc_by(orders);
            Some(committed)
        }
        Err(error) => {
            tracing::debug!(%error, "the database took nothing");
            None
        }
    }
}
