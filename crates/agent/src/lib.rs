//! The Region process: on EC2 and on a laptop the same code with the same AWS adapters; only the
//! endpoint differs. In the witness Region it is a sentinel and nothing else.
//!
//! [`Assembly`] says once which adapter stands behind which port, whatever process it is.

mod assembly;
mod config;
mod database;
mod projection;
mod start;

pub use assembly::Assembly;
pub use config::{
    AgentConfig, AgentTiming, Database, DatabaseServer, EventsTo, PlatformConfig, Role,
};
pub use projection::{Engine, SecretCredentials, Server, open_server};
pub use start::{AgentError, ensure_authority, run_agent};
