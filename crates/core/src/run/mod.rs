//! Runs: one plan, carried through by the executor that holds the step.
//!
//! An executor owns nothing but its place in the authority item: it takes `(step, attempt)` by a conditional
//! write, acts, and writes the next step in the same way. An executor that loses one of these writes leaves,
//! because another one is at work. Two executors at once are therefore harmless, and so is an executor that
//! sleeps for an hour between its read and its call: every step begins by describing the database, and
//! `realign` repairs what AWS cannot fence (R4).

pub mod advance;
mod executor;
mod give_up;
pub mod notice;
pub mod operate;
pub mod start;
mod steps;
pub mod surrender;

pub use advance::{Advance, Advanced, Task};
pub use executor::{Executor, RunSettings};
pub use give_up::give_up;
pub use operate::{Operate, Operated, Operation, Refusal, Verb, operate};
pub use start::{Begin, Start, begin};
pub use surrender::Surrender;

use leeward_model::{
    Authority, DatabaseView, FinishedRun, ProcessorState, Region, Run, RunEnd, Step,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    Begin,
    /// Strong read; `None`: unknown.
    Authority(Option<Box<Authority>>),
    /// The reply to the conditional write.
    Saved(SwapReply),
    /// The database as the target's control plane describes it; `None`: unknown.
    Database(Option<DatabaseView>),
    /// The call was answered. Whether it was accepted is for the next describe to say (SAFE-7).
    Called(CallReply),
    /// `Some(None)`: there is no such item yet.
    Processor(Option<Option<ProcessorState>>),
    Canary(bool),
    Announced,
    Timer,
}

/// The reply to a conditional write of the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SwapReply {
    /// The authority is written.
    Stored,
    /// Another write came first.
    Changed,
    /// The outcome is unknown.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallReply {
    Accepted,
    /// Refused for good, in the service's words.
    Rejected(String),
    Unknown,
}

impl std::fmt::Display for CallReply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CallReply::Accepted => f.write_str("accepted"),
            CallReply::Rejected(why) => write!(f, "rejected: {why}"),
            CallReply::Unknown => f.write_str("outcome unknown"),
        }
    }
}

/// Names the right under which a command is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandId {
    pub run: String,
    pub step: Step,
    pub attempt: u32,
    pub epoch: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    ReadAuthority,
    /// Compare-and-swap on `expect_version`; `what` describes the write for the process's own log.
    Save {
        next: Box<Authority>,
        expect_version: u64,
        what: String,
    },
    DescribeDatabase {
        at: Region,
    },
    /// Forced: what was not copied yet is lost there, and folded again from the ledger.
    FailoverDatabase {
        id: CommandId,
        to: Region,
    },
    /// Waits for full sync; asked for in the writer's own Region.
    SwitchoverDatabase {
        id: CommandId,
        from: Region,
        to: Region,
    },
    ReadProcessor {
        region: Region,
    },
    Canary {
        region: Region,
    },
    Announce {
        run: Box<Run>,
    },
    Wait {
        ms: u64,
    },
    Leave(Leave),
}

/// The reason why an executor leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leave {
    Completed,
    /// A planned move that was given up with everything as before (SAFE-9).
    Abandoned(String),
    Parked(String),
    /// The run ended, another took its place, or an operator paused it.
    NotMine,
    /// Another executor took the step.
    LostStep,
    /// Executors are short-lived; the next one takes over (docs/spec/moves.md).
    LifetimeOver,
}

/// Returns the record that is kept of a run that ended.
pub fn finished(run: &Run, end: RunEnd, why: Option<String>) -> FinishedRun {
    FinishedRun {
        id: run.id.clone(),
        kind: run.kind,
        from: run.from.clone(),
        target: run.target.clone(),
        epoch: run.epoch,
        end,
        why,
        history: run.history.clone(),
    }
}
