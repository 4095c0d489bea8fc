//! The processor: takes hints from this Region's queue and applies their accounts, while authority
//! names this Region.

use crate::apply::apply;
use crate::region::Region;
use leeward_core::apply::{Batch, BatchCommand, BatchEnd, BatchEvent};
use leeward_ports::HintBatch;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A long poll; the queue answers as soon as there is something.
const WAIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(200);

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

async fn work(region: &Region, batches: Vec<HintBatch>) {
    let receipts: Vec<String> = batches.iter().map(|batch| batch.receipt.clone()).collect();
    match book(region, &batches).await {
        BatchEnd::Delete => drop(region.queue.delete(&receipts).await),
        BatchEnd::Keep => tokio::time::sleep(PAUSE).await,
    }
}

/// Books what a batch of hints names: carries out what `core::apply` wants, and returns what becomes of the
/// messages.
pub async fn book(region: &Region, batches: &[HintBatch]) -> BatchEnd {
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
