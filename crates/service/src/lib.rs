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
pub mod http_client;
pub mod metrics;
mod outbox;
mod probe;
mod processor;
mod reads;
mod region;
pub mod server;
mod sweeper;
pub mod validate;
mod watch;

pub use probe::{HttpProbe, ProbeSettings, canary_account};
pub use region::{Parts, Region, Settings};

use std::sync::Arc;
use tokio::sync::watch as channel;

/// Starts every loop of a Region that can hold authority. They end when `stop` turns true.
pub fn start_loops(region: &Arc<Region>, stop: &channel::Receiver<bool>) {
    tokio::spawn(watch::run(region.clone(), stop.clone()));
    tokio::spawn(hints::run(region.clone(), stop.clone()));
    tokio::spawn(processor::run(region.clone(), stop.clone()));
    tokio::spawn(sweeper::run(region.clone(), stop.clone()));
    tokio::spawn(outbox::run(region.clone(), stop.clone()));
    tokio::spawn(expiry::run(region.clone(), stop.clone()));
}
