//! What one world came to.

use leeward_model::FinishedRun;
use serde::Serialize;

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// `SAFE-1` to `LIVE-3`.
    pub rule: &'static str,
    pub at_ms: u64,
    pub what: String,
}

/// Figures of one world, and what was wrong in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub violations: Vec<Violation>,
    /// Steps of core machines, idle ticks left out.
    pub steps: u64,
    /// State changes of the cloud.
    pub changes: u64,
    pub simulated_ms: u64,
    pub trace_hash: u64,
    pub transcript: Vec<String>,
    /// Every run that ended, with its steps: what a platform of real processes must have done too.
    pub runs: Vec<FinishedRun>,
    pub takeovers: u64,
    pub database_calls: u64,
    pub orders_acked: u64,
    /// Forced changes of the active Region, and planned ones.
    pub failovers: u64,
    pub planned: u64,
    /// Of these, automatic ones away from a Region that accepted orders all the while.
    pub false_moves: u64,
    /// From a Region's loss to the write that moves authority; to each honest customer's next
    /// accepted order; to the book that equals the ledger again.
    pub detect_ms: Vec<u64>,
    pub acceptance_ms: Vec<u64>,
    pub processing_ms: Vec<u64>,
    /// The world ended with a run that waits for a person.
    pub parked: u64,
    /// Pages that a forced promotion lost, to be folded again.
    pub pages_lost: u64,
}

impl Outcome {
    pub fn is_broken(&self) -> bool {
        !self.violations.is_empty()
    }

    pub fn events(&self) -> u64 {
        self.steps + self.changes
    }
}
