//! The authority and its runs, as status reports them.

#[cfg(test)]
use crate::schema;
use crate::{Open, RunEnd};
use leeward_model as model;
use leeward_model::{Budgets, ChainHead, Counters, Epoch, Mode, Region, RunKind, Step};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The authority item: which Region is active, in which mode, and which run is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AuthorityView {
    /// The format of the stored item.
    pub format: u16,
    /// The version, which grows by one with every change of the authority.
    pub version: u64,
    /// The epoch, which grows by one with every change of the active Region.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
    /// The active Region, whose database receives the bookings.
    #[cfg_attr(test, schemars(with = "String"))]
    pub active: Region,
    /// The mode, which determines the moves that start automatically.
    #[cfg_attr(test, schemars(with = "schema::Mode"))]
    pub mode: Open<Mode>,
    /// The automatic moves that count towards the cooldown and the daily limit.
    #[cfg_attr(test, schemars(with = "schema::Object"))]
    pub budgets: Budgets,
    /// The record of earlier runs.
    pub marks: MarksView,
    /// The head of each audit writer's chain.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "schema::Object"))]
    pub chain_heads: BTreeMap<String, ChainHead>,
    /// The open run, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunView>,
    /// The Region that traffic should leave. It is set only with latency routing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub drain: Option<Region>,
}

/// The record of earlier runs that the authority keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MarksView {
    /// The Region whose database an operator has detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub detached: Option<Region>,
    /// The sentinels' counters at the last realign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, u64>>"))]
    pub realigned: Option<Counters>,
    /// The sentinels' counters when the home Region was found healthy again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, u64>>"))]
    pub home_whole: Option<Counters>,
    /// The sentinels' counters at the last automatic failback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, u64>>"))]
    pub failed_back: Option<Counters>,
    /// The last run that ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<FinishedRunView>,
    /// The ids of the last operations that took effect, the newest last. A repeated operation changes nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
}

/// An open run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunView {
    /// The id of the run. It is the id of the operation that started the run, or an id that a sentinel chose.
    pub id: String,
    /// The kind of the run.
    #[cfg_attr(test, schemars(with = "schema::RunKind"))]
    pub kind: Open<RunKind>,
    /// The Region that was active when the run started.
    #[cfg_attr(test, schemars(with = "String"))]
    pub from: Region,
    /// The Region that the run makes active, or with which it aligns the database.
    #[cfg_attr(test, schemars(with = "String"))]
    pub target: Region,
    /// The epoch in which the run works.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
    /// The step in progress.
    #[cfg_attr(test, schemars(with = "schema::Step"))]
    pub step: Open<Step>,
    /// The number of times that an executor has started this step.
    pub attempt: u32,
    /// The process that executes the run.
    pub executor: String,
    /// A counter that grows while the executor polls.
    pub progress: u64,
    /// The total time that executors have worked on this step so far, in milliseconds.
    #[serde(default)]
    pub waited_ms: u64,
    /// The number of polls in this step so far.
    #[serde(default)]
    pub polls: u32,
    /// The number of calls in this step so far.
    #[serde(default)]
    pub calls: u32,
    /// The number of canary orders in this step that were not accepted, plus the number of requests to a control plane
    /// that got no response.
    #[serde(default)]
    pub failures: u32,
    /// The number of consecutive descriptions since the last call in which the database was idle and its writer had not
    /// moved.
    #[serde(default)]
    pub idle_looks: u32,
    /// The reason why the run waits for an operator. Absent if it does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<String>,
    /// Whether an operator has paused the run.
    #[serde(default)]
    pub paused: bool,
    /// The reason why the run started.
    pub reason: String,
    /// Whether a sentinel, rather than an operator, started the run.
    pub automatic: bool,
    /// The completed steps, in order.
    pub history: Vec<StepView>,
}

/// A completed step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepView {
    /// The step.
    #[cfg_attr(test, schemars(with = "schema::Step"))]
    pub step: Open<Step>,
    /// The process that completed the step.
    pub executor: String,
    /// The wall-clock time of that process when the step was completed, in milliseconds since 1970. It is for display
    /// and for drills.
    pub done_at_ms: u64,
}

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FinishedRunView {
    /// The run's id.
    pub id: String,
    /// The kind of the run.
    #[cfg_attr(test, schemars(with = "schema::RunKind"))]
    pub kind: Open<RunKind>,
    /// The Region that was active when the run started.
    #[cfg_attr(test, schemars(with = "String"))]
    pub from: Region,
    /// The Region that the run made active, or with which it aligned the database.
    #[cfg_attr(test, schemars(with = "String"))]
    pub target: Region,
    /// The epoch in which the run worked.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
    /// The way in which the run ended.
    pub end: Open<RunEnd>,
    /// The reason why the run did not complete. Absent if it completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The completed steps, in order.
    pub history: Vec<StepView>,
}

impl FinishedRunView {
    /// Returns the time at which a step was completed, in milliseconds since 1970, or `None` if the step was not
    /// completed.
    pub fn done_at_ms(&self, step: Step) -> Option<u64> {
        self.history.iter().find(|mark| mark.step == step).map(|mark| mark.done_at_ms)
    }
}

impl From<&model::Authority> for AuthorityView {
    fn from(stored: &model::Authority) -> AuthorityView {
        let model::Authority {
            format,
            version,
            epoch,
            active,
            mode,
            budgets,
            marks,
            chain_heads,
            run,
            drain,
        } = stored;
        AuthorityView {
            format: *format,
            version: *version,
            epoch: *epoch,
            active: active.clone(),
            mode: (*mode).into(),
            budgets: budgets.clone(),
            marks: marks.into(),
            chain_heads: chain_heads.clone(),
            run: run.as_ref().map(Into::into),
            drain: drain.clone(),
        }
    }
}

impl From<&model::Marks> for MarksView {
    fn from(stored: &model::Marks) -> MarksView {
        let model::Marks { detached, realigned, home_whole, failed_back, last_run, operations } =
            stored;
        MarksView {
            detached: detached.clone(),
            realigned: realigned.clone(),
            home_whole: home_whole.clone(),
            failed_back: failed_back.clone(),
            last_run: last_run.as_ref().map(Into::into),
            operations: operations.clone(),
        }
    }
}

impl From<&model::Run> for RunView {
    fn from(stored: &model::Run) -> RunView {
        let model::Run {
            id,
            kind,
            from,
            target,
            epoch,
            step,
            attempt,
            executor,
            progress,
            tries,
            parked,
            paused,
            reason,
            automatic,
            history,
        } = stored;
        RunView {
            id: id.clone(),
            kind: (*kind).into(),
            from: from.clone(),
            target: target.clone(),
            epoch: *epoch,
            step: (*step).into(),
            attempt: *attempt,
            executor: executor.clone(),
            progress: *progress,
            waited_ms: tries.waited_ms,
            polls: tries.polls,
            calls: tries.calls,
            failures: tries.failures,
            idle_looks: tries.idle_looks,
            parked: parked.clone(),
            paused: *paused,
            reason: reason.clone(),
            automatic: *automatic,
            history: history.iter().map(Into::into).collect(),
        }
    }
}

impl From<&model::StepMark> for StepView {
    fn from(stored: &model::StepMark) -> StepView {
        let model::StepMark { step, executor, done_at_ms } = stored;
        StepView { step: (*step).into(), executor: executor.clone(), done_at_ms: *done_at_ms }
    }
}

impl From<&model::FinishedRun> for FinishedRunView {
    fn from(stored: &model::FinishedRun) -> FinishedRunView {
        let model::FinishedRun { id, kind, from, target, epoch, end, why, history } = stored;
        FinishedRunView {
            id: id.clone(),
            kind: (*kind).into(),
            from: from.clone(),
            target: target.clone(),
            epoch: *epoch,
            end: Open::from_text(end.as_str()),
            why: why.clone(),
            history: history.iter().map(Into::into).collect(),
        }
    }
}
