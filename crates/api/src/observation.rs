//! The observations of sentinels, as status reports them.

use crate::Open;
#[cfg(test)]
use crate::schema;
use leeward_model as model;
use leeward_model::{Diagnosis, Epoch, ProbeAnswer, Region, Seen, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The observation of one sentinel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ObservationView {
    /// The format of the stored item.
    pub format: u16,
    /// The Region in which the sentinel runs.
    #[cfg_attr(test, schemars(with = "String"))]
    pub sentinel: Region,
    /// The process that wrote the observation.
    pub incarnation: String,
    /// The number of ticks of this Region's sentinel so far, over all of its processes.
    pub counter: u64,
    /// The sentinel's view of each Region.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, SeenRegion>"))]
    pub regions: BTreeMap<Region, SeenRegion>,
    /// The counters of the other sentinels, each with the tick in which it last moved.
    #[cfg_attr(test, schemars(with = "schema::Object"))]
    pub seen: BTreeMap<Region, Seen>,
    /// The epoch in which the sentinel acted.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
    /// The open run, as the sentinel last read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunSeenView>,
    /// The wall-clock time of the tick, in milliseconds since 1970. It is for display.
    pub at_ms: u64,
}

/// A sentinel's view of one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeenRegion {
    /// The result of the canary order, which takes the customers' path.
    #[cfg_attr(test, schemars(with = "schema::ProbeAnswer"))]
    pub api: Open<ProbeAnswer>,
    /// The result of a read at the Region's ledger endpoint.
    #[cfg_attr(test, schemars(with = "schema::ProbeAnswer"))]
    pub ledger: Open<ProbeAnswer>,
    /// The result of a call to the Region's control plane.
    #[cfg_attr(test, schemars(with = "schema::ProbeAnswer"))]
    pub control: Open<ProbeAnswer>,
    /// The number of consecutive ticks without a response on any path.
    pub silent: u32,
    /// The number of consecutive ticks in which the canary was not accepted.
    pub refused: u32,
    /// The number of consecutive ticks in which the canary was accepted.
    pub accepted: u32,
    /// The number of consecutive ticks in which the control plane and the authority named different writers.
    pub writer_elsewhere: u32,
    /// The Region that the control plane named as the writer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub writer: Option<Region>,
    /// Whether the Region's own cluster is still being copied, so that it cannot be promoted yet.
    #[serde(default)]
    pub resyncing: bool,
    /// Whether the Region's own cluster is a member of the global cluster, so that it can be promoted.
    #[serde(default)]
    pub member: bool,
    /// The sentinel's diagnosis.
    #[cfg_attr(test, schemars(with = "schema::Diagnosis"))]
    pub diagnosis: Open<Diagnosis>,
    /// The time since which the diagnosis holds, in milliseconds since 1970. It is for display and for drills.
    pub since_at_ms: u64,
}

/// An open run, as a sentinel last read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunSeenView {
    /// The run's id.
    pub id: String,
    /// The step in progress.
    #[cfg_attr(test, schemars(with = "schema::Step"))]
    pub step: Open<Step>,
    /// The number of times that an executor has started this step.
    pub attempt: u32,
    /// A counter that grows while the executor polls.
    pub progress: u64,
    /// The sentinel's own tick since which the run is unchanged.
    pub since_counter: u64,
}

impl From<&model::Observation> for ObservationView {
    fn from(stored: &model::Observation) -> ObservationView {
        let model::Observation {
            format,
            sentinel,
            incarnation,
            counter,
            regions,
            seen,
            epoch,
            run,
            at_ms,
        } = stored;
        ObservationView {
            format: *format,
            sentinel: sentinel.clone(),
            incarnation: incarnation.clone(),
            counter: *counter,
            regions: regions.iter().map(|(region, view)| (region.clone(), view.into())).collect(),
            seen: seen.clone(),
            epoch: *epoch,
            run: run.as_ref().map(Into::into),
            at_ms: *at_ms,
        }
    }
}

impl From<&model::RegionView> for SeenRegion {
    fn from(stored: &model::RegionView) -> SeenRegion {
        let model::RegionView {
            api,
            ledger,
            control,
            silent,
            refused,
            accepted,
            writer_elsewhere,
            writer,
            resyncing,
            member,
            diagnosis,
            since_at_ms,
        } = stored;
        SeenRegion {
            api: api.clone().into(),
            ledger: ledger.clone().into(),
            control: control.clone().into(),
            silent: *silent,
            refused: *refused,
            accepted: *accepted,
            writer_elsewhere: *writer_elsewhere,
            writer: writer.clone(),
            resyncing: *resyncing,
            member: *member,
            diagnosis: (*diagnosis).into(),
            since_at_ms: *since_at_ms,
        }
    }
}

impl From<&model::RunSeen> for RunSeenView {
    fn from(stored: &model::RunSeen) -> RunSeenView {
        let model::RunSeen { id, step, attempt, progress, since_counter } = stored;
        RunSeenView {
            id: id.clone(),
            step: (*step).into(),
            attempt: *attempt,
            progress: *progress,
            since_counter: *since_counter,
        }
    }
}
