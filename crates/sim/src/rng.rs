//! One random stream for each purpose, so that a change in one stream does not shift the others.

use leeward_cloud::rng::Rng;

/// The purpose of a random stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Shape = 1,
    Faults = 2,
    Network = 3,
    Clients = 4,
    Clocks = 5,
    Cloud = 6,
    Jitter = 7,
}

/// Returns the stream of a seed for a purpose.
pub(crate) fn stream(seed: u64, stream: Stream) -> Rng {
    let mut root = Rng::new(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ ((stream as u64) << 56));
    Rng::new(root.next_u64())
}

/// The distributions from which worlds draw.
pub(crate) trait Draw {
    /// Draws uniformly from `low..=high`.
    fn between(&mut self, low: u64, high: u64) -> u64;
    /// Draws one of the values.
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T;
    /// Draws `true` with a probability of `n` in a thousand.
    fn permille(&mut self, n: u64) -> bool;
    /// Draws from an exponential distribution with this mean.
    fn exponential(&mut self, mean: u64) -> u64;
}

impl Draw for Rng {
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    fn permille(&mut self, n: u64) -> bool {
        n > 0 && self.below(1_000) < n
    }

    fn exponential(&mut self, mean: u64) -> u64 {
        // This uses only integer arithmetic, which gives the same bits on every machine. u is uniform in 1..=2^16. The
        // result is -ln(u / 2^16) in 16.16 fixed point, computed from the bit length and an approximation of the
        // fraction.
        let u = 1 + self.below(65_536);
        let bits = 63 - u.leading_zeros() as u64;
        let fraction = ((u << 16) >> bits) - 65_536;
        // log2(1 + f) is f within 0.09; f(1-f)·0.344 corrects the difference.
        let f = fraction;
        let log2 = (bits << 16) + f + ((f * (65_536 - f)) >> 16) * 22_545 / 65_536;
        let minus_ln = ((16u64 << 16) - log2.min(16 << 16)) * 45_426 / 65_536;
        mean * minus_ln / 65_536
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_has_its_mean() {
        let mut rng = stream(1, Stream::Clients);
        let n = 200_000u64;
        let sum: u64 = (0..n).map(|_| rng.exponential(10_000)).sum();
        let mean = sum / n;
        assert!((9_800..10_200).contains(&mean), "{mean}");
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let first = |s| stream(7, s).next_u64();
        assert_ne!(first(Stream::Faults), first(Stream::Network));
    }
}
