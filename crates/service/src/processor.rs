//! The processor, which receives hints from this Region's queue and books the accounts that they name while this Region
//! is active.
//!
//! `core::apply` decides; [`book`] and [`apply`] carry out its commands. The sweeper uses [`apply`] too.

use crate::region::RegionRuntime;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use leeward_core::apply::{
    AccountDelta, Applied, Apply, Batch, BatchCommand, BatchEnd, BatchEvent, Command, Committed,
    Event,
};
use leeward_model::{AccountId, Epoch, Seq, StoredEntry};
use leeward_ports::HintBatch;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The duration of a long poll. The queue responds as soon as a message arrives.
const LONG_POLL: Duration = Duration::from_secs(5);
/// The delay after a failed read, or after a batch whose messages stay in the queue.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// The maximum number of keys in one batch read, which is DynamoDB's limit.
const BATCH_KEYS_MAX: usize = 100;
/// The number of entries in one page.
const PAGE_ENTRIES: u32 = 200;
/// The maximum number of concurrent reads.
const READS_MAX: usize = 8;

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    loop {
        let received = tokio::select! {
            received = region.queue.receive(LONG_POLL) => received,
            _ = stop.changed() => return,
        };
        let Some(batches) = received.done() else {
            tokio::time::sleep(RETRY_DELAY).await;
            continue;
        };
        if !batches.is_empty() {
            book_and_delete(&region, batches).await;
        }
    }
}

async fn book_and_delete(region: &RegionRuntime, batches: Vec<HintBatch>) {
    let receipts: Vec<String> = batches.iter().map(|batch| batch.receipt.clone()).collect();
    match book(region, &batches).await {
        BatchEnd::Delete => drop(region.queue.delete(&receipts).await),
        BatchEnd::Keep => tokio::time::sleep(RETRY_DELAY).await,
    }
}

/// Books the accounts that the hints name, by carrying out the commands of `core::apply`. Returns whether the messages
/// are deleted or stay in the queue.
pub async fn book(region: &RegionRuntime, batches: &[HintBatch]) -> BatchEnd {
    let hints = batches.iter().flat_map(|batch| &batch.hints);
    let hints = hints.map(|hint| (hint.account.clone(), hint.seq));
    let mut batch = Batch::new(region.name.clone(), hints);
    let mut event = BatchEvent::Begin;
    loop {
        event = match batch.step(event) {
            BatchCommand::ReadAuthority => {
                let read = region.read_authority().await;
                BatchEvent::Authority(read.map(|read| read.map(Box::new)))
            }
            BatchCommand::Apply { epoch, accounts } => {
                BatchEvent::Applied(apply(region, epoch, accounts).await)
            }
            BatchCommand::End(end) => return end,
        };
    }
}

/// Applies each account once. Returns `None` if the database did not respond, so that nothing is known about its state.
pub(crate) async fn apply(
    region: &RegionRuntime,
    epoch: Epoch,
    accounts: BTreeMap<AccountId, Seq>,
) -> Option<Applied> {
    let mut machine = Apply::new(accounts);
    let mut pending = FuturesUnordered::new();
    let mut event = Event::Begin;
    loop {
        for command in machine.step(event) {
            if let Command::End(applied) = command {
                if applied.as_ref().is_some_and(|applied| applied.entries > 0) {
                    region.booked.notify_one();
                }
                return applied;
            }
            pending.push(carry_out(region, epoch, command));
        }
        event = pending.next().await.expect("an unfinished pass has a pending command");
    }
}

async fn carry_out(region: &RegionRuntime, epoch: Epoch, command: Command) -> Event {
    match command {
        Command::Load(accounts) => Event::Loaded(region.store.load(&accounts).await.ok()),
        Command::ReadEntries { at, after } => {
            let mut found = read_single(region, &at).await;
            found.extend(read_pages(region, &after).await);
            Event::Entries(found)
        }
        Command::Commit(deltas) => Event::Committed(commit(region, epoch, deltas).await),
        Command::End(_) => unreachable!("the caller handles End"),
    }
}

/// Reads one entry for each key. If a batch read fails, the result lacks all accounts of that batch.
async fn read_single(
    region: &RegionRuntime,
    keys: &[(AccountId, Seq)],
) -> BTreeMap<AccountId, Vec<StoredEntry>> {
    let batches: Vec<Vec<(AccountId, Seq)>> =
        keys.chunks(BATCH_KEYS_MAX).map(<[_]>::to_vec).collect();
    let reads = batches.into_iter().map(|keys| async move {
        let entries = region.ledger.entries_at(&keys).await.done();
        entries.map(|entries| (keys, entries))
    });
    let mut reads = futures::stream::iter(reads).buffer_unordered(READS_MAX);
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

/// Reads the page of entries after each key. If an account's page cannot be read, the result lacks the account.
async fn read_pages(
    region: &RegionRuntime,
    keys: &[(AccountId, Seq)],
) -> BTreeMap<AccountId, Vec<StoredEntry>> {
    // The keys are copied, because a stream of futures that borrow them would not be `Send` in general.
    let keys = keys.to_vec();
    let reads = keys.into_iter().map(|(account, after)| async move {
        let entries = region.ledger.entries_after(&account, after, PAGE_ENTRIES).await.done();
        entries.map(|entries| (account, entries))
    });
    let read = futures::stream::iter(reads).buffer_unordered(READS_MAX);
    read.filter_map(std::future::ready).collect().await
}

async fn commit(
    region: &RegionRuntime,
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
            tracing::debug!(%error, "the database did not commit");
            None
        }
    }
}
