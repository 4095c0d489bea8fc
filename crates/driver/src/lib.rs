//! The async shell around `core`: it carries commands out through ports and feeds back what came
//! of them. It decides nothing; whatever looks like a decision here belongs into `core`.
//!
//! - [`Appender`]: one lane per account, many callers.
//! - [`Auditor`]: this writer's hash chain.
//! - [`Operator`]: a person's verb, to the authority item.
//! - `run_sentinel` makes one sentinel tick, `execute_run` is one executor's life.

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
pub use run::{RunPorts, execute_run};
pub use sentinel::{Runner, SentinelPorts, TickReport, run_sentinel};

use leeward_core::run::start::SwapReply;
use leeward_ports::{Outcome, Swap};

/// What a machine is told of a conditional write of the authority.
pub(crate) fn swap_reply<T>(outcome: &Outcome<Swap<T>>) -> SwapReply {
    match outcome {
        Outcome::Done(Swap::Stored) => SwapReply::Stored,
        Outcome::Done(Swap::Changed(_)) => SwapReply::Changed,
        // SAFE-7: refused, throttled or unanswered, the write may have taken effect.
        _ => SwapReply::Unknown,
    }
}
