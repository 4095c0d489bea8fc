//! apply: read what lies after the watermark, fold it, commit it against that watermark.

use crate::region::Region;
use futures::StreamExt;
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{AccountId, Epoch, Seq, StoredEntry};
use leeward_store::{AccountDelta, Committed, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts in one transaction.
const ACCOUNTS: usize = 400;
/// Keys of one batch read, by DynamoDB's limit.
const KEYS: usize = 100;
/// Entries of one page.
const PAGE: u32 = 200;
/// Reads under way at once.
const READS: usize = 8;

/// What became of the accounts asked for.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    pub(crate) entries: usize,
    /// To be looked at again: more pages, a gap, a stale commit, a read that failed.
    pub(crate) again: BTreeSet<AccountId>,
}

impl Applied {
    fn merge(&mut self, other: Applied) {
        self.entries += other.entries;
        self.again.extend(other.again);
    }
}

/// Folds what is there for each account; `Seq::ZERO` as a hint means "not known".
pub(crate) async fn apply(
    region: &Region,
    epoch: Epoch,
    accounts: &BTreeMap<AccountId, Seq>,
) -> Result<Applied, StoreError> {
    let mut all = Applied::default();
    let list: Vec<(AccountId, Seq)> = accounts.iter().map(|(a, hint)| (a.clone(), *hint)).collect();
    let mut chunks = list.chunks(ACCOUNTS);
    let mut next = read_and_fold(region, chunks.next()).await?;
    // While one chunk is committed the next is read.
    while let Some((mut applied, deltas)) = next {
        let reading = read_and_fold(region, chunks.next());
        let (committed, following) =
            futures::join!(commit(region, epoch, deltas, &mut applied), reading);
        committed?;
        all.merge(applied);
        next = following?;
    }
    if all.entries > 0 {
        region.booked.notify_one();
    }
    Ok(all)
}

async fn read_and_fold(
    region: &Region,
    chunk: Option<&[(AccountId, Seq)]>,
) -> Result<Option<(Applied, Vec<AccountDelta>)>, StoreError> {
    let Some(chunk) = chunk else { return Ok(None) };
    let mut applied = Applied::default();
    let names: Vec<AccountId> = chunk.iter().map(|(a, _)| a.clone()).collect();
    let states = region.store.load(&names).await?;
    let mut deltas = Vec::new();
    let hints: BTreeMap<&AccountId, Seq> = chunk.iter().map(|(a, hint)| (a, *hint)).collect();
    let work = chunk.iter().map(|(_, hint)| *hint).zip(states);
    for (state, entries) in read(region, work.collect(), &mut applied).await {
        let hint = hints.get(&state.account).copied().unwrap_or_default();
        fold(state, hint, &entries, &mut deltas, &mut applied);
    }
    Ok(Some((applied, deltas)))
}

/// Entries after each watermark: one key each where the hint says that one is all, else a page.
async fn read(
    region: &Region,
    work: Vec<(Seq, AccountState)>,
    applied: &mut Applied,
) -> Vec<(AccountState, Vec<StoredEntry>)> {
    let (mut single, mut pages) = (Vec::new(), Vec::new());
    for (hint, state) in work {
        if hint != Seq::ZERO && hint <= state.seq {
            continue;
        }
        if hint == Seq::ZERO || hint == state.seq.next() {
            single.push(state);
        } else {
            pages.push(state);
        }
    }
    let mut out = Vec::new();
    let batches: Vec<Vec<AccountState>> = single.chunks(KEYS).map(<[_]>::to_vec).collect();
    let mut batch_reads = futures::stream::iter(batches.into_iter().map(|states| async move {
        let keys: Vec<_> = states.iter().map(|s| (s.account.clone(), s.seq.next())).collect();
        let read = region.ledger.entries_at(&keys).await.done();
        (states, read)
    }))
    .buffer_unordered(READS);
    while let Some((states, read)) = batch_reads.next().await {
        let Some(read) = read else {
            applied.again.extend(states.into_iter().map(|s| s.account));
            continue;
        };
        let mut by_account: BTreeMap<AccountId, StoredEntry> =
            read.into_iter().map(|e| (e.account.clone(), e)).collect();
        for state in states {
            match by_account.remove(&state.account) {
                // SAFE-2: a ledger has no gap, so nothing at watermark + 1 means that the
                // watermark is the head.
                None => {}
                Some(entry) => {
                    applied.again.insert(state.account.clone());
                    out.push((state, vec![entry]));
                }
            }
        }
    }
    drop(batch_reads);
    let mut page_reads = futures::stream::iter(pages.into_iter().map(|state| async move {
        let read = region.ledger.entries_after(&state.account, state.seq, PAGE).await.done();
        (state, read)
    }))
    .buffer_unordered(READS);
    while let Some((state, read)) = page_reads.next().await {
        match read {
            Some(entries) if entries.is_empty() => {}
            Some(entries) => {
                applied.again.insert(state.account.clone());
                out.push((state, entries));
            }
            None => {
                applied.again.insert(state.account);
            }
        }
    }
    out
}

fn fold(
    state: AccountState,
    hint: Seq,
    entries: &[StoredEntry],
    deltas: &mut Vec<AccountDelta>,
    applied: &mut Applied,
) {
    let base = state.seq;
    let mut next = state;
    let (mut orders, mut parked, mut folded) = (Vec::new(), None, 0);
    for entry in entries {
        match next.fold(entry) {
            Folded::Applied(outcomes) => {
                orders.extend(outcomes);
                folded += 1;
            }
            Folded::Skipped => {}
            // SAFE-3, S10: read again; the account is on the list for that already.
            Folded::Gap { .. } => break,
            Folded::Parked(why) => {
                parked = Some(why);
                break;
            }
        }
    }
    if let Some(why) = &parked {
        tracing::error!(account = %next.account, why, "account parked");
        applied.again.remove(&next.account);
    }
    if hint != Seq::ZERO && next.seq >= hint {
        // All that was asked for; a later entry has a hint of its own.
        applied.again.remove(&next.account);
    }
    if folded > 0 || parked.is_some() {
        applied.entries += folded;
        deltas.push(AccountDelta { base, state: next, orders, parked });
    }
}

async fn commit(
    region: &Region,
    epoch: Epoch,
    deltas: Vec<AccountDelta>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    if deltas.is_empty() {
        return Ok(());
    }
    let accounts: Vec<(AccountId, Seq)> =
        deltas.iter().map(|d| (d.state.account.clone(), d.state.seq)).collect();
    let orders: u64 = deltas.iter().map(|d| d.orders.len() as u64).sum();
    let committed = region.store.commit(epoch, region.clock.wall_ms(), deltas).await?;
    region.metrics.orders_booked.inc_by(orders);
    for ((account, seq), outcome) in accounts.into_iter().zip(committed) {
        match outcome {
            Committed::Applied => tracing::debug!(%account, %seq, "booked"),
            // Somebody else is at it, or a read was old; the watermark decides (SAFE-6).
            Committed::Stale => {
                tracing::debug!(%account, "stale fold thrown away");
                applied.again.insert(account);
            }
        }
    }
    Ok(())
}
