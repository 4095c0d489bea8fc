//! A reservoir of samples, from which the percentiles of a minute are estimated. It keeps a few values out of very
//! many, and each value has the same chance of being kept (Vitter, "Random Sampling with a Reservoir", 1985).

use std::sync::Mutex;

/// The maximum number of values that one document of metrics can hold.
const CAPACITY: usize = 100;

/// A reservoir that several threads can fill.
#[derive(Default)]
pub struct Samples(Mutex<Reservoir>);

#[derive(Default)]
struct Reservoir {
    values: Vec<u64>,
    seen: usize,
}

impl Samples {
    /// Adds a value, which may or may not be kept.
    pub fn add(&self, value: u64) {
        let mut reservoir = self.0.lock().expect("counting does not panic");
        reservoir.seen += 1;
        if reservoir.values.len() < CAPACITY {
            reservoir.values.push(value);
            return;
        }
        let drawn = fastrand::usize(..reservoir.seen);
        if let Some(kept) = reservoir.values.get_mut(drawn) {
            *kept = value;
        }
    }

    /// Returns the samples since the last call, and empties the reservoir.
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
    fn late_values_are_sampled_as_often_as_early_ones() {
        let samples = Samples::default();
        (0..10_000).for_each(|value| samples.add(value));
        let taken = samples.take();
        assert_eq!(taken.len(), CAPACITY);
        let late = taken.iter().filter(|value| **value >= 5_000).count();
        assert!((20..80).contains(&late), "{late} of {CAPACITY} samples are from the later half");
        assert!(samples.take().is_empty());
    }
}
