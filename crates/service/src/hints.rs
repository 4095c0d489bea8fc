//! Hints tell the processor which accounts have new entries. They are coalesced and sent in batches.

use crate::region::RegionRuntime;
use leeward_model::{AccountId, Seq};
use leeward_ports::{Hint, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The maximum number of hints in one message. Together they are far smaller than the message limit of SQS.
const HINTS_PER_MESSAGE: usize = 1_000;

/// The hints that wait to be sent. Each account has at most one, with its newest sequence number.
pub(crate) struct Hints {
    waiting: Mutex<HashMap<AccountId, Seq>>,
    added: Notify,
}

impl Hints {
    pub(crate) fn new() -> Hints {
        Hints { waiting: Mutex::new(HashMap::new()), added: Notify::new() }
    }

    pub(crate) fn add(&self, hint: Hint) {
        let mut waiting = self.waiting.lock().expect("a map does not panic");
        let newest = waiting.entry(hint.account).or_insert(hint.seq);
        *newest = (*newest).max(hint.seq);
        drop(waiting);
        self.added.notify_one();
    }

    fn take(&self) -> Vec<Hint> {
        let taken = std::mem::take(&mut *self.waiting.lock().expect("a map does not panic"));
        taken.into_iter().map(|(account, seq)| Hint { account, seq }).collect()
    }
}

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = region.hints.added.notified() => {}
            _ = stop.changed() => return,
        }
        tokio::time::sleep(Duration::from_millis(region.settings.timing.hint_delay_ms)).await;
        flush(&region).await;
    }
}

/// Sends all waiting hints. A process that is frozen between requests calls this function before it responds.
pub async fn flush(region: &RegionRuntime) {
    for chunk in region.hints.take().chunks(HINTS_PER_MESSAGE) {
        send(region, chunk).await;
    }
}

/// Sends hints to the queue of the active Region, or to the local queue if that fails (R15). A lost hint only delays
/// booking, because the sweeper finds its account.
async fn send(region: &RegionRuntime, hints: &[Hint]) {
    let active = region.authority.borrow().as_ref().map(|a| a.active.clone());
    let first = active.unwrap_or_else(|| region.name.clone());
    let sent = region.queue.send(&first, hints).await;
    if !matches!(sent, Outcome::Done(())) && first != region.name {
        let _ = region.queue.send(&region.name, hints).await;
    }
}
