//! What a Region does: takes orders, books them, answers for itself, watches the others.
//!
//! One [`Region`] value holds the ports and the few facts that its parts share; each part is a file
//! with one loop or one handler. The agent starts all of them in one process; a function starts the
//! one that its role names. Nothing here decides about authority: that is `core`'s, behind `driver`.

pub mod api;
mod apply;
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
pub use region::{Parts, Region, Settings};

use std::sync::Arc;
use tokio::sync::watch as channel;

/// The loops of a Region's sweep, for a process that lives for a minute and has a successor: they end when
/// `stop` turns true, each at the end of what it is at.
pub async fn sweep(region: &Arc<Region>, stop: &channel::Receiver<bool>) {
    // In one task, so that whoever gives it up gives up all of it.
    tokio::join!(
        watch::run(region.clone(), stop.clone()),
        outbox::run(region.clone(), stop.clone()),
        sweeper::run(region.clone(), stop.clone()),
    );
}

/// Starts every loop of a Region that can hold authority. They end when `stop` turns true.
pub fn start_loops(region: &Arc<Region>, stop: &channel::Receiver<bool>) {
    tokio::spawn(watch::run(region.clone(), stop.clone()));
    tokio::spawn(hints::run(region.clone(), stop.clone()));
    tokio::spawn(processor::run(region.clone(), stop.clone()));
    tokio::spawn(sweeper::run(region.clone(), stop.clone()));
    tokio::spawn(outbox::run(region.clone(), stop.clone()));
    tokio::spawn(expiry::run(region.clone(), stop.clone()));
}
