//! Runs the sweeper's loop, which an agent also runs, for one minute; the next invocation continues it. In a Region
//! that is not active, the loop only waits until the authority names the Region.

use crate::metrics;
use crate::platform::{NotReady, Platform};
use lambda_runtime::Context;
use leeward_service::{expire, sweep};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;

/// The lifetime of one invocation; the schedule starts one each minute.
const LIFE: Duration = Duration::from_secs(58);
const MINUTE_MS: u64 = 60_000;

pub(crate) async fn handle(platform: &Platform, context: &Context) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let region = parts.region()?;
    // Expired sessions are deleted once a period, by the invocation that runs when the period begins.
    let expiry_due =
        platform.clock.wall_ms() % region.settings.timing.expiry_ms.max(MINUTE_MS) < MINUTE_MS;
    let (stop_send, stop) = watch::channel(false);
    let mut sweeping = tokio::spawn(async move {
        let expiring = async {
            if expiry_due {
                region.refresh_authority().await;
                expire(&region).await;
            }
        };
        tokio::join!(sweep(&region, &stop), expiring);
    });
    tokio::time::sleep(LIFE.min(platform.remaining_time(context))).await;
    let _ = stop_send.send(true);
    // A pass in progress may end within the time that remains; otherwise the next invocation begins the pass again.
    let ended = tokio::time::timeout(platform.remaining_time(context), &mut sweeping).await.is_ok();
    // No part of the pass may continue in the next invocation of this environment.
    sweeping.abort();
    let (config, control) = (&parts.assembly.config, &parts.assembly.control);
    let (status, authority) = tokio::join!(control.processor(&config.region), control.authority());
    if let (Some(Some(status)), Some(Some(authority))) = (status.done(), authority.done()) {
        // A status of an earlier epoch is out of date.
        let current = authority.active == config.region && status.epoch == authority.epoch;
        let parked = if current { status.parked.len() as u64 } else { 0 };
        metrics::count_parked(&*platform.clock, &config.suffix, &config.region, parked);
    }
    Ok(json!({ "ended": ended }))
}
