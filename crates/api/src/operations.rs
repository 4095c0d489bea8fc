//! Operator verbs, which have the same document over HTTP and for `aws lambda invoke`.

#[cfg(test)]
use crate::schema;
use crate::{FinishedRunView, Open, RunView};
use leeward_model::{Authority, Epoch, Mode, Region};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The verb of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Move to the other Region immediately, even if its database has not received every commit.
    Failover,
    /// Make a planned move to the other Region. It loses no data; if it cannot complete, nothing changes.
    Switchover,
    /// Make a planned move to the home Region.
    Failback,
    /// Move the database's writer to the active Region.
    Realign,
    /// Pause automatic moves.
    Pause,
    /// Resume automatic moves.
    Resume,
    /// Report automatic moves instead of starting them.
    Observe,
    /// Pause the open run at its next step boundary.
    PauseRun,
    /// Resume the open run, even if it is parked.
    ResumeRun,
    /// Abandon the open run.
    AbandonRun,
}

impl Verb {
    /// All verbs, in the order in which messages list them.
    pub const ALL: [Verb; 10] = [
        Verb::Failover,
        Verb::Switchover,
        Verb::Failback,
        Verb::Realign,
        Verb::Pause,
        Verb::Resume,
        Verb::Observe,
        Verb::PauseRun,
        Verb::ResumeRun,
        Verb::AbandonRun,
    ];

    /// Returns the verb in its wire format.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Failover => "failover",
            Verb::Switchover => "switchover",
            Verb::Failback => "failback",
            Verb::Realign => "realign",
            Verb::Pause => "pause",
            Verb::Resume => "resume",
            Verb::Observe => "observe",
            Verb::PauseRun => "pause-run",
            Verb::ResumeRun => "resume-run",
            Verb::AbandonRun => "abandon-run",
        }
    }

    /// Returns whether the verb starts a run, which takes time and moves the database.
    pub fn begins_run(self) -> bool {
        matches!(self, Verb::Failover | Verb::Switchover | Verb::Failback | Verb::Realign)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An operation, such as `{"verb": "failover", "to": "us-east-2", "reason": "…", "id": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationRequest {
    /// The verb.
    pub verb: Open<Verb>,
    /// The target Region. Only for `failover` and `switchover`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The reason, for the audit log and the notices. At most 500 characters.
    #[serde(default)]
    pub reason: String,
    /// The id of the operation and of the run that it starts. A request with the same id is the same operation. The id
    /// has 1 to 80 letters, digits, `-`, `_` and `.`. If it is absent, the server generates one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// The response with status 200: the operation is in effect, because of this request or an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationDone {
    /// The status 200 in a response of the operator function. Absent over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The operation's id.
    pub id: String,
    /// The active Region.
    #[cfg_attr(test, schemars(with = "String"))]
    pub active: Region,
    /// The epoch of the authority that was written.
    #[cfg_attr(test, schemars(with = "u64"))]
    pub epoch: Epoch,
    /// The mode, which determines the moves that start automatically.
    #[cfg_attr(test, schemars(with = "schema::Mode"))]
    pub mode: Open<Mode>,
    /// The open run. Null if none is open.
    pub run: Option<RunView>,
    /// The last run that ended. Null if there is none.
    pub last_run: Option<FinishedRunView>,
}

impl OperationDone {
    /// Returns the response for the operation `id`, which is in effect, with the values of `authority`.
    pub fn new(id: &str, authority: &Authority) -> OperationDone {
        OperationDone {
            status: None,
            id: id.to_owned(),
            active: authority.active.clone(),
            epoch: authority.epoch,
            mode: authority.mode.into(),
            run: authority.run.as_ref().map(Into::into),
            last_run: authority.marks.last_run.as_ref().map(Into::into),
        }
    }
}

/// The response with status 409, 422 or 503: the operation was rejected, is invalid, or has an unknown outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationRefused {
    /// The status in a response of the operator function. Absent over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A stable code such as `LW-V002`. `LW-V011` means that it is unknown whether the operation took effect; the
    /// client may repeat the operation with the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A readable description of the problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The operation's id, if its outcome is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// All other members. Over HTTP, a response with status 422 is a problem document.
    #[serde(flatten)]
    #[cfg_attr(test, schemars(skip))]
    pub rest: BTreeMap<String, Value>,
}

/// The verb of a status request to the operator function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusVerb {
    /// Describe the platform.
    Status,
}

/// A request to the operator function for a [`crate::PlatformStatus`]: `{"verb": "status"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCall {
    /// The verb, always `status`.
    pub verb: StatusVerb,
}

impl StatusCall {
    /// The only value of this type.
    pub const CALL: StatusCall = StatusCall { verb: StatusVerb::Status };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_written_as_it_is_named() {
        for verb in Verb::ALL {
            let written = serde_json::to_value(verb).expect("plain data");
            assert_eq!(written, verb.as_str());
        }
    }
}
