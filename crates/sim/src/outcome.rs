//! The outcome of one world.

use leeward_model::{AuditRecord, FinishedRun};
use serde::Serialize;

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The id of the rule, from `SAFE-1` to `LIVE-3`.
    pub rule: &'static str,
    pub at_ms: u64,
    pub what: String,
}

/// The figures of one world and the rules that it broke.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub violations: Vec<Violation>,
    /// The number of steps of `core` machines, without those of idle ticks.
    pub steps: u64,
    /// The number of state changes of the cloud.
    pub changes: u64,
    pub simulated_ms: u64,
    pub trace_hash: u64,
    pub transcript: Vec<String>,
    /// Every record of the audit chains, if a transcript was kept.
    pub audit: Vec<AuditRecord>,
    /// Every run that ended, with its steps. A platform of real processes must end the same runs.
    pub runs: Vec<FinishedRun>,
    pub takeovers: u64,
    pub database_calls: u64,
    pub orders_acked: u64,
    /// The number of forced changes of the active Region.
    pub failovers: u64,
    /// The number of planned changes of the active Region.
    pub planned: u64,
    /// The number of automatic moves away from a Region that accepted orders all the time.
    pub false_moves: u64,
    /// The times from the loss of a Region to the write that moves authority.
    pub detect_ms: Vec<u64>,
    /// The times from the loss to the next accepted order of each customer whose resolver respects the TTL.
    pub acceptance_ms: Vec<u64>,
    /// The times from the loss until the book equals the ledger again.
    pub processing_ms: Vec<u64>,
    /// 1 if the world ended with a run that waits for an operator, and otherwise 0.
    pub parked: u64,
    /// The number of database pages that forced promotions lost; their entries are folded again.
    pub pages_lost: u64,
}

impl Outcome {
    /// Returns whether the world broke a rule.
    pub fn is_broken(&self) -> bool {
        !self.violations.is_empty()
    }

    /// Returns the number of events, which are the steps of machines and the state changes of the cloud.
    pub fn events(&self) -> u64 {
        self.steps + self.changes
    }
}
