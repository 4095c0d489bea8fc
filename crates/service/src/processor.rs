//! The processor: takes hints from this Region's queue and applies their accounts, while authority
//! names this Region.

use crate::apply::apply;
use crate::region::Region;
use leeward_model::{AccountId, Authority, Seq};
use leeward_ports::HintBatch;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A long poll; the queue answers as soon as there is something.
const WAIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(200);
/// Rounds over one batch of hints: what is still behind then is the sweeper's.
const ROUNDS: usize = 50;

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    loop {
        let received = tokio::select! {
            received = region.queue.receive(WAIT) => received,
            _ = stop.changed() => return,
        };
        let Some(batches) = received.done() else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if !batches.is_empty() {
            work(&region, batches).await;
        }
    }
}

/// SAFE-6: a batch begins with a strong read of the authority in this Region; whoever cannot read
/// it, or is not active, does not fold.
pub(crate) async fn authority_here(region: &Region) -> Option<Authority> {
    let read = region.read_authority().await.flatten()?;
    (read.active == region.name).then_some(read)
}

async fn work(region: &Region, batches: Vec<HintBatch>) {
    let receipts: Vec<String> = batches.iter().map(|batch| batch.receipt.clone()).collect();
    match book(region, &batches).await {
        Booked::Done => drop(region.queue.delete(&receipts).await),
        // They come again after their visibility timeout.
        Booked::NotYet => tokio::time::sleep(PAUSE).await,
    }
}

/// What came of a few messages of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// Nobody needs them any more.
    Done,
    /// Nothing is known, or the database took nothing: they are to come again.
    NotYet,
}

/// Books what hints tell of, each account from its watermark on, whatever order they come in.
pub async fn book(region: &Region, batches: &[HintBatch]) -> Booked {
    let mut accounts: BTreeMap<AccountId, Seq> = BTreeMap::new();
    for hint in batches.iter().flat_map(|batch| &batch.hints) {
        let newest = accounts.entry(hint.account.clone()).or_insert(hint.seq);
        *newest = (*newest).max(hint.seq);
    }
    // SAFE-7: who has authority is not known.
    let Some(read) = region.read_authority().await else { return Booked::NotYet };
    // A processor without authority lets hints go: the other Region sweeps (R15).
    let Some(authority) = read.filter(|authority| authority.active == region.name) else {
        return Booked::Done;
    };
    for _ in 0..ROUNDS {
        match apply(region, authority.epoch, &accounts).await {
            Ok(applied) => {
                accounts.retain(|account, _| applied.again.contains(account));
                if accounts.is_empty() || applied.entries == 0 {
                    break;
                }
            }
            Err(error) => {
                tracing::debug!(%error, "cannot book");
                return Booked::NotYet;
            }
        }
    }
    Booked::Done
}
