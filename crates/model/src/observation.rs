//! The observation of a sentinel: its whole state in one item. The item is written on condition of its own counter,
//! so that only one incarnation ticks (docs/spec/moves.md).

use crate::{Diagnosis, Epoch, Region, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The counters of all sentinels, as one of them knew them.
pub type Counters = BTreeMap<Region, u64>;

/// The answer on one path of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeAnswer {
    /// The request succeeded. A 429 to a canary order counts as success: a surge is not an outage (S14).
    Good,
    /// The Region answered with an error, so it is reachable.
    Error(String),
    /// No answer came within the probe's timeout.
    Silence,
}

/// Whether the other side sent anything back in a call whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// Nothing came back. The call may have arrived all the same, and may have had its effect.
    No,
    /// Something came back that does not determine the outcome, such as a server error, part of an answer or an
    /// unreadable one.
    Yes,
}

/// The result of one probe of a Region on the three independent paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// The answer to a canary order on the customers' path.
    pub api: ProbeAnswer,
    /// The answer to a read at the Region's ledger endpoint.
    pub ledger: ProbeAnswer,
    /// The answer of the Region's control plane to describing the database.
    pub control: ProbeAnswer,
    /// The writer as this Region's control plane names it, if it answered and the database is not moving.
    pub writer: Option<Region>,
    /// Whether the Region's own cluster is being copied and cannot be promoted.
    pub resyncing: bool,
    /// Whether the Region's own cluster is a member of the global cluster and could be promoted.
    pub member: bool,
}

impl ProbeAnswer {
    /// Returns whether the request succeeded.
    pub fn is_good(&self) -> bool {
        matches!(self, ProbeAnswer::Good)
    }
    /// Returns whether no answer came.
    pub fn is_silence(&self) -> bool {
        matches!(self, ProbeAnswer::Silence)
    }
}

/// One Region as a sentinel sees it: the answers of the last tick, and for how many consecutive ticks they hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegionView {
    /// The answer to a canary order on the customers' path.
    pub api: ProbeAnswer,
    /// The answer to a read at the Region's ledger endpoint.
    pub ledger: ProbeAnswer,
    /// The answer of the Region's control plane to describing the database.
    pub control: ProbeAnswer,
    /// Consecutive ticks without an answer on any of the three paths.
    pub silent: u32,
    /// Consecutive ticks in which the canary was not accepted.
    pub refused: u32,
    /// Consecutive ticks in which the canary was accepted.
    pub accepted: u32,
    /// Consecutive ticks in which this Region's control plane named a writer other than the active Region.
    pub writer_elsewhere: u32,
    /// The Region that this control plane named as the writer, if it named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<Region>,
    /// Whether this Region's own cluster is being copied and cannot be promoted yet.
    #[serde(default)]
    pub resyncing: bool,
    /// Whether this Region's own cluster is a member of the global cluster and could be promoted.
    #[serde(default)]
    pub member: bool,
    /// The diagnosis that follows from the counts.
    pub diagnosis: Diagnosis,
    /// The wall clock, in milliseconds since 1970, of the tick that first made this diagnosis. It is for display only;
    /// no rule compares it.
    pub since_at_ms: u64,
}

/// The last change of another sentinel's counter, in the observer's own ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seen {
    /// The other sentinel's counter.
    pub counter: u64,
    /// The earliest own tick at which the counter may have changed; 0 if it was never seen to change.
    pub at_own_tick: u64,
    /// The own tick at which the observer noticed the change. It is later if the observer could not read for a while.
    #[serde(default)]
    pub noticed_at: u64,
}

/// The open run, and the own tick since which it has not changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunSeen {
    /// The id of the run.
    pub id: String,
    /// Its step.
    pub step: Step,
    /// Its attempt.
    pub attempt: u32,
    /// Its progress.
    pub progress: u64,
    /// The own counter when the run was first seen in this state.
    pub since_counter: u64,
}

/// The state of one sentinel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Observation {
    /// The format of the item; see [`Observation::FORMAT`].
    pub format: u16,
    /// The Region that the sentinel runs in.
    pub sentinel: Region,
    /// The id of the incarnation that wrote the item.
    pub incarnation: String,
    /// The number of ticks of this sentinel, across its incarnations.
    pub counter: u64,
    /// The view of each Region.
    pub regions: BTreeMap<Region, RegionView>,
    /// The last change of each sentinel's counter.
    pub seen: BTreeMap<Region, Seen>,
    /// The epoch of the authority that the sentinel last read.
    pub epoch: Epoch,
    /// The open run as last read. A successor continues the count, because an incarnation may be shorter than the
    /// number of ticks after which a run is taken over (LIVE-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunSeen>,
    /// The wall clock in milliseconds since 1970. It is for display only; no rule compares it.
    pub at_ms: u64,
}

impl Observation {
    /// The format that this binary writes.
    pub const FORMAT: u16 = 1;
}
