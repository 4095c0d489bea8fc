//! The clock of a process that is stopped between two events. Whether a machine's monotonic clock stands still with
//! it is nobody's promise; a canary that was good before it was stopped must not be good ever after.

use leeward_driver::SystemClock;
use leeward_ports::Clock;
use std::sync::Mutex;

const STOPPED_MS: u64 = 1_000;

/// Monotonic; where the wall's clock went on by much more between two readings, it was stopped, and for so long.
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
        ThawedClock::of(SystemClock::start())
    }
}

impl<C: Clock> ThawedClock<C> {
    fn of(inner: C) -> ThawedClock<C> {
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
        // Less than that is how the two are rounded, and how the wall's is kept right.
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

    struct Set {
        now_ms: AtomicU64,
        wall_ms: AtomicU64,
    }

    impl Clock for Set {
        fn now_ms(&self) -> u64 {
            self.now_ms.load(Ordering::Relaxed)
        }

        fn wall_ms(&self) -> u64 {
            self.wall_ms.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn what_was_stopped_is_older_and_never_younger() {
        let clock =
            ThawedClock::of(Set { now_ms: AtomicU64::new(5), wall_ms: AtomicU64::new(1_000) });
        let check = |now_ms: u64, wall_ms: u64, expect: u64| {
            clock.inner.now_ms.store(now_ms, Ordering::Relaxed);
            clock.inner.wall_ms.store(wall_ms, Ordering::Relaxed);
            assert_eq!(clock.now_ms(), expect, "{now_ms} {wall_ms}");
        };
        check(5, 1_000, 5);
        check(15, 1_010, 15);
        // Stopped for a minute, and the monotonic clock with it.
        check(16, 61_010, 60_015);
        // The wall's clock is set back.
        check(17, 2_000, 60_016);
        check(70_017, 2_000, 130_016);
    }
}
