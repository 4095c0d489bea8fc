//! The Region process: on EC2 and on a laptop the same code with the same AWS adapters; only the
//! endpoint differs. In the witness Region it is a sentinel and nothing else.
//!
//! [`run_agent`] and [`run_instance`] are read from top to bottom: settings, adapters, roles, serve. Which
//! adapter stands behind which port is listed once, in [`Assembly::new`], for every kind of process.

mod assembly;
mod database;
pub mod emf;
mod errors;
mod instance;
mod projection;
mod settings;
mod sources;
mod start;
mod stop;

pub use assembly::{Assembly, Stores};
pub use errors::AgentError;
pub use instance::run_instance;
pub use projection::Engine;
pub use settings::{Endpoints, Environment, Missing};
pub use sources::{KEPT_MS, SourceError, Sources, Wanted};
pub use start::{ensure_authority, run_agent};

/// The systemd unit of an instance's process.
pub const UNIT: &str = include_str!("../assets/leeward-agent.service");
/// The log rotation of an instance's process.
pub const LOG_ROTATION: &str = include_str!("../assets/logrotate.conf");
