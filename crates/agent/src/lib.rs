//! The Region process: on EC2 and on a laptop the same code with the same AWS adapters; only the
//! endpoint differs. In the witness Region it is a sentinel and nothing else.
//!
//! [`Assembly`] says once which adapter stands behind which port, whatever process it is.

mod assembly;
mod database;
mod instance;
mod projection;
mod settings;
mod sources;
mod start;

pub use assembly::{Assembly, Stores};
pub use instance::run_instance;
pub use projection::Engine;
pub use settings::{Endpoints, Environment, Missing};
pub use sources::{KEPT_MS, SourceError, Sources, Wanted};
pub use start::{AgentError, ensure_authority, run_agent};

/// What systemd starts an instance's process by.
pub const UNIT: &str = include_str!("../assets/leeward-agent.service");
/// What keeps its log small.
pub const LOG_ROTATION: &str = include_str!("../assets/logrotate.conf");
