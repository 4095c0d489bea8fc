//! The closed lists of the diagnoses of a Region, of the reasons for no action, and of the alerts.
//! `docs/reference/diagnoses.md` has a section for each item; `cargo xtask tidy` compares the lists with that page.

use crate::{Region, RunKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The diagnosis that one sentinel makes of one Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    /// Canary orders are accepted.
    Healthy,
    /// There have not been enough ticks for a diagnosis.
    Unknown,
    /// None of the three independent paths gave any answer for `misses` ticks.
    Silent,
    /// The API gives no answer, while the ledger's endpoint works.
    ApiUnreachable,
    /// The API answers but does not accept orders, while the ledger's endpoint works.
    OrderPathBroken,
    /// The API does not accept orders, and the ledger's endpoint in the Region does not work.
    LedgerUnreachable,
    /// Orders are accepted, but the Region's control plane does not answer. This is no reason to move.
    ControlImpaired,
    /// Orders are accepted, but the database's writer is not in the active Region.
    DbWriterElsewhere,
}

impl Diagnosis {
    /// All diagnoses.
    pub const ALL: [Diagnosis; 8] = [
        Diagnosis::Healthy,
        Diagnosis::Unknown,
        Diagnosis::Silent,
        Diagnosis::ApiUnreachable,
        Diagnosis::OrderPathBroken,
        Diagnosis::LedgerUnreachable,
        Diagnosis::ControlImpaired,
        Diagnosis::DbWriterElsewhere,
    ];

    /// Returns whether the Region cannot accept orders.
    pub fn is_bad(self) -> bool {
        matches!(
            self,
            Diagnosis::Silent
                | Diagnosis::ApiUnreachable
                | Diagnosis::OrderPathBroken
                | Diagnosis::LedgerUnreachable
        )
    }

    /// Returns whether the Region accepts orders. An `Unknown` Region is neither bad nor accepting.
    pub fn accepts(self) -> bool {
        matches!(
            self,
            Diagnosis::Healthy | Diagnosis::ControlImpaired | Diagnosis::DbWriterElsewhere
        )
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The quorum's certainty that the active Region is bad. A Region that is bad and not dark is doubtful (R12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Two sentinels outside the Region get no answer on any path, and the Region's own sentinel stands still.
    Dark,
    /// The Region is bad, but not dark.
    Doubtful,
}

/// The result of one decision. Its display text is written for operators.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The sentinel does nothing, for this reason.
    NoAction(NoAction),
    /// The sentinel starts a run.
    Start {
        /// The kind of the run.
        kind: RunKind,
        /// The Region that the run moves away from.
        from: Region,
        /// The Region that the run moves to.
        target: Region,
        /// The certainty that `from` is bad.
        class: Class,
        /// The evidence in words, for operators.
        reason: String,
    },
    /// The open run makes no progress, and this sentinel takes it over.
    TakeOver {
        /// The id of the run.
        run: String,
    },
    /// The sentinel alerts operators and does nothing else.
    Alert(Alert),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::NoAction(why) => write!(f, "no action: {why}"),
            Verdict::Start { kind, from, target, class, reason } => {
                let class = match class {
                    Class::Dark => "dark",
                    Class::Doubtful => "doubtful",
                };
                write!(f, "{kind} from {from} to {target} ({class}): {reason}")
            }
            Verdict::TakeOver { run } => write!(f, "take over run {run}, which makes no progress"),
            Verdict::Alert(alert) => write!(f, "alert: {alert}"),
        }
    }
}

/// The reason why a sentinel does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAction {
    /// The active Region is healthy.
    AllWell,
    /// This sentinel reaches no Region at all, so the sentinel itself is cut off (SAFE-8).
    OwnViewSick,
    /// One sentinel reports the active Region as bad, but there is no quorum.
    NoQuorum,
    /// The other Region does not accept orders.
    TargetNotReady,
    /// The mode is `paused`.
    ModePaused,
    /// The mode is `observe`.
    ModeObserve,
    /// A run is open, and the evidence is not strong enough to supersede it.
    RunInProgress,
    /// The cooldown after the last automatic move has not ended.
    CoolingDown,
    /// The daily limit of automatic moves is reached.
    DailyLimit,
    /// An operator detached the database on purpose.
    DatabaseDetached,
    /// The writer is not in the active Region, and the active Region's cluster is still being copied.
    DatabaseResyncing,
    /// The platform moved away from home automatically, and home is not ready for the failback yet.
    FailbackWaits,
}

/// A condition that is reported to operators immediately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Both Regions are bad. There is no target, and an operator must act.
    BothRegionsDown,
    /// A third move within the cooldown is waiting.
    MoveWaits,
    /// The mode is `observe`. In mode `automatic`, a move would have started.
    WouldHaveMoved,
    /// The open run is parked and waits for an operator.
    RunParked,
}

impl fmt::Display for NoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoAction::AllWell => "the active Region is healthy",
            NoAction::OwnViewSick => "this sentinel reaches no Region and abstains",
            NoAction::NoQuorum => "a sentinel diagnoses the active Region as failing, but no quorum with this one does",
            NoAction::TargetNotReady => "the other Region does not accept orders",
            NoAction::ModePaused => "automatic moves are paused",
            NoAction::ModeObserve => "the mode is observe",
            NoAction::RunInProgress => "a run is in progress",
            NoAction::CoolingDown => "the cooldown after the last move has not ended",
            NoAction::DailyLimit => "the daily limit of moves is reached",
            NoAction::DatabaseDetached => "the database was detached by an operator",
            NoAction::DatabaseResyncing => "the active Region's database is still being copied",
            NoAction::FailbackWaits => "the home Region is not ready for the failback yet",
        })
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Alert::BothRegionsDown => "both Regions are failing, and there is no Region to move to",
            Alert::MoveWaits => "a third move within the cooldown waits for it to end",
            Alert::WouldHaveMoved => {
                "the mode is observe; in automatic mode the platform would move now"
            }
            Alert::RunParked => "a run is parked and waits for an operator",
        })
    }
}
