//! A node's own clocks: each begins, drifts and shows the day for itself.

/// Monotonic time that counts from the process's start and runs a little fast or slow; wall time
/// that is wrong by a constant. No rule may notice (docs/spec/moves.md).
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeClock {
    began_us: u64,
    drift_ppm: i64,
    wall_error_ms: i64,
}

/// Some day in 2026, so that errors of wall clocks never reach below zero.
const DAY_ZERO_MS: i64 = 1_767_225_600_000;
const MILLION: i64 = 1_000_000;

impl NodeClock {
    pub(crate) fn new(began_us: u64, drift_ppm: i64, wall_error_ms: i64) -> NodeClock {
        assert!(drift_ppm.abs() < MILLION / 2, "a clock that drifts by half is no clock");
        NodeClock { began_us, drift_ppm, wall_error_ms }
    }

    /// The same machine, started again.
    pub(crate) fn restarted(self, began_us: u64) -> NodeClock {
        NodeClock { began_us, ..self }
    }

    pub(crate) fn now_ms(self, now_us: u64) -> u64 {
        let elapsed = (now_us - self.began_us) as i64;
        ((elapsed + elapsed * self.drift_ppm / MILLION) / 1_000) as u64
    }

    pub(crate) fn wall_ms(self, now_us: u64) -> u64 {
        (DAY_ZERO_MS + (now_us / 1_000) as i64 + self.wall_error_ms) as u64
    }

    /// True microseconds that pass while this clock counts so many milliseconds.
    pub(crate) fn span_us(self, ms: u64) -> u64 {
        let us = (ms * 1_000) as i64;
        (us - us * self.drift_ppm / (MILLION + self.drift_ppm)) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_waits_less() {
        let clock = NodeClock::new(1_000_000, 1_000, 0);
        let span = clock.span_us(10_000);
        assert!(span < 10_000_000);
        assert_eq!(clock.now_ms(11_000_000), 10_010);
    }
}
