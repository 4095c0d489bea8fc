//! Prints the trace hash of `leeward simulate --timing local --worlds N`. CI builds this program without optimization
//! and compares the hash with that of the release build.

use leeward_blueprint::{Timing, TimingProfile};
use leeward_sim::Campaign;
use std::sync::atomic::{AtomicBool, AtomicU64};

fn main() {
    let worlds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20);
    let campaign = Campaign {
        first_seed: 1,
        worlds,
        timing: Timing::of(TimingProfile::Local, &Default::default()),
        loss_percent: 50,
        heavy: false,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        violations_max: 1,
    };
    let summary = campaign.run(&AtomicBool::new(false), &AtomicU64::new(0));
    println!("{:016x}", summary.trace_hash);
}
