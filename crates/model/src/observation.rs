//! What a sentinel saw: its whole state, stored as one item, written conditionally on its own
//! counter so that one incarnation ticks (docs/spec/moves.md).

use crate::{Diagnosis, Epoch, Region, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counters of all sentinels as one of them knew them.
pub type Counters = BTreeMap<Region, u64>;

/// What came back on one path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Did what was asked. A 429 to a canary counts here: a surge is not an outage (S14).
    Good,
    /// Answered, with an error: somebody is there.
    Error(String),
    /// Nothing came within the probe's time.
    Silence,
}

/// Whether the other side gave any sign of itself in a call whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// Nothing came back. The call may have arrived all the same, and may have had its effect.
    No,
    /// Something came back that does not tell the outcome: an error of the server, half an answer, an
    /// answer that cannot be read.
    Yes,
}

/// What one probe of a Region brought back on the three independent paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// A canary order through the customers' path.
    pub api: Answer,
    /// A read at the Region's ledger endpoint.
    pub ledger: Answer,
    /// The Region's control plane (describe the database).
    pub control: Answer,
    /// The writer as this Region's control plane names it, when it answered and nothing moves.
    pub writer: Option<Region>,
    /// The Region's own cluster is being copied and cannot be promoted.
    pub resyncing: bool,
    /// The Region's own cluster is a member of the global cluster and could be promoted.
    pub member: bool,
}

impl Answer {
    pub fn is_good(&self) -> bool {
        matches!(self, Answer::Good)
    }
    pub fn is_silence(&self) -> bool {
        matches!(self, Answer::Silence)
    }
}

/// One Region as seen on the three independent paths in one tick, and for how many ticks running.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegionView {
    /// Canary order through the customers' path.
    pub api: Answer,
    /// A read at the Region's ledger endpoint.
    pub ledger: Answer,
    /// The Region's control plane (describe the database).
    pub control: Answer,
    /// Consecutive ticks without any answer on all three.
    pub silent: u32,
    /// Consecutive ticks in which the canary was not accepted.
    pub refused: u32,
    /// Consecutive ticks in which it was.
    pub accepted: u32,
    /// Consecutive ticks in which this Region's control plane named another writer than authority.
    pub writer_elsewhere: u32,
    /// The Region that this control plane called the writer, if it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<Region>,
    /// This Region's own cluster is copied anew and cannot be promoted yet.
    #[serde(default)]
    pub resyncing: bool,
    /// This Region's own cluster is of the global cluster and could be promoted.
    #[serde(default)]
    pub member: bool,
    pub diagnosis: Diagnosis,
    /// Wall clock of the tick that came to this diagnosis. For people; compared by no rule.
    pub since_at_ms: u64,
}

/// When another sentinel's counter was last seen to move, in the observer's own ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seen {
    pub counter: u64,
    pub at_own_tick: u64,
    /// When the observer came to know of it: later, where it could not read for a while.
    #[serde(default)]
    pub noticed_at: u64,
}

/// A run, and since which own tick nothing of it has changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunSeen {
    pub id: String,
    pub step: Step,
    pub attempt: u32,
    pub progress: u64,
    pub since_counter: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Observation {
    pub format: u16,
    /// The Region that this sentinel lives in.
    pub sentinel: Region,
    pub incarnation: String,
    /// Ticks ever made by this sentinel, across incarnations.
    pub counter: u64,
    pub regions: BTreeMap<Region, RegionView>,
    pub seen: BTreeMap<Region, Seen>,
    /// The epoch it acted under.
    pub epoch: Epoch,
    /// The open run as it last read it. A successor goes on counting: a life may be shorter than the patience
    /// with a run that stands still (LIVE-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunSeen>,
    /// For people; compared by no rule.
    pub at_ms: u64,
}

impl Observation {
    pub const FORMAT: u16 = 1;
}
