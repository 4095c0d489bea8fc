//! A life of a sentinel: started each minute, it ticks until it sees that its successor does (S13), or until
//! Lambda's time is over.

use crate::metrics;
use crate::platform::{NotReady, Parts, Platform};
use lambda_runtime::Context;
use leeward_agent::ensure_authority;
use leeward_driver::{TickReport, run_sentinel};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;

/// Within the margin that Lambda's end leaves.
const LAST_TICK: Duration = Duration::from_secs(1);

pub(crate) async fn handle(platform: &Platform, context: &Context) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let assembly = &parts.assembly;
    // The first of a new platform writes the first authority.
    let first = ensure_authority(assembly.control.clone(), assembly.config.primary.clone());
    let first = tokio::spawn(tokio::time::timeout(platform.remaining_time(context), first));
    let mut ports = assembly.sentinel_ports(parts.runner());
    // An environment that is used again begins another life: who ticks is told apart by it.
    ports.incarnation = format!("{}-{}", ports.incarnation, context.request_id);
    let (stop_send, stop) = watch::channel(false);
    let (reports, ticks) = watch::channel(TickReport::default());
    let counting = count(platform, &parts, ticks);
    let mut living = tokio::spawn(run_sentinel(ports, reports, stop));
    let left = tokio::time::timeout(platform.remaining_time(context), &mut living);
    // It counts for as long as somebody ticks.
    let (left_early, ()) = tokio::join!(async { left.await.is_ok() }, async {
        tokio::time::timeout(platform.remaining_time(context), counting).await.unwrap_or_default();
    });
    // SAFE-8: a tick that this environment was stopped in must not be ended in its next life, with what it saw
    // in this one. What it carried out somebody takes over (S13).
    let _ = stop_send.send(true);
    if !left_early && tokio::time::timeout(LAST_TICK, &mut living).await.is_err() {
        living.abort();
    }
    first.abort();
    Ok(json!({ "succeeded": left_early }))
}

/// A line for each tick (REQ-M1, M5): what does not tick is missed by its alarm.
async fn count(platform: &Platform, parts: &Parts, mut ticks: watch::Receiver<TickReport>) {
    let config = &parts.assembly.config;
    while ticks.changed().await.is_ok() {
        let round_trips_ms = parts.assembly.probe.take_round_trips();
        metrics::ticked(&*platform.clock, &config.suffix, &config.region, &round_trips_ms);
    }
}
