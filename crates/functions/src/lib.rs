//! All Lambda roles in one program, `bootstrap`; `LEEWARD_ROLE` selects the role (REQ-C1). The package is identical,
//! byte for byte, in each Region, so the code that takes over is the code that was tested.
//!
//! Platform logic is not repeated here. [`platform`] builds an [`leeward_agent::Assembly`] from the Region's own
//! Parameter Store and Secrets Manager, and each role is one file that calls the loop or handler that an agent also
//! runs. Only the handling of freezes is specific to functions, because Lambda freezes a process between two events:
//! hints are sent before the response, the authority is read again when it is older than a tick, and a process that
//! must run continuously lives for a minute and is replaced by a successor.
//!
//! Two designs were rejected. A crate and a binary for each role would mean eight packages to compare between Regions,
//! and eight cold starts that link the same adapters. Loops in Lambda extensions would freeze together with the
//! environment (ADR 12).

mod clock;
mod metrics;
mod no_database;
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

pub use settings::{FunctionSettings, SettingsError};
pub use start::{StartError, start};
