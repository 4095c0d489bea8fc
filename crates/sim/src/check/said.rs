//! What sentinels have stored of late. A decision rests on what was stored when it was made, and somebody's next word may
//! lie between it and its write.

use leeward_model::{Observation, Region, RegionView};
use std::collections::{BTreeMap, VecDeque};

pub(super) struct Said {
    /// Each sentinel's newest item, and when it was stored.
    newest: BTreeMap<Region, (u64, Observation)>,
    /// Those before it, with when the next one took their place.
    replaced: BTreeMap<Region, VecDeque<(u64, Observation)>>,
    /// How long a decision may lie before its write.
    kept_us: u64,
}

/// Who sees no Region at all is the one that is cut off, and has no vote.
fn is_cut_off(observation: &Observation) -> bool {
    observation.regions.values().all(|view| view.silent > 0)
}

impl Said {
    pub(super) fn new(kept_us: u64) -> Said {
        Said { newest: BTreeMap::new(), replaced: BTreeMap::new(), kept_us }
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

    /// Each sentinel, and when it stored its newest item.
    pub(super) fn sentinels(&self) -> impl Iterator<Item = (&Region, u64)> {
        self.newest.iter().map(|(sentinel, (at_us, _))| (sentinel, *at_us))
    }

    pub(super) fn newest(&self, sentinel: &Region) -> Option<&(u64, Observation)> {
        self.newest.get(sentinel)
    }

    /// Whether the sentinel said so of `region` when a decision that is written now was made.
    pub(super) fn says(
        &self,
        now_us: u64,
        sentinel: &Region,
        region: &Region,
        so: impl Fn(&RegionView) -> bool,
    ) -> bool {
        let since_us = now_us.saturating_sub(self.kept_us);
        let replaced = self.replaced.get(sentinel).into_iter().flatten();
        let then = replaced.filter(|(until_us, _)| *until_us >= since_us);
        let newest = self.newest.get(sentinel).into_iter();
        then.chain(newest)
            .filter(|(_, said)| !is_cut_off(said))
            .filter_map(|(_, said)| said.regions.get(region))
            .any(so)
    }
}
