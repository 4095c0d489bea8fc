//! The work of a Region: it accepts orders, books them, responds to health checks and probes the other Regions.
//!
//! One [`RegionRuntime`] holds the ports and the few values that its parts share. Each part is a file with one loop or
//! one handler. An agent starts all parts in one process; a function starts the part of its role. Decisions about the
//! authority are made in `core`, through `driver`, and never here.

pub mod api;
pub mod auth;
mod expiry;
mod hints;
pub mod metrics;
mod outbox;
mod probe;
mod processor;
mod reads;
mod region;
mod samples;
mod sweeper;
pub mod validate;
mod watch;

pub use expiry::expire;
pub use hints::flush as flush_hints;
pub use leeward_core::apply::BatchEnd;
pub use probe::{HttpProbe, ProbeSettings, canary_account};
pub use processor::book;
pub use region::{Parts, RegionRuntime, ServiceSettings};

use std::sync::Arc;
use tokio::sync::watch as channel;

/// Runs the loops of the sweeper role, for a process that lives for a minute and is replaced by a successor. When
/// `stop` becomes true, each loop ends after its current pass.
pub async fn sweep(region: &Arc<RegionRuntime>, stop: &channel::Receiver<bool>) {
    // The three loops are one future, so that dropping it stops all of them.
    tokio::join!(
        watch::run(region.clone(), stop.clone()),
        outbox::run(region.clone(), stop.clone()),
        sweeper::run(region.clone(), stop.clone()),
    );
}

/// Starts every loop of a Region that can hold the authority. The loops end when `stop` becomes true.
pub fn start_loops(region: &Arc<RegionRuntime>, stop: &channel::Receiver<bool>) {
    tokio::spawn(watch::run(region.clone(), stop.clone()));
    tokio::spawn(hints::run(region.clone(), stop.clone()));
    tokio::spawn(processor::run(region.clone(), stop.clone()));
    tokio::spawn(sweeper::run(region.clone(), stop.clone()));
    tokio::spawn(outbox::run(region.clone(), stop.clone()));
    tokio::spawn(expiry::run(region.clone(), stop.clone()));
}
