//! Logs go to standard error, what was asked for to standard output.

use crate::args::Command;
use tracing_subscriber::EnvFilter;

/// Agents log JSON at `info`; the other verbs say only warnings. `LEEWARD_LOG` says otherwise.
pub(crate) fn init_logging(command: &Command) {
    let agent = matches!(command, Command::Agent(_));
    let default = if agent { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("LEEWARD_LOG").unwrap_or_else(|_| default.into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if agent { builder.json().flatten_event(true).init() } else { builder.init() }
}
