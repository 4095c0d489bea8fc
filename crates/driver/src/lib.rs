//! The async shell around `core`: it carries out the commands of the machines through ports, and feeds the results
//! back as events. This crate makes no decisions; code that decides belongs in `core`.
//!
//! - [`Appender`] runs one lane per account for many callers.
//! - [`Auditor`] writes the hash chain of this writer.
//! - [`Operator`] applies an operator's command to the authority.
//! - [`run_sentinel`] runs the ticks of one sentinel; [`execute_run`] runs one executor until it leaves its run.

mod advance;
mod append;
mod audit;
mod clock;
mod operate;
mod run;
mod sentinel;

pub use advance::{advance, surrender};
pub use append::{Appender, AppenderSettings};
pub use audit::Auditor;
pub use clock::SystemClock;
pub use leeward_core::run::{Advanced, Operated, Task};
pub use operate::Operator;
pub use run::{RunPorts, execute_run, notify_operators};
pub use sentinel::{Runner, SentinelPorts, TickReport, run_sentinel};

use leeward_core::run::SwapReply;
use leeward_ports::{Outcome, Swap};

/// Translates the outcome of a conditional write into the event that a machine expects.
pub(crate) fn swap_reply<T>(outcome: &Outcome<Swap<T>>) -> SwapReply {
    match outcome {
        Outcome::Done(Swap::Stored) => SwapReply::Stored,
        Outcome::Done(Swap::Changed(_)) => SwapReply::Changed,
        // SAFE-7: a write without a reply may have taken effect. A refused write has not, and the machine sees that
        // when it reads the item next.
        _ => SwapReply::Unknown,
    }
}
