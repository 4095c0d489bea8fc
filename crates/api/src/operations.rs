//! Operators' verbs: one document for HTTP and for `aws lambda invoke`.

#[cfg(test)]
use crate::schema;
use crate::{FinishedRunView, Open, RunView};
use leeward_model::{Authority, Epoch, Mode, Region};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What an operator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Move to the other Region at once, whatever its database has not received yet.
    Failover,
    /// Move to the other Region as planned: lose nothing, or change nothing.
    Switchover,
    /// Make the planned move home.
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
    /// Resume the open run, also a parked one.
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

    /// Returns the verb as it is on the wire.
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

    /// Whether the verb begins a run, which takes time and moves the database.
    pub fn begins_run(self) -> bool {
        matches!(self, Verb::Failover | Verb::Switchover | Verb::Failback | Verb::Realign)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `{"verb": "failover", "to": "us-east-2", "reason": "…", "id": "…"}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationRequest {
    /// What to do.
    pub verb: Open<Verb>,
    /// The Region to move to; for `failover` and `switchover` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why, for the audit log and the notices; at most 500 characters.
    #[serde(default)]
    pub reason: String,
    /// Names the run that the operation begins: the same id is the same operation, however often it is
    /// sent. 1 to 80 letters, digits, `-`, `_` and `.`; the server makes one up if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// The answer 200: the operation holds, now or already before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationDone {
    /// 200, from the operator function; absent over HTTP.
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
    /// Which moves start automatically.
    #[cfg_attr(test, schemars(with = "schema::Mode"))]
    pub mode: Open<Mode>,
    /// The open run; null if none is open.
    pub run: Option<RunView>,
    /// The last run that ended; null if none has.
    pub last_run: Option<FinishedRunView>,
}

impl OperationDone {
    /// Describes the authority under which an operation holds.
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

/// The answer 409, 422 or 503: refused, not readable, or unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationRefused {
    /// The status, from the operator function; absent over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A stable code such as `LW-V002`; `LW-V011` means that it is unknown whether the operation took
    /// effect, and that it may be repeated with the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The operation's id, where the outcome is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Any other member: a 422 over HTTP is a problem document.
    #[serde(flatten)]
    #[cfg_attr(test, schemars(skip))]
    pub rest: BTreeMap<String, Value>,
}

/// What the operator function is asked for where it is not an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusVerb {
    /// Describe the platform.
    Status,
}

/// `{"verb": "status"}`: asks the operator function for a [`crate::PlatformStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCall {
    /// Always `status`.
    pub verb: StatusVerb,
}

impl StatusCall {
    /// The call.
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
