//! Plans as data: the steps that each kind of run takes. `core` decides when each step is done; Step Functions and the
//! sentinels only drive the runs.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// An unplanned move away from a Region.
    Failover,
    /// A planned move.
    Switchover,
    /// A planned move to the home Region.
    Failback,
    /// Moves the database's writer to the active Region, without a change of authority.
    Realign,
}

/// A step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Checks that a planned move can succeed: the database is at rest and the target accepts orders.
    Check,
    /// Lets RDS switch the database over in a planned move. RDS's full synchronisation drains the source. Once RDS
    /// accepts the call, there is no way back.
    HandOverDatabase,
    /// Raises the epoch by one and makes the target active. In a failover, the write that starts the run does this.
    Fence,
    /// Makes the target's cluster the writer.
    PromoteDatabase,
    /// Waits until the target's processor folds for this run.
    ResumeProcessing,
    /// Waits until the target's projection equals the ledger.
    Reconcile,
    /// Sends a canary order to the target.
    Verify,
    /// Notifies operators that the run is complete.
    Announce,
}

impl Step {
    /// Returns the name of the step, as operators see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Check => "check",
            Step::HandOverDatabase => "hand-over-database",
            Step::Fence => "fence",
            Step::PromoteDatabase => "promote-database",
            Step::ResumeProcessing => "resume-processing",
            Step::Reconcile => "reconcile",
            Step::Verify => "verify",
            Step::Announce => "announce",
        }
    }
}

impl RunKind {
    /// Returns the name of the kind, as operators see it.
    pub fn as_str(self) -> &'static str {
        match self {
            RunKind::Failover => "failover",
            RunKind::Switchover => "switchover",
            RunKind::Failback => "failback",
            RunKind::Realign => "realign",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The ordered steps of one kind of run (docs/spec/moves.md).
pub struct Plan;

impl Plan {
    /// Returns the steps of a run of this kind, in order.
    pub fn steps(kind: RunKind) -> &'static [Step] {
        use Step::*;
        match kind {
            RunKind::Failover => {
                &[Fence, PromoteDatabase, ResumeProcessing, Reconcile, Verify, Announce]
            }
            RunKind::Switchover | RunKind::Failback => {
                &[Check, HandOverDatabase, Fence, ResumeProcessing, Reconcile, Verify, Announce]
            }
            RunKind::Realign => &[PromoteDatabase, ResumeProcessing, Reconcile, Announce],
        }
    }

    /// Returns the step with which a new run begins. In a failover, the fence is already done by the write that starts
    /// the run.
    pub fn first(kind: RunKind) -> Step {
        let steps = Plan::steps(kind);
        if kind == RunKind::Failover { steps[1] } else { steps[0] }
    }

    /// Returns whether the plan has moved the database before `step`. Only then are the entries that are folded into it
    /// durable.
    pub fn resumes(kind: RunKind, step: Step) -> bool {
        let steps = Plan::steps(kind);
        let place = |wanted| steps.iter().position(|s| *s == wanted);
        place(step) >= place(Step::ResumeProcessing)
    }

    /// Returns the step after `step`, or `None` at the end of the plan.
    pub fn after(kind: RunKind, step: Step) -> Option<Step> {
        let steps = Plan::steps(kind);
        let at = steps.iter().position(|s| *s == step)?;
        steps.get(at + 1).copied()
    }
}
