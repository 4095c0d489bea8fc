//! The processor: receives hints from this Region's queue and applies their accounts, while this Region is active.

use crate::apply::apply;
use crate::region::RegionRuntime;
use leeward_core::apply::{Batch, BatchCommand, BatchEnd, BatchEvent};
use leeward_ports::HintBatch;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The duration of a long poll. The queue answers as soon as a message arrives.
const LONG_POLL: Duration = Duration::from_secs(5);
/// The delay after a failed read, or after messages that stay in the queue.
const RETRY_DELAY: Duration = Duration::from_millis(200);

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

/// Books the accounts that the hints name, by the commands of `core::apply`. Returns whether the messages are deleted
/// or stay in the queue.
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
