//! One incarnation of a sentinel. Lambda starts one each minute. It ticks until it sees its successor tick (S13), or
//! until Lambda's time limit.

use crate::metrics;
use crate::platform::{NotReady, Parts, Platform};
use lambda_runtime::Context;
use leeward_agent::ensure_authority;
use leeward_driver::{TickReport, run_sentinel};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;

/// The time for the last tick to end. It fits into the margin before Lambda's deadline.
const LAST_TICK: Duration = Duration::from_secs(1);

pub(crate) async fn handle(platform: &Platform, context: &Context) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let assembly = &parts.assembly;
    // The first sentinel of a new platform writes the first authority.
    let first = ensure_authority(assembly.control.clone(), assembly.config.primary.clone());
    let first = tokio::spawn(tokio::time::timeout(platform.remaining_time(context), first));
    let mut ports = assembly.sentinel_ports(parts.runner());
    // A new invocation in a reused environment must not be taken for the previous incarnation.
    ports.incarnation = format!("{}-{}", ports.incarnation, context.request_id);
    let (stop_send, stop) = watch::channel(false);
    let (reports, ticks) = watch::channel(TickReport::default());
    let counting = count_ticks(platform, &parts, ticks);
    let mut living = tokio::spawn(run_sentinel(ports, reports, stop));
    let ended = tokio::time::timeout(platform.remaining_time(context), &mut living);
    // The counting continues for as long as the sentinel ticks.
    let (succeeded, ()) = tokio::join!(async { ended.await.is_ok() }, async {
        tokio::time::timeout(platform.remaining_time(context), counting).await.unwrap_or_default();
    });
    // SAFE-8: a tick that a freeze interrupts must not end after the thaw, because it would decide by observations from
    // before the freeze. Another sentinel takes over the run that this one carried out (S13).
    let _ = stop_send.send(true);
    if !succeeded && tokio::time::timeout(LAST_TICK, &mut living).await.is_err() {
        living.abort();
    }
    first.abort();
    Ok(json!({ "succeeded": succeeded }))
}

/// Counts each tick (REQ-M1, M5); an alarm detects a sentinel that stops ticking.
async fn count_ticks(platform: &Platform, parts: &Parts, mut ticks: watch::Receiver<TickReport>) {
    let config = &parts.assembly.config;
    while ticks.changed().await.is_ok() {
        let round_trips_ms = parts.assembly.probe.take_round_trips();
        metrics::count_tick(&*platform.clock, &config.suffix, &config.region, &round_trips_ms);
    }
}
