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
