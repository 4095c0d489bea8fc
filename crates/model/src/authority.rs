//! The authority item. It holds everything for which two deciders could race, because MRSC tables have conditional
//! writes but no transactions (docs/spec/aws-facts.md, attack R3). Each change of any field is a conditional write on
//! `version`.

use crate::{ChainHead, Counters, Epoch, Region, RunKind, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The mode of automatic moves. It governs only whether moves start; an open run continues in any mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Sentinels start moves.
    Automatic,
    /// Sentinels report the moves that they would have started.
    Observe,
    /// Sentinels start no moves.
    Paused,
}

/// The item that names the active Region and holds the open run, the mode and the budgets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Authority {
    /// The format of the item; see [`Authority::FORMAT`].
    pub format: u16,
    /// The version, which increases by one with each write. Every compare-and-swap compares this version (SAFE-5).
    pub version: u64,
    /// The epoch, which is the number of the current authority.
    pub epoch: Epoch,
    /// The Region that books orders.
    pub active: Region,
    /// The mode of automatic moves.
    pub mode: Mode,
    /// The part of the move budget that is used up.
    pub budgets: Budgets,
    /// Facts that later decisions need.
    pub marks: Marks,
    /// The head of each audit chain, as known to the writer of this version (SAFE-10).
    #[serde(default)]
    pub chain_heads: BTreeMap<String, ChainHead>,
    /// The open run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
    /// The Region that traffic should leave; latency routing only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drain: Option<Region>,
}

/// The automatic moves that count towards the cooldown and the daily limit, the newest last. Moves that operators start
/// do not count (LIVE-3, S11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Budgets {
    /// The moves.
    pub moves: Vec<MoveMark>,
}

/// One automatic move.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MoveMark {
    /// The epoch that began with the move.
    pub epoch: Epoch,
    /// The Region that the platform moved away from.
    pub from: Region,
    /// Whether that Region was dark.
    pub dark: bool,
    /// The counters of all three sentinels at the move. The time since then is counted in their ticks (LIVE-3).
    pub counters: Counters,
}

/// Facts that later decisions need and that must outlive the sentinels, which are short-lived.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Marks {
    /// The Region whose database an operator detached on purpose. `realign` leaves this database alone (S9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detached: Option<Region>,
    /// The sentinels' counters at the last realign. Each cooldown allows one realign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realigned: Option<Counters>,
    /// The sentinels' counters when home was first found healthy again; absent once two sentinels report home as bad.
    /// The mark is in this item because many incarnations of a sentinel may follow the one that set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_whole: Option<Counters>,
    /// The sentinels' counters at the last automatic failback. An abandoned failback is not retried until enough ticks
    /// have passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_back: Option<Counters>,
    /// The run that ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<FinishedRun>,
    /// The ids of the most recent operations by operators that took effect, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
}

impl Marks {
    /// The maximum number of operation ids that are kept. Operators repeat an operation within minutes, if at all.
    pub const OPERATIONS_MAX: usize = 16;

    /// Adds the id of an operation that takes effect, and drops the oldest id if there are too many.
    pub fn keep_operation(&mut self, id: String) {
        self.operations.push(id);
        let surplus = self.operations.len().saturating_sub(Marks::OPERATIONS_MAX);
        self.operations.drain(..surplus);
    }
}

/// The open run. It belongs to the epoch in which it works. An executor that finds another run here stops.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// The id.
    pub id: String,
    /// The kind, which determines the plan.
    pub kind: RunKind,
    /// The Region that the run moves away from.
    pub from: Region,
    /// The Region that the run moves to.
    pub target: Region,
    /// The epoch in which the run works.
    pub epoch: Epoch,
    /// The current step.
    pub step: Step,
    /// The attempt, which increases each time an executor takes the step. `(step, attempt)` names the right to act.
    pub attempt: u32,
    /// The executor that took the step; empty before the first one.
    pub executor: String,
    /// A counter that the executor increments while it polls, so that a waiting run is not mistaken for a dead one
    /// (R20).
    pub progress: u64,
    /// The tries of this step, by all executors together.
    #[serde(flatten)]
    pub tries: Tries,
    /// The reason why the run waits for an operator; `None` if it does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<String>,
    /// Whether an operator paused the run.
    #[serde(default)]
    pub paused: bool,
    /// The reason why the run started, in words.
    pub reason: String,
    /// Whether a sentinel started the run.
    pub automatic: bool,
    /// The steps that are done, in order.
    pub history: Vec<StepMark>,
}

/// The effort that all executors of a run together have spent on its current step. Executors are short-lived, and the
/// limits of a step must not begin anew with each executor (LIVE-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tries {
    /// The time for which executors have worked on the step, in milliseconds.
    pub waited_ms: u64,
    /// The number of polls.
    pub polls: u32,
    /// The number of calls to a control plane. Each call is counted before it is made.
    pub calls: u32,
    /// The number of canary orders that were not accepted, and of requests to a control plane that were not answered.
    pub failures: u32,
    /// The number of consecutive descriptions since the last call that show the database at rest, with the writer still
    /// in the source Region.
    pub idle_looks: u32,
}

/// A step that has been completed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StepMark {
    /// The step.
    pub step: Step,
    /// The executor that completed it.
    pub executor: String,
    /// The wall-clock time in milliseconds since 1970. It is for display and drills; no rule compares it.
    pub done_at_ms: u64,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// All steps are done.
    Completed,
    /// The run was given up before it changed anything, or an operator abandoned it.
    Abandoned,
    /// Another run replaced this run.
    Superseded,
    /// An end that a newer binary wrote and this binary does not know.
    #[serde(untagged)]
    Other(String),
}

impl RunEnd {
    /// Returns the name of the end, as stored.
    pub fn as_str(&self) -> &str {
        match self {
            RunEnd::Completed => "completed",
            RunEnd::Abandoned => "abandoned",
            RunEnd::Superseded => "superseded",
            RunEnd::Other(text) => text,
        }
    }
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FinishedRun {
    /// The id.
    pub id: String,
    /// The kind.
    pub kind: RunKind,
    /// The Region that the run moved away from.
    pub from: Region,
    /// The Region that the run moved to.
    pub target: Region,
    /// The epoch in which the run worked.
    pub epoch: Epoch,
    /// The way in which the run ended.
    pub end: RunEnd,
    /// The reason why the run did not complete; `None` if it completed or no reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The steps that were done, in order.
    pub history: Vec<StepMark>,
}

/// The state of a Region's processor, which the processor writes to the control table. The steps `resume-processing`
/// and `reconcile` wait for this state, in whichever Region their executor runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessorState {
    /// The Region.
    pub region: Region,
    /// The epoch in which the processor folds.
    pub epoch: Epoch,
    /// The run for which the processor wrote this state, after the run had moved the database. An earlier state may
    /// describe a volume that the promotion discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Whether the watermark of each account has reached the head that was read after the fence.
    pub reconciled: bool,
    /// The number of registered accounts.
    pub accounts: u64,
    /// The number of accounts that are still behind the ledger.
    pub remaining: u64,
    /// The accounts that wait for an operator or a newer binary (SAFE-3).
    pub parked: Vec<String>,
}

impl Authority {
    /// The format that this binary writes.
    pub const FORMAT: u16 = 1;

    /// Returns the first version of the item, which makes `active` the active Region in epoch 1.
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

    /// Returns a copy with the next version. The caller changes the copy and writes it on the condition that the stored
    /// item still has this item's version.
    pub fn next(&self) -> Authority {
        Authority { version: self.version + 1, ..self.clone() }
    }
}
