//! The clocks of a process. Each process has its own start, its own drift and its own error in the time of day.

/// A monotonic time that counts from the start of the process and runs slightly fast or slow, and a time of day that is
/// wrong by a constant. No rule may depend on either time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeClock {
    began_us: u64,
    drift_ppm: i64,
    wall_error_ms: i64,
}

/// The time of day at the start of a world. It is late enough that no clock error makes a time negative.
const DAY_ZERO_MS: i64 = 1_767_225_600_000;
const MILLION: i64 = 1_000_000;

impl NodeClock {
    pub(crate) fn new(began_us: u64, drift_ppm: i64, wall_error_ms: i64) -> NodeClock {
        assert!(drift_ppm.abs() < MILLION / 2, "a clock drifts by less than half");
        NodeClock { began_us, drift_ppm, wall_error_ms }
    }

    /// Returns the clock of the same machine after a restart.
    pub(crate) fn restarted(self, began_us: u64) -> NodeClock {
        NodeClock { began_us, ..self }
    }

    /// Returns the milliseconds since the start of the process, as its clock counts them.
    pub(crate) fn now_ms(self, now_us: u64) -> u64 {
        let elapsed = (now_us - self.began_us) as i64;
        ((elapsed + elapsed * self.drift_ppm / MILLION) / 1_000) as u64
    }

    /// Returns the time of day that the process reads, in milliseconds since 1970.
    pub(crate) fn wall_ms(self, now_us: u64) -> u64 {
        (DAY_ZERO_MS + (now_us / 1_000) as i64 + self.wall_error_ms) as u64
    }

    /// Returns the true microseconds that pass while this clock counts `ms` milliseconds.
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
