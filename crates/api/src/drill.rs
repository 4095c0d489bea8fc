//! The document that `leeward drill --json` prints.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The result of a drill: its measured times, and whether it met every target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrillReport {
    /// The name of the scenario.
    pub scenario: String,
    /// The timing of the platform, local or AWS. Every figure is labelled with it.
    pub timing: String,
    /// Whether the drill found no failure.
    pub passed: bool,
    /// The orders of the whole drill.
    pub orders: OrderCounts,
    /// The worst time of each phase over all kills, in milliseconds.
    pub rto_ms: Times,
    /// The target of each phase, in milliseconds.
    pub targets_ms: Times,
    /// The epochs at both ends of the drill.
    pub epoch: Epochs,
    /// The failures, each as a sentence.
    pub failures: Vec<String>,
    /// The times of each kill, in milliseconds, in the order of the kills.
    pub kills: Vec<Times>,
    /// The latency of acknowledgements over the whole drill, including the kills, in milliseconds. The keys are `p50`,
    /// `p99` and `max`.
    pub latency_ms: BTreeMap<String, f64>,
    /// The number of orders acknowledged per second.
    pub orders_per_second: f64,
}

/// The numbers of orders, from a comparison of the customers' log with the ledger and the surviving database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCounts {
    /// The number of requests that were sent.
    pub submitted: u64,
    /// The number of requests that were acknowledged.
    pub acknowledged: u64,
    /// The number of acknowledged orders that are missing at the position that the acknowledgement named.
    pub lost: u64,
    /// The number of orders that were found more than once.
    pub duplicated: u64,
}

/// The time of each phase in milliseconds, counted from the kill. It is `u64::MAX` if the phase was not reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The time at which a sentinel diagnosed the Region.
    pub detect: u64,
    /// The time at which a sentinel recorded its intent to move.
    pub decide: u64,
    /// The time at which the authority named the other Region.
    pub fence: u64,
    /// The time from the last acknowledgement of the old Region to the first one of the new Region, as customers saw
    /// it.
    pub acceptance: u64,
    /// The time at which the other Region's database was promoted.
    pub promote: u64,
    /// The time at which the other Region's processor booked again.
    pub resume: u64,
    /// The time at which the other Region's book equalled the ledger.
    pub reconcile: u64,
    /// The time at which booking had caught up, which is the same as `reconcile`.
    pub processing: u64,
}

/// The epochs at both ends of a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epochs {
    /// The epoch before the first kill.
    pub before: u64,
    /// The epoch after the last kill.
    pub after: u64,
}
