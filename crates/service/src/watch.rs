//! Keeps the last known authority at hand: for `Connection: close`, the epoch in answers and the
//! way of hints. Whatever safety asks for reads the item itself.

use crate::region::Region;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(Duration::from_millis(region.settings.tick_ms));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.changed() => return,
        }
        region.read_authority().await;
    }
}
