//! The reduction of a benchmark's rounds to one figure.

/// Returns the round whose `rate` is the median.
pub(crate) fn median_by<T: Copy>(rounds: &[T], rate: impl Fn(&T) -> f64) -> T {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(|a, b| rate(a).total_cmp(&rate(b)));
    sorted[sorted.len() / 2]
}
