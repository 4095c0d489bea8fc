//! A life of a sentinel: started each minute, it ticks until it sees that its successor does (S13), or until
//! Lambda's time is over.

use crate::platform::{NotReady, Platform};
use crate::sweeper::left;
use lambda_runtime::Context;
use leeward_agent::ensure_authority;
use leeward_driver::{TickReport, run_sentinel};
use serde_json::{Value, json};
use tokio::sync::watch;

pub(crate) async fn handle(platform: &Platform, context: &Context) -> Result<Value, NotReady> {
    let parts = platform.parts().await?;
    let assembly = &parts.assembly;
    // The first of a new platform writes the first authority.
    let first = ensure_authority(assembly.control.clone(), assembly.config.primary.clone());
    tokio::spawn(tokio::time::timeout(left(context), first));
    let mut ports = assembly.sentinel_ports(parts.probe.clone(), parts.runner());
    // An environment that is used again begins another life: who ticks is told apart by it.
    ports.incarnation = format!("{}-{}", ports.incarnation, context.request_id);
    let (stop_send, stop) = watch::channel(false);
    let (reports, _) = watch::channel(TickReport::default());
    let mut living = tokio::spawn(run_sentinel(ports, reports, stop));
    let left_early = tokio::time::timeout(left(context), &mut living).await.is_ok();
    if !left_early {
        let _ = stop_send.send(true);
    }
    Ok(json!({ "succeeded": left_early }))
}
