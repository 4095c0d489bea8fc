//! Hints: which accounts have news for the processor, coalesced and sent in bulk.

use crate::region::Region;
use leeward_model::{AccountId, Seq};
use leeward_ports::{Hint, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Hints in one message: far below SQS's limit of bytes.
const PER_MESSAGE: usize = 1_000;

pub(crate) struct Hints {
    waiting: Mutex<HashMap<AccountId, Seq>>,
    some: Notify,
}

impl Hints {
    pub(crate) fn new() -> Hints {
        Hints { waiting: Mutex::new(HashMap::new()), some: Notify::new() }
    }

    pub(crate) fn add(&self, hint: Hint) {
        let mut waiting = self.waiting.lock().expect("a map does not panic");
        let newest = waiting.entry(hint.account).or_insert(hint.seq);
        *newest = (*newest).max(hint.seq);
        drop(waiting);
        self.some.notify_one();
    }

    fn take(&self) -> Vec<Hint> {
        let taken = std::mem::take(&mut *self.waiting.lock().expect("a map does not panic"));
        taken.into_iter().map(|(account, seq)| Hint { account, seq }).collect()
    }
}

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = region.hints.some.notified() => {}
            _ = stop.changed() => return,
        }
        tokio::time::sleep(Duration::from_millis(region.settings.hint_delay_ms)).await;
        flush(&region).await;
    }
}

/// Sends what waits. For a process that stands still between requests, before it answers.
pub async fn flush(region: &Region) {
    for chunk in region.hints.take().chunks(PER_MESSAGE) {
        send(region, chunk).await;
    }
}

/// To the queue of the Region that authority names, the local one if that fails (R15). A hint that
/// is lost costs time: the sweeper finds its account.
async fn send(region: &Region, hints: &[Hint]) {
    let active = region.authority.borrow().as_ref().map(|a| a.active.clone());
    let first = active.unwrap_or_else(|| region.name.clone());
    let sent = region.queue.send(&first, hints).await;
    if !matches!(sent, Outcome::Done(())) && first != region.name {
        let _ = region.queue.send(&region.name, hints).await;
    }
}
