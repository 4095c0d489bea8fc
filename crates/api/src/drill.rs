//! `leeward drill --json`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a drill measured, and whether every target was met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrillReport {
    /// The name of the scenario.
    pub scenario: String,
    /// The label of the figures: local or AWS intervals.
    pub timing: String,
    /// No failure was found.
    pub passed: bool,
    /// Orders of the whole drill.
    pub orders: OrderCounts,
    /// The worst time of each phase over all kills, in milliseconds.
    pub rto_ms: Times,
    /// The target of each phase, in milliseconds.
    pub targets_ms: Times,
    /// Epochs at both ends of the drill.
    pub epoch: Epochs,
    /// What failed, in sentences.
    pub failures: Vec<String>,
    /// The times of each kill, in milliseconds.
    pub kills: Vec<Times>,
    /// Latency of acknowledgements over the whole drill, kills included, in milliseconds: `p50`, `p99`
    /// and `max`.
    pub latency_ms: BTreeMap<String, f64>,
    /// Orders acknowledged per second.
    pub orders_per_second: f64,
}

/// Orders, counted from the customers' log against the ledger and the surviving database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCounts {
    /// Requests sent.
    pub submitted: u64,
    /// Requests acknowledged.
    pub acknowledged: u64,
    /// Acknowledged and not found where the acknowledgement placed them.
    pub lost: u64,
    /// Found more than once.
    pub duplicated: u64,
}

/// Milliseconds from the moment of the kill; `u64::MAX` where a phase was not reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// A sentinel diagnosed the Region.
    pub detect: u64,
    /// A sentinel recorded its intent to move.
    pub decide: u64,
    /// The authority named the other Region.
    pub fence: u64,
    /// From the old Region's last acknowledgement to the new one's first, as customers saw it.
    pub acceptance: u64,
    /// The other Region's database was promoted.
    pub promote: u64,
    /// Its processor booked again.
    pub resume: u64,
    /// Its book was equal to the ledger.
    pub reconcile: u64,
    /// Booking had caught up; the same moment as `reconcile`.
    pub processing: u64,
}

/// Epochs at both ends of a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epochs {
    /// Before the first kill.
    pub before: u64,
    /// After the last.
    pub after: u64,
}
