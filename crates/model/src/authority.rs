//! The authority item: everything that two deciders could race over is in this one item, because
//! MRSC tables have conditional writes and no transactions (docs/spec/aws-facts.md, attack R3). Every change
//! of any field is a conditional write on `version`.

use crate::{ChainHead, Counters, Epoch, Region, RunKind, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Governs starting of automatic moves only; an open run goes on under any mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Automatic,
    /// Says what it would have done.
    Observe,
    Paused,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Authority {
    pub format: u16,
    /// Grows by one with every write; the compare in every compare-and-swap (SAFE-5).
    pub version: u64,
    pub epoch: Epoch,
    pub active: Region,
    pub mode: Mode,
    pub budgets: Budgets,
    pub marks: Marks,
    /// Head of each audit writer's chain as known to whoever wrote this version (SAFE-10).
    #[serde(default)]
    pub chain_heads: BTreeMap<String, ChainHead>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
    /// Latency routing only: the Region that traffic should leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drain: Option<Region>,
}

/// What automatic moves have spent, newest last. Only the automatic ones are here (LIVE-3, S11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Budgets {
    pub moves: Vec<MoveMark>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MoveMark {
    pub epoch: Epoch,
    pub from: Region,
    pub dark: bool,
    /// All three sentinels' counters at the move: time is counted in their ticks (LIVE-3).
    pub counters: Counters,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Marks {
    /// An operator detached this Region's database on purpose: `realign` stays away (S9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detached: Option<Region>,
    /// Counters at the last realign: once per cooldown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realigned: Option<Counters>,
    /// Counters when home was found whole again; gone as soon as two hold it for bad. In the item and not
    /// with the sentinels, of which the one that saw it may have been followed by thirty others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_whole: Option<Counters>,
    /// Counters at the last failback that policy started: what was abandoned is not tried at once again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_back: Option<Counters>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<FinishedRun>,
}

/// A run in progress. It belongs to the epoch it works in; whoever finds another run here leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    pub id: String,
    pub kind: RunKind,
    pub from: Region,
    pub target: Region,
    pub epoch: Epoch,
    pub step: Step,
    /// Grows each time an executor takes the step; `(step, attempt)` names the right to act.
    pub attempt: u32,
    pub executor: String,
    /// Bumped while polling, so that a run that waits is not taken for one that died (R20).
    pub progress: u64,
    /// Polls and calls of this step so far, whoever made them: executors are short-lived, and what a step may
    /// take does not begin anew with each of them (LIVE-2).
    #[serde(default)]
    pub polls: u32,
    #[serde(default)]
    pub calls: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<String>,
    #[serde(default)]
    pub paused: bool,
    pub reason: String,
    pub automatic: bool,
    pub history: Vec<StepMark>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StepMark {
    pub step: Step,
    pub executor: String,
    /// For people and drills; compared by no rule.
    pub done_at_ms: u64,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    Completed,
    /// Given up with everything as before, or by an operator.
    Abandoned,
    /// Another run took its place.
    Superseded,
    /// An end that this binary does not know: a newer one wrote it.
    #[serde(untagged)]
    Other(String),
}

impl RunEnd {
    pub fn as_str(&self) -> &str {
        match self {
            RunEnd::Completed => "completed",
            RunEnd::Abandoned => "abandoned",
            RunEnd::Superseded => "superseded",
            RunEnd::Other(text) => text,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FinishedRun {
    pub id: String,
    pub kind: RunKind,
    pub from: Region,
    pub target: Region,
    pub epoch: Epoch,
    pub end: RunEnd,
    /// Why it did not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub history: Vec<StepMark>,
}

/// What a Region's processor says of itself in the control table: `reconcile` and
/// `resume-processing` wait for it, wherever their executor runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessorState {
    pub region: Region,
    /// The epoch under which it folds.
    pub epoch: Epoch,
    /// The run for which it says so, once that run's database is where it belongs. What was said
    /// before is about pages that a promotion may have thrown away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Every account's head, read after the fence, has been reached.
    pub reconciled: bool,
    pub accounts: u64,
    pub remaining: u64,
    /// Accounts that wait for a person or a newer binary (SAFE-3).
    pub parked: Vec<String>,
}

impl Authority {
    pub const FORMAT: u16 = 1;

    pub fn initial(active: Region) -> Authority {
        Authority {
            format: Authority::FORMAT,
            version: 1,
            epoch: Epoch(1),
            active,
            mode: Mode::Automatic,
            budgets: Budgets::default(),
            marks: Marks::default(),
            chain_heads: BTreeMap::new(),
            run: None,
            drain: None,
        }
    }

    /// A copy with the next version, to change and to write on condition of this one's.
    pub fn next(&self) -> Authority {
        Authority { version: self.version + 1, ..self.clone() }
    }
}
