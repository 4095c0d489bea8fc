//! Expired sessions: tables with multi-Region strong consistency have no TTL, so the active Region
//! deletes them. Until then they answer 404 all the same.

use crate::region::Region;
use leeward_ports::{Outcome, Swap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Clocks of writers and sweepers differ: what has only just expired is left to the next pass.
const GRACE_S: u64 = 60;

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(region.settings.expiry_ms)) => {}
            _ = stop.changed() => return,
        }
        expire(&region).await;
    }
}

/// One look, where this Region is the one to look.
pub async fn expire(region: &Region) {
    if !region.is_active() {
        return;
    }
    let deleted = pass(region).await;
    if deleted > 0 {
        tracing::info!(deleted, "expired sessions deleted");
    }
}

/// What cannot be read or deleted now is found again.
async fn pass(region: &Region) -> u64 {
    let before_s = (region.clock.wall_ms() / 1_000).saturating_sub(GRACE_S);
    let (mut from, mut deleted) = (None, 0);
    loop {
        let Some(page) = region.sessions.expired(before_s, from).await.done() else {
            return deleted;
        };
        for (id, version) in page.sessions {
            let gone = region.sessions.delete_session(&id, version).await;
            deleted += u64::from(matches!(gone, Outcome::Done(Swap::Stored)));
        }
        from = page.next;
        if from.is_none() {
            return deleted;
        }
    }
}
