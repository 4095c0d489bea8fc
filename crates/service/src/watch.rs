//! Reads the authority in each tick, for uses that need no strong read: `Connection: close`, the epoch in responses and
//! the destination of hints. Decisions on which safety depends read the authority themselves.

use crate::region::RegionRuntime;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(Duration::from_millis(region.settings.timing.tick_ms));
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.changed() => return,
        }
        region.read_authority().await;
    }
}
