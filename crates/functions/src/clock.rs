//! The clock of a process that Lambda freezes between two events. AWS does not document whether the monotonic clock
//! advances during a freeze. Without this clock a canary accepted before a freeze could count as fresh after it.

use leeward_driver::SystemClock;
use leeward_ports::Clock;
use std::sync::Mutex;

/// The smallest difference between the two clocks that counts as a freeze.
const STOPPED_MS: u64 = 1_000;

/// A monotonic clock that includes the time of freezes. If the wall clock advanced much further than the monotonic
/// clock between two readings, the process was frozen, and the wall clock shows for how long.
pub(crate) struct ThawedClock<C> {
    inner: C,
    last: Mutex<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    monotonic_ms: u64,
    wall_ms: u64,
    now_ms: u64,
}

impl ThawedClock<SystemClock> {
    pub(crate) fn start() -> ThawedClock<SystemClock> {
        ThawedClock::new(SystemClock::start())
    }
}

impl<C: Clock> ThawedClock<C> {
    fn new(inner: C) -> ThawedClock<C> {
        let (monotonic_ms, wall_ms) = (inner.now_ms(), inner.wall_ms());
        let last = Reading { monotonic_ms, wall_ms, now_ms: monotonic_ms };
        ThawedClock { inner, last: Mutex::new(last) }
    }
}

impl<C: Clock> Clock for ThawedClock<C> {
    fn now_ms(&self) -> u64 {
        let mut last = self.last.lock().expect("adding does not panic");
        let (monotonic_ms, wall_ms) = (self.inner.now_ms(), self.inner.wall_ms());
        let by_monotonic_ms = monotonic_ms.saturating_sub(last.monotonic_ms);
        let by_wall_ms = wall_ms.saturating_sub(last.wall_ms);
        // Smaller differences come from rounding and from adjustments of the wall clock.
        let stopped = by_wall_ms > by_monotonic_ms + STOPPED_MS;
        let now_ms = last.now_ms + if stopped { by_wall_ms } else { by_monotonic_ms };
        *last = Reading { monotonic_ms, wall_ms, now_ms };
        now_ms
    }

    fn wall_ms(&self) -> u64 {
        self.inner.wall_ms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct ManualClock {
        now_ms: AtomicU64,
        wall_ms: AtomicU64,
    }

    impl Clock for ManualClock {
        fn now_ms(&self) -> u64 {
            self.now_ms.load(Ordering::Relaxed)
        }

        fn wall_ms(&self) -> u64 {
            self.wall_ms.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_freeze_advances_the_clock_and_a_wall_clock_set_back_does_not_rewind_it() {
        let manual = ManualClock { now_ms: AtomicU64::new(5), wall_ms: AtomicU64::new(1_000) };
        let clock = ThawedClock::new(manual);
        let check = |now_ms: u64, wall_ms: u64, expect: u64| {
            clock.inner.now_ms.store(now_ms, Ordering::Relaxed);
            clock.inner.wall_ms.store(wall_ms, Ordering::Relaxed);
            assert_eq!(clock.now_ms(), expect, "{now_ms} {wall_ms}");
        };
        check(5, 1_000, 5);
        check(15, 1_010, 15);
        // A freeze of one minute, during which the monotonic clock stands still.
        check(16, 61_010, 60_015);
        // The wall clock is set back.
        check(17, 2_000, 60_016);
        check(70_017, 2_000, 130_016);
    }
}
