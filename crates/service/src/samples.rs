//! A few of very many values, each with the same chance to be among them (Vitter, "Random Sampling with a Reservoir",
//! 1985): what a percentile of a minute is estimated from.

use std::sync::Mutex;

/// As many as one document of metrics takes.
const KEPT: usize = 100;

#[derive(Default)]
pub struct Samples(Mutex<Reservoir>);

#[derive(Default)]
struct Reservoir {
    values: Vec<u64>,
    seen: u64,
    state: u64,
}

impl Samples {
    pub fn note(&self, value: u64) {
        let mut reservoir = self.0.lock().expect("counting does not panic");
        reservoir.seen += 1;
        if reservoir.values.len() < KEPT {
            reservoir.values.push(value);
            return;
        }
        // SplitMix64: nobody's secret, only spread evenly.
        reservoir.state = reservoir.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = reservoir.state;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        drawn ^= drawn >> 31;
        let place = (drawn % reservoir.seen) as usize;
        if let Some(kept) = reservoir.values.get_mut(place) {
            *kept = value;
        }
    }

    /// What was kept since the last time.
    pub fn take(&self) -> Vec<u64> {
        let mut reservoir = self.0.lock().expect("counting does not panic");
        reservoir.seen = 0;
        std::mem::take(&mut reservoir.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_values_have_their_chance() {
        let samples = Samples::default();
        (0..10_000).for_each(|value| samples.note(value));
        let taken = samples.take();
        assert_eq!(taken.len(), KEPT);
        let late = taken.iter().filter(|value| **value >= 5_000).count();
        assert!((20..80).contains(&late), "{late} of {KEPT} are of the later half");
        assert!(samples.take().is_empty());
    }
}
