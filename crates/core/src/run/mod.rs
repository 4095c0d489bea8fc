//! Runs: each run is one plan, and the executor that holds the current step carries it out.
//!
//! An executor owns nothing but its place in the authority item. It takes `(step, attempt)` with a conditional write,
//! acts, and writes the next step in the same way. An executor that loses one of these writes stops, because another
//! executor is at work. Therefore two executors at the same time are harmless. So is an executor that sleeps for an
//! hour between its read and its call, because every step begins by describing the database, and `realign` repairs what
//! AWS cannot fence (R4).

pub mod advance;
mod executor;
mod give_up;
pub mod notice;
pub mod operate;
mod settings;
pub mod start;
mod steps;
pub mod surrender;

pub use advance::{Advance, Advanced, Task};
pub use executor::Executor;
pub use give_up::give_up;
pub use operate::{Operate, Operated, Operation, Refusal, Verb, operate};
pub use settings::RunSettings;
pub use start::{Begin, Start, begin};
pub use surrender::Surrender;

use leeward_model::{
    Authority, DatabaseView, FinishedRun, ProcessorState, Region, Run, RunEnd, Step,
};

/// An input of an executor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// The executor begins.
    Begin,
    /// The authority from a strong read; `None` if it is unknown.
    Authority(Option<Box<Authority>>),
    /// The reply to the conditional write.
    Saved(SwapReply),
    /// The database as the target's control plane describes it; `None` if it is unknown.
    Database(Option<DatabaseView>),
    /// The reply to the call. Only the next description shows whether the call took effect (SAFE-7).
    Called(CallReply),
    /// The state of the target's processor; `None` if it is unknown, `Some(None)` if there is no such item yet.
    Processor(Option<Option<ProcessorState>>),
    /// Whether the target accepted the canary order.
    Canary(bool),
    /// The notice was sent, or could not be sent.
    Announced,
    /// The wait is over.
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

/// The reply of a database's control plane to a call that moves the writer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallReply {
    /// The service accepts the call and carries it out later.
    Accepted,
    /// The service permanently refuses the call, for the reason in its own words.
    Rejected(String),
    /// It is unknown whether the service accepted the call.
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

/// Identifies the attempt on whose behalf a command is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandId {
    /// The id of the run.
    pub run: String,
    /// The step of the run.
    pub step: Step,
    /// The attempt at the step, which increases whenever another executor takes the step.
    pub attempt: u32,
    /// The epoch of the run.
    pub epoch: u64,
}

/// An output of an executor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Read the authority strongly.
    ReadAuthority,
    /// Write the authority on the condition that the stored version is the expected one.
    Save {
        /// The new authority.
        next: Box<Authority>,
        /// The version that the stored authority must have.
        expect_version: u64,
        /// The description of the write, for the process's own log.
        what: String,
    },
    /// Describe the database through a Region's control plane.
    DescribeDatabase {
        /// The Region whose control plane is called.
        at: Region,
    },
    /// Move the writer immediately. Commits that are not replicated yet are lost in the database, and the processor
    /// folds their entries again from the ledger.
    FailoverDatabase {
        /// The attempt that makes the call.
        id: CommandId,
        /// The Region of the new writer, whose control plane is called.
        to: Region,
    },
    /// Move the writer once the target has all changes.
    SwitchoverDatabase {
        /// The attempt that makes the call.
        id: CommandId,
        /// The Region of the current writer, whose control plane is called.
        from: Region,
        /// The Region of the new writer.
        to: Region,
    },
    /// Read the state of a Region's processor.
    ReadProcessor {
        /// The Region of the processor.
        region: Region,
    },
    /// Submit a canary order.
    Canary {
        /// The Region that must accept the order.
        region: Region,
    },
    /// Notify operators that the run is completed.
    Announce {
        /// The completed run.
        run: Box<Run>,
    },
    /// Wait, and then send [`Event::Timer`].
    Wait {
        /// The time to wait in milliseconds.
        ms: u64,
    },
    /// End the work of this executor.
    Leave(Leave),
}

/// The reason why an executor stops.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leave {
    /// The run is completed.
    Completed,
    /// The planned move was given up for this reason, and nothing has changed (SAFE-9).
    Abandoned(String),
    /// The run is parked for this reason and waits for an operator.
    Parked(String),
    /// The driver has used up its attempts, for this reason, and leaves the open run to the sentinels.
    LeftOpen(String),
    /// The run ended, another took its place, or an operator paused it.
    NotMine,
    /// Another executor took the step.
    LostStep,
    /// The lifetime of the executor is over, and the next executor takes over (docs/spec/moves.md).
    LifetimeOver,
}

/// Returns the record that the authority keeps of an ended run.
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
