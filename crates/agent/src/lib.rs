//! The Region process: on EC2 and on a laptop the same code with the same AWS adapters; only the
//! endpoint differs. In the witness Region it is a sentinel and nothing else.

mod config;
mod start;

pub use config::{AgentConfig, AgentTiming, Role};
pub use start::{AgentError, run_agent};
