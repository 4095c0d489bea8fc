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

pub use advance::{Advanced, Task, advance, surrender};
pub use append::{Appender, AppenderSettings};
pub use audit::Auditor;
pub use clock::SystemClock;
pub use operate::{Operated, Operator};
pub use run::{RunPorts, execute_run};
pub use sentinel::{Runner, SentinelPorts, TickReport, run_sentinel};
