//! The retries of the state machine on AWS after a call has failed. The stacks write these numbers into the definition,
//! and the simulator's state machine follows them.

/// The retries of a call that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// The delay before the first retry, in seconds.
    pub first_s: u64,
    /// The factor by which each delay is longer than the one before.
    pub rate: u64,
    /// The longest delay, in seconds.
    pub most_s: u64,
    /// The maximum number of retries.
    pub most: u32,
}

/// The retries of a call for a step.
pub const STEP_RETRIES: Retries = Retries { first_s: 1, rate: 2, most_s: 10, most: 5 };
/// The retries of the call that gives a run up.
pub const GIVE_UP_RETRIES: Retries = Retries { first_s: 5, rate: 2, most_s: 60, most: 10 };

impl Retries {
    /// Returns the delay in seconds after this many consecutive failures, without jitter, or `None` if the retries are
    /// used up.
    pub fn delay_s(&self, failures: u32) -> Option<u64> {
        let earlier = failures.checked_sub(1)?;
        let delay_s = self.first_s.saturating_mul(self.rate.saturating_pow(earlier));
        (failures <= self.most).then_some(delay_s.min(self.most_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(retries: Retries, expect: &[u64]) {
        let delays: Vec<u64> = (1..).map_while(|failures| retries.delay_s(failures)).collect();
        assert_eq!(delays, expect);
    }

    #[test]
    fn delays_grow_to_the_longest_and_end() {
        check(STEP_RETRIES, &[1, 2, 4, 8, 10]);
        check(GIVE_UP_RETRIES, &[5, 10, 20, 40, 60, 60, 60, 60, 60, 60]);
    }
}
