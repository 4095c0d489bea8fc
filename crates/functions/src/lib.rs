//! Every Lambda role in one `bootstrap`; `LEEWARD_ROLE` says which (REQ-C1). One package, byte for byte the
//! same in each Region, so that what was tested is what takes over.
//!
//! Nothing of the platform is written here a second time: [`platform`] puts an [`leeward_agent::Assembly`]
//! together from what the Region itself keeps (Parameter Store, Secrets Manager), and each role is one file
//! that calls the loop or handler which an agent runs too. What is a function's own is that it stands still
//! between two events: hints leave before an answer does, the authority is read anew when it is older
//! than a tick, and what must go on for ever lives for a minute and has a successor.
//!
//! Rejected: a crate and a binary for each role (eight packages to compare between Regions, and eight cold
//! links of the same adapters); loops in extensions, which a frozen environment stops as well (ADR 12).

mod clock;
mod metrics;
mod nowhere;
mod operator;
mod platform;
mod processor;
mod readiness;
mod run;
mod sentinel;
mod settings;
mod start;
mod status;
mod sweeper;
mod web;

pub use settings::{Settings, Unsettled};
pub use start::{StartError, start};
