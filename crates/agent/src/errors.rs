//! The errors of an agent.

use crate::settings::Missing;
use crate::sources::SourceError;

/// The reasons why an agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("LW-A001: cannot read {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("LW-A002: {path} is invalid: {what}")]
    Content { path: String, what: String },
    #[error("LW-A003: cannot listen on {address}: {source}; is the port taken?")]
    Listen { address: String, source: std::io::Error },
    #[error("LW-A004: {0}")]
    Aws(#[from] leeward_aws::ConfigError),
    #[error("LW-A005: the projection cannot be opened: {0}")]
    Store(#[from] leeward_store::StoreError),
    #[error(transparent)]
    Missing(#[from] Missing),
    #[error(transparent)]
    Sources(#[from] SourceError),
    #[error("LW-A008: cannot create the runtime: {0}")]
    Runtime(std::io::Error),
    #[error("LW-A009: cannot create a key pair for the listener: {0}")]
    Tls(#[from] leeward_http::tls::TlsError),
}
