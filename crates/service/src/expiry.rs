//! Deletes expired sessions. Tables with multi-Region strong consistency have no TTL, so the active Region deletes the
//! sessions. A request for an expired session that still exists gets 404.

use crate::region::RegionRuntime;
use leeward_ports::{Outcome, Swap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The time for which a session is kept after it expires, because the clocks of different machines differ.
const GRACE_S: u64 = 60;

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(region.settings.timing.expiry_ms)) => {}
            _ = stop.changed() => return,
        }
        expire(&region).await;
    }
}

/// Deletes expired sessions, if this Region is active.
pub async fn expire(region: &RegionRuntime) {
    if !region.is_active() {
        return;
    }
    let deleted = delete_expired(region).await;
    if deleted > 0 {
        tracing::info!(deleted, "expired sessions deleted");
    }
}

/// Deletes all expired sessions and returns their number. A session that could not be read or deleted is left for the
/// next pass.
async fn delete_expired(region: &RegionRuntime) -> u64 {
    let before_s = (region.clock.wall_ms() / 1_000).saturating_sub(GRACE_S);
    let (mut from, mut deleted) = (None, 0);
    loop {
        let Some(page) = region.sessions.expired(before_s, from).await.done() else {
            return deleted;
        };
        for (id, version) in page.sessions {
            let outcome = region.sessions.delete_session(&id, version).await;
            deleted += u64::from(matches!(outcome, Outcome::Done(Swap::Stored)));
        }
        from = page.next;
        if from.is_none() {
            return deleted;
        }
    }
}
