//! `leeward down`

use crate::args::Where;
use crate::remote::Local;
use anyhow::bail;
use std::time::{Duration, Instant};

pub(crate) async fn run(args: Where) -> anyhow::Result<bool> {
    let remote = Local::find(&args.dir)?;
    remote.stop().await?;
    let deadline = Instant::now() + Duration::from_secs(15);
    // The platform releases the lock a moment after it has ended, and the next `up` needs the lock.
    while remote.layout.read_running().is_some() || remote.layout.lock()?.is_none() {
        if Instant::now() > deadline {
            bail!(
                "LW-C006: the platform has not stopped within 15 s; see supervisor.log in its directory"
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if args.json {
        println!("{{\"stopped\":true}}");
    } else {
        println!("stopped; the data remains in {}", args.dir.display());
    }
    Ok(true)
}
