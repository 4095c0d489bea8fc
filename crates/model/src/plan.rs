//! Plans as data: which steps a run of each kind takes. `core` decides them, Step Functions and the
//! sentinels only drive them.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    Failover,
    Switchover,
    Failback,
    Realign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Planned moves: versions equal, lag small, both Regions well.
    Check,
    /// Planned moves: the database's own full sync is the drain; no return once RDS accepts.
    HandOverDatabase,
    /// epoch + 1 and active = target. In a failover it is the winning write itself.
    Fence,
    PromoteDatabase,
    ResumeProcessing,
    Reconcile,
    Verify,
    Announce,
}

impl Step {
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

    /// Where a run begins. A failover's fence is the very write that starts it.
    pub fn first(kind: RunKind) -> Step {
        let steps = Plan::steps(kind);
        if kind == RunKind::Failover { steps[1] } else { steps[0] }
    }

    /// Whether the plan is past moving the database: only then is what lies in it there to stay.
    pub fn resumes(kind: RunKind, step: Step) -> bool {
        let steps = Plan::steps(kind);
        let place = |wanted| steps.iter().position(|s| *s == wanted);
        place(step) >= place(Step::ResumeProcessing)
    }

    /// The step after `step`, or `None` at the end of the plan.
    pub fn after(kind: RunKind, step: Step) -> Option<Step> {
        let steps = Plan::steps(kind);
        let at = steps.iter().position(|s| *s == step)?;
        steps.get(at + 1).copied()
    }
}
