//! The closed vocabulary of what can be wrong with a Region and of what follows from it.
//! `docs/reference/diagnoses.md` has a section for each; `cargo xtask tidy` compares them.

use crate::{Region, RunKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One sentinel's opinion of one Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    /// Canary orders are accepted.
    Healthy,
    /// Not enough ticks to say.
    Unknown,
    /// No answer at all on three independent paths, for `misses` ticks.
    Silent,
    /// The API gives no answer while another path does.
    ApiUnreachable,
    /// The API answers and does not accept, while the ledger's endpoint works.
    OrderPathBroken,
    /// Neither the API accepts nor the ledger's endpoint in the Region works.
    LedgerUnreachable,
    /// Orders are accepted; the control endpoint is not reached. No reason to move.
    ControlImpaired,
    /// Orders are accepted; the writer of the database is not where authority says.
    DbWriterElsewhere,
}

impl Diagnosis {
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

    /// Orders cannot be accepted there.
    pub fn is_bad(self) -> bool {
        matches!(
            self,
            Diagnosis::Silent
                | Diagnosis::ApiUnreachable
                | Diagnosis::OrderPathBroken
                | Diagnosis::LedgerUnreachable
        )
    }

    /// Orders are accepted there.
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

/// How sure a quorum is. Everything that is not dark is doubtful (R12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Dark,
    Doubtful,
}

/// What one decision came to, in words that an operator may read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    NoAction(NoAction),
    Start {
        kind: RunKind,
        from: Region,
        target: Region,
        class: Class,
        reason: String,
    },
    /// An open run stands still: this sentinel takes it over.
    TakeOver {
        run: String,
    },
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
            Verdict::TakeOver { run } => write!(f, "take over run {run}, which stands still"),
            Verdict::Alert(alert) => write!(f, "alert: {alert}"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAction {
    AllWell,
    /// This sentinel sees no Region at all: it is the one that is cut off (SAFE-8).
    OwnViewSick,
    NoQuorum,
    TargetNotReady,
    ModePaused,
    ModeObserve,
    RunInProgress,
    CoolingDown,
    DailyLimit,
    DatabaseDetached,
    /// The writer is elsewhere, and the active Region's cluster is still being copied anew.
    DatabaseResyncing,
    /// The platform is away from home since a move of its own, and home is not ready for it yet.
    FailbackWaits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Both Regions are unhealthy: nowhere to go, a person is needed.
    BothRegionsDown,
    /// A third move within the cooldown, or a doubtful one over budget, is waiting.
    MoveWaits,
    /// Mode `observe`: it would have moved.
    WouldHaveMoved,
    /// A run waits for a person.
    RunParked,
}

impl fmt::Display for NoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoAction::AllWell => "the active Region is healthy",
            NoAction::OwnViewSick => "this sentinel reaches no Region and abstains",
            NoAction::NoQuorum => "a sentinel holds the active Region for failing, without a quorum that includes this one",
            NoAction::TargetNotReady => "the other Region does not accept orders",
            NoAction::ModePaused => "automatic moves are paused",
            NoAction::ModeObserve => "the mode is observe",
            NoAction::RunInProgress => "a run is in progress",
            NoAction::CoolingDown => "the cooldown after the last move is not over",
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
            Alert::BothRegionsDown => "both Regions are failing and there is nowhere to move",
            Alert::MoveWaits => "a third move within the cooldown waits for it to end",
            Alert::WouldHaveMoved => "the mode is observe; in automatic mode this would be a move",
            Alert::RunParked => "a run is parked and waits for an operator",
        })
    }
}
