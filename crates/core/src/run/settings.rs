//! The limits of the steps of a run.

/// The limits of a run's steps. A step that exceeds one of its limits parks or abandons the run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RunSettings {
    /// The pause between two polls of a step, in milliseconds.
    pub poll_ms: u64,
    /// The time that a planned move waits for both Regions to be healthy before it is abandoned.
    pub check_wait_ms: u64,
    /// The maximum number of calls for a switchover of the database.
    pub hand_over_calls: u32,
    /// The number of consecutive descriptions that must show the database at rest before a call counts as without
    /// effect (SAFE-9).
    pub idle_looks: u32,
    /// The time that a switchover or failover of the database may take.
    pub promote_wait_ms: u64,
    /// The maximum number of calls for a failover of the database.
    pub promote_calls: u32,
    /// The time within which the target's processor must report the new epoch.
    pub resume_wait_ms: u64,
    /// The time within which the target must have booked the entries of the ledger.
    pub reconcile_wait_ms: u64,
    /// The time within which the target must accept a canary order after the move.
    pub verify_wait_ms: u64,
    /// The lifetime of an executor, which is shorter than the shortest time between two runs (R4).
    pub lifetime_ms: u64,
}

impl RunSettings {
    /// Creates the settings. Every wait depends on how long a promotion may take; the other limits are the same on each
    /// platform.
    pub fn of(poll_ms: u64, promote_wait_ms: u64) -> RunSettings {
        RunSettings {
            poll_ms,
            check_wait_ms: promote_wait_ms / 10,
            hand_over_calls: 2,
            idle_looks: 3,
            promote_wait_ms,
            promote_calls: 5,
            resume_wait_ms: promote_wait_ms,
            reconcile_wait_ms: promote_wait_ms,
            verify_wait_ms: promote_wait_ms / 3,
            lifetime_ms: 20 * 60_000,
        }
    }
}
