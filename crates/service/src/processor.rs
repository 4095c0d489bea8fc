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
    let mut accounts: BTreeMap<AccountId, Seq> = BTreeMap::new();
    let mut receipts = Vec::new();
    for batch in batches {
        receipts.push(batch.receipt);
        for hint in batch.hints {
            let newest = accounts.entry(hint.account).or_insert(hint.seq);
            *newest = (*newest).max(hint.seq);
        }
    }
    // SAFE-7: who has authority is not known. The hints come again after their visibility timeout.
    let Some(read) = region.read_authority().await else {
        return tokio::time::sleep(PAUSE).await;
    };
    match read.filter(|authority| authority.active == region.name) {
        // A processor without authority deletes hints: the other Region sweeps (R15).
        None => {}
        Some(authority) => {
            for _ in 0..ROUNDS {
                match apply(region, authority.epoch, &accounts).await {
                    Ok(applied) => {
                        accounts.retain(|account, _| applied.again.contains(account));
                        if accounts.is_empty() || applied.entries == 0 {
                            break;
                        }
                    }
                    Err(error) => {
                        // The hints come again after their visibility timeout.
                        tracing::debug!(%error, "cannot book");
                        return;
                    }
                }
            }
        }
    }
    let _ = region.queue.delete(&receipts).await;
}
