//! `leeward down`

use super::remote::Local;
use crate::args::Where;
use anyhow::bail;
use std::time::{Duration, Instant};

pub(crate) async fn run(args: Where) -> anyhow::Result<bool> {
    let remote = Local::find(&args.dir)?;
    remote.post("/down", &serde_json::Value::Null).await?;
    let deadline = Instant::now() + Duration::from_secs(15);
    // The directory is free once its lock is, which is a moment later: the next `up` is to find it so.
    while remote.layout.read_running().is_some() || remote.layout.lock()?.is_none() {
        if Instant::now() > deadline {
            bail!("LW-C006: the platform does not end");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if args.json {
        println!("{{\"stopped\":true}}");
    } else {
        println!("stopped; everything is kept in {}", args.dir.display());
    }
    Ok(true)
}
