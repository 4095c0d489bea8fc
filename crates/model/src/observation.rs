//! The observation of a sentinel: its whole state in one item. The item is written on the condition that its stored
//! counter is the expected one, so only one incarnation ticks (docs/spec/moves.md).

use crate::{Diagnosis, Epoch, Region, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The counters of all sentinels, as one sentinel knew them.
pub type Counters = BTreeMap<Region, u64>;

/// The answer on one path of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeAnswer {
    /// The request succeeded. A 429 to a canary order counts as success, because a surge is not an outage (S14).
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
    /// Nothing came back. The call may still have arrived and had its effect.
    No,
    /// Something came back that does not determine the outcome, such as a server error, or an incomplete or unreadable
    /// response.
    Yes,
}

/// The result of one probe of a Region on the three independent paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// The answer to a canary order on the customers' path.
    pub api: ProbeAnswer,
    /// The answer to a read at the Region's ledger endpoint.
    pub ledger: ProbeAnswer,
    /// The answer of the Region's control plane to a request to describe the database.
    pub control: ProbeAnswer,
    /// The writer that this Region's control plane names, if it answered and the database is not moving.
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

/// One Region as a sentinel sees it: the answers of the last tick, and the number of consecutive ticks with the same
/// result.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegionView {
    /// The answer to a canary order on the customers' path.
    pub api: ProbeAnswer,
    /// The answer to a read at the Region's ledger endpoint.
    pub ledger: ProbeAnswer,
    /// The answer of the Region's control plane to a request to describe the database.
    pub control: ProbeAnswer,
    /// The number of consecutive ticks without an answer on any of the three paths.
    pub silent: u32,
    /// The number of consecutive ticks in which the canary was not accepted.
    pub refused: u32,
    /// The number of consecutive ticks in which the canary was accepted.
    pub accepted: u32,
    /// The number of consecutive ticks in which this Region's control plane named a writer outside the active Region.
    pub writer_elsewhere: u32,
    /// The Region that this Region's control plane named as the writer, if it named one.
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
    /// The wall-clock time, in milliseconds since 1970, of the tick that first made this diagnosis. It is for display
    /// only; no rule compares it.
    pub since_at_ms: u64,
}

/// The last change of another sentinel's counter, dated by the observer's own ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seen {
    /// The other sentinel's counter.
    pub counter: u64,
    /// The earliest tick of the observer at which the counter may have changed; 0 if the observer never saw it change.
    pub at_own_tick: u64,
    /// The tick of the observer at which it noticed the change. If the observer could not read for a while, this tick
    /// is later than `at_own_tick`.
    #[serde(default)]
    pub noticed_at: u64,
}

/// The open run, and the observer's tick since which the run has not changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunSeen {
    /// The id of the run.
    pub id: String,
    /// The step of the run.
    pub step: Step,
    /// The attempt of the run.
    pub attempt: u32,
    /// The progress of the run.
    pub progress: u64,
    /// The observer's own counter when it first saw the run in this state.
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
    /// The open run as last read. A successor continues the count of ticks, because an incarnation may live for fewer
    /// ticks than the number after which a run is taken over (LIVE-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunSeen>,
    /// The wall-clock time in milliseconds since 1970. It is for display only; no rule compares it.
    pub at_ms: u64,
}

impl Observation {
    /// The format that this binary writes.
    pub const FORMAT: u16 = 1;
}
