//! The agent: the process that runs a Region. On EC2 and on a laptop it runs the same code with the same AWS adapters;
//! only the endpoint differs. In the witness Region it runs only a sentinel.
//!
//! [`run_agent`] and [`run_instance`] read from top to bottom: settings, adapters, roles, serve. [`Assembly::new`]
//! lists the adapter of each port, once for every kind of process.

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
pub use projection::SqlDialect;
pub use settings::{Endpoints, Environment, Missing};
pub use sources::{REFRESH_MS, RequiredSecrets, SourceError, Sources, require_known};
pub use start::{ensure_authority, run_agent};

/// The systemd unit of an instance's process.
pub const UNIT: &str = include_str!("../assets/leeward-agent.service");
/// The log rotation of an instance's process.
pub const LOG_ROTATION: &str = include_str!("../assets/logrotate.conf");
