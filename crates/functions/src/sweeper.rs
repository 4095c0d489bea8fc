//! A minute of the sweeper: the loop of an agent, with a successor. A Region that does not hold authority only
//! watches for the moment in which it does.

use crate::metrics;
use crate::platform::{NotReady, Platform};
use lambda_runtime::Context;
use leeward_service::{expire, sweep};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;

/// As often as it is started.
const LIFE: Duration = Duration::from_secs(58);
const MINUTE_MS: u64 = 60_000;

pub(crate) async fn handle(platform: &Platform, context: &Context) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let region = parts.region()?;
    // Once in as long as sessions may be expired unseen, whoever lives at that time.
    let due = platform.clock.wall_ms() % region.settings.expiry_ms.max(MINUTE_MS) < MINUTE_MS;
    let (stop_send, stop) = watch::channel(false);
    let mut sweeping = tokio::spawn(async move {
        let expiring = async {
            if due {
                region.keep_up().await;
                expire(&region).await;
            }
        };
        tokio::join!(sweep(&region, &stop), expiring);
    });
    tokio::time::sleep(LIFE.min(platform.remaining_time(context))).await;
    let _ = stop_send.send(true);
    // A pass that is at work comes to its end, or to Lambda's; the next one begins it anew.
    let ended = tokio::time::timeout(platform.remaining_time(context), &mut sweeping).await.is_ok();
    // Nothing of it goes on in whatever this environment does next.
    sweeping.abort();
    let (config, control) = (&parts.assembly.config, &parts.assembly.control);
    let (said, authority) = tokio::join!(control.processor(&config.region), control.authority());
    if let (Some(Some(said)), Some(Some(authority))) = (said.done(), authority.done()) {
        // What it said when it last wrote is nothing of now.
        let writes = authority.active == config.region && said.epoch == authority.epoch;
        let parked = if writes { said.parked.len() as u64 } else { 0 };
        metrics::swept(&*platform.clock, &config.suffix, &config.region, parked);
    }
    Ok(json!({ "ended": ended }))
}
