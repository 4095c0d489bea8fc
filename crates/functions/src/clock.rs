//! The clock of a process that is stopped between two events. Whether a machine's monotonic clock stands still with
//! it is nobody's promise; a canary that was good before it was stopped must not be good ever after.

use leeward_driver::SystemClock;
use leeward_ports::Clock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Monotonic, and never slower than the wall's clock: ages come out too large rather than too small.
pub(crate) struct ThawedClock<C> {
    inner: C,
    began_ms: u64,
    last_ms: AtomicU64,
}

impl ThawedClock<SystemClock> {
    pub(crate) fn start() -> ThawedClock<SystemClock> {
        ThawedClock::of(SystemClock::start())
    }
}

impl<C: Clock> ThawedClock<C> {
    fn of(inner: C) -> ThawedClock<C> {
        let began_ms = inner.wall_ms().saturating_sub(inner.now_ms());
        ThawedClock { inner, began_ms, last_ms: AtomicU64::new(0) }
    }
}

impl<C: Clock> Clock for ThawedClock<C> {
    fn now_ms(&self) -> u64 {
        let by_wall_ms = self.inner.wall_ms().saturating_sub(self.began_ms);
        let now_ms = self.inner.now_ms().max(by_wall_ms);
        self.last_ms.fetch_max(now_ms, Ordering::Relaxed).max(now_ms)
    }

    fn wall_ms(&self) -> u64 {
        self.inner.wall_ms()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        check(17, 2_000, 60_015);
        check(70_000, 2_000, 70_000);
    }
}
