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
    /// Start.
    Begin,
    /// The authority by a strong read; `None`: unknown.
    Authority(Option<Box<Authority>>),
    /// The reply to the conditional write.
    Saved(SwapReply),
    /// The database as the target's control plane describes it; `None`: unknown.
    Database(Option<DatabaseView>),
    /// The call was answered. Whether it was accepted is for the next describe to say (SAFE-7).
    Called(CallReply),
    /// The state of the target's processor; `None`: unknown, `Some(None)`: there is no such item yet.
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
    /// The service takes the call, and carries it out later.
    Accepted,
    /// The service refuses the call for good, for this reason in its own words.
    Rejected(String),
    /// It is unknown whether the service took the call.
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
    /// The id of the run.
    pub run: String,
    /// The step of the run.
    pub step: Step,
    /// The attempt at the step, which rises whenever another executor takes it.
    pub attempt: u32,
    /// The epoch of the run.
    pub epoch: u64,
}

/// An output of an executor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Read the authority strongly.
    ReadAuthority,
    /// Write the authority on condition of its version.
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
        /// The Region whose control plane is asked.
        at: Region,
    },
    /// Move the writer at once. Commits that were not replicated yet are lost there, and the processor folds their
    /// entries again from the ledger.
    FailoverDatabase {
        /// The right under which the call is made.
        id: CommandId,
        /// The Region of the new writer, whose control plane is asked.
        to: Region,
    },
    /// Move the writer once the target has everything.
    SwitchoverDatabase {
        /// The right under which the call is made.
        id: CommandId,
        /// The Region of the writer, whose control plane is asked.
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

/// The reason why an executor leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leave {
    /// The run is completed.
    Completed,
    /// The planned move was given up for this reason, with everything as before (SAFE-9).
    Abandoned(String),
    /// The run is parked for this reason and waits for an operator.
    Parked(String),
    /// The driver has used up its attempts, for this reason, and leaves the open run to the sentinels.
    LeftOpen(String),
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
