//! The inputs of a decision: the thresholds, and the items that were read in this tick.

use leeward_model::settings::TimingSettings;
use leeward_model::{Authority, Counters, Observation, Region};
use std::collections::BTreeMap;

/// The thresholds of detection and decision. Periods are in ticks (LIVE-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The interval between two ticks.
    pub tick_ms: u64,
    /// The number of consecutive ticks that a diagnosis needs.
    pub misses: u32,
    /// The number of the observer's ticks after which a counter that did not move is stale.
    pub fresh_ticks: u64,
    /// The period after an automatic move in which no doubtful move starts.
    pub cooldown_ticks: u64,
    /// The period that `moves_per_day` refers to.
    pub day_ticks: u64,
    /// The number of automatic moves within `day_ticks` after which no doubtful move starts.
    pub moves_per_day: usize,
    /// The number of ticks without progress after which another executor takes a run over.
    pub takeover_ticks: u64,
    /// The period for which home must have been healthy before the platform fails back automatically; 0 disables
    /// failback.
    pub failback_ticks: u64,
    /// The two Regions that can be active, home first.
    pub regions: [Region; 2],
}

impl Policy {
    /// Creates the policy for a pair of Regions. A tick is at least as long as the timeout of a probe. A sentinel is
    /// stale after `misses` ticks of silence, which is the time that a diagnosis takes.
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

    /// Returns the other Region of the pair.
    pub fn other(&self, region: &Region) -> &Region {
        if *region == self.regions[0] { &self.regions[1] } else { &self.regions[0] }
    }
}

/// The inputs of a decision, all read in this tick (SAFE-8).
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The deciding sentinel's own observation.
    pub me: &'a Observation,
    /// The observations of all sentinels, by the Region of the sentinel.
    pub observations: &'a BTreeMap<Region, Observation>,
    /// The authority from a strong read.
    pub authority: &'a Authority,
    /// The number of this sentinel's ticks since the open run last made progress.
    pub run_still_ticks: u64,
}

impl Evidence<'_> {
    /// Returns the counters of all sentinels, in which periods are measured (LIVE-3).
    pub fn counters(&self) -> Counters {
        self.observations.iter().map(|(region, o)| (region.clone(), o.counter)).collect()
    }
}
