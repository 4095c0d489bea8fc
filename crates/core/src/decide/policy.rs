//! The inputs of a decision: thresholds, and the readings of this tick.

use leeward_model::settings::TimingSettings;
use leeward_model::{Authority, Counters, Observation, Region};
use std::collections::BTreeMap;

/// The thresholds of detection and decision. Periods are in ticks (LIVE-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The time from tick to tick.
    pub tick_ms: u64,
    /// Consecutive ticks that make a diagnosis.
    pub misses: u32,
    /// A counter that did not move within this many of the observer's ticks is stale.
    pub fresh_ticks: u64,
    /// The period within which a doubtful move is not followed by another.
    pub cooldown_ticks: u64,
    /// The period that `moves_per_day` refers to.
    pub day_ticks: u64,
    /// The most doubtful moves within `day_ticks`.
    pub moves_per_day: usize,
    /// A run whose progress stood still for this many ticks is taken over.
    pub takeover_ticks: u64,
    /// The period for which home must have been healthy before the platform fails back automatically; 0: never.
    pub failback_ticks: u64,
    /// The two Regions that can be active, home first.
    pub regions: [Region; 2],
}

impl Policy {
    /// A tick is no shorter than the probes in it, and a sentinel that is silent for as long as a diagnosis
    /// takes is stale.
    pub fn of(regions: [Region; 2], timing: &TimingSettings) -> Policy {
        Policy {
            tick_ms: timing.tick_ms.max(timing.probe_timeout_ms),
            misses: timing.misses,
            fresh_ticks: u64::from(timing.misses),
            cooldown_ticks: timing.cooldown_ticks,
            day_ticks: timing.day_ticks,
            moves_per_day: timing.moves_per_day,
            takeover_ticks: timing.takeover_ticks,
            failback_ticks: timing.failback_ticks,
            regions,
        }
    }

    /// Returns the Region that can be active beside `region`.
    pub fn other(&self, region: &Region) -> &Region {
        if *region == self.regions[0] { &self.regions[1] } else { &self.regions[0] }
    }
}

/// The inputs of a decision, all read in this tick (SAFE-8).
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The deciding sentinel's own observation.
    pub me: &'a Observation,
    /// The observations of all sentinels, by their Regions.
    pub observations: &'a BTreeMap<Region, Observation>,
    /// The authority by a strong read.
    pub authority: &'a Authority,
    /// This sentinel's ticks since the open run last moved.
    pub run_still_ticks: u64,
}

impl Evidence<'_> {
    /// Returns the counters of all sentinels, by which periods are measured (LIVE-3).
    pub fn counters(&self) -> Counters {
        self.observations.iter().map(|(region, o)| (region.clone(), o.counter)).collect()
    }
}
