//! The observations that sentinels stored recently. A decision is based on the items that were stored when it was made,
//! and a sentinel may store its next item before the decision is written.

use leeward_model::{Observation, Region, RegionView};
use std::collections::{BTreeMap, VecDeque};

pub(super) struct ObservationHistory {
    /// The newest item of each sentinel, and the time at which it was stored.
    newest: BTreeMap<Region, (u64, Observation)>,
    /// The earlier items, and the time at which each of them was replaced.
    replaced: BTreeMap<Region, VecDeque<(u64, Observation)>>,
    /// The longest time between a decision and its write.
    kept_us: u64,
}

/// Returns whether the sentinel gets no answer from any Region. Such a sentinel is cut off and has no vote.
fn is_cut_off(observation: &Observation) -> bool {
    observation.regions.values().all(|view| view.silent > 0)
}

impl ObservationHistory {
    pub(super) fn new(kept_us: u64) -> ObservationHistory {
        ObservationHistory { newest: BTreeMap::new(), replaced: BTreeMap::new(), kept_us }
    }

    pub(super) fn store(&mut self, now_us: u64, observation: &Observation) {
        let sentinel = &observation.sentinel;
        if self.newest.get(sentinel).is_some_and(|(_, there)| there.counter >= observation.counter)
        {
            return;
        }
        let next = (now_us, observation.clone());
        let Some((_, before)) = self.newest.insert(sentinel.clone(), next) else { return };
        let replaced = self.replaced.entry(sentinel.clone()).or_default();
        while replaced.front().is_some_and(|(at_us, _)| at_us + self.kept_us < now_us) {
            replaced.pop_front();
        }
        replaced.push_back((now_us, before));
    }

    /// Returns each sentinel, with the time at which it stored its newest item.
    pub(super) fn sentinels(&self) -> impl Iterator<Item = (&Region, u64)> {
        self.newest.iter().map(|(sentinel, (at_us, _))| (sentinel, *at_us))
    }

    pub(super) fn newest(&self, sentinel: &Region) -> Option<&(u64, Observation)> {
        self.newest.get(sentinel)
    }

    /// Returns whether the sentinel held this opinion of `region` when a decision that is now written was made.
    pub(super) fn supports(
        &self,
        now_us: u64,
        sentinel: &Region,
        region: &Region,
        holds: impl Fn(&RegionView) -> bool,
    ) -> bool {
        let since_us = now_us.saturating_sub(self.kept_us);
        let replaced = self.replaced.get(sentinel).into_iter().flatten();
        let then = replaced.filter(|(until_us, _)| *until_us >= since_us);
        let newest = self.newest.get(sentinel).into_iter();
        then.chain(newest)
            .filter(|(_, item)| !is_cut_off(item))
            .filter_map(|(_, item)| item.regions.get(region))
            .any(holds)
    }
}
