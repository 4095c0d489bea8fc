//! Logs go to standard error, what was asked for to standard output.

use crate::args::Command;
use tracing_subscriber::EnvFilter;

/// A supervisor ends the servers that it talks to, so that lost connections are no news.
const QUIET: &str = "warn,leeward_store::postgres::connect=error";

/// Agents log JSON at `info`; the other verbs say only warnings. `LEEWARD_LOG` says otherwise.
pub(crate) fn init_logging(command: &Command) {
    let agent = matches!(command, Command::Agent(_));
    let default = if agent { "info" } else { QUIET };
    let filter = EnvFilter::try_from_env("LEEWARD_LOG").unwrap_or_else(|_| default.into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if agent { builder.json().flatten_event(true).init() } else { builder.init() }
}
