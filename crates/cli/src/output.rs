//! Output: logs go to standard error, results to standard output.

use crate::args::Command;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

/// The log filter of all verbs except `agent`. A supervisor stops the database servers to which it is connected, so it
/// need not report lost connections.
const QUIET: &str = "warn,leeward_store::postgres::connect=error";

/// Sets up logging: JSON at `info` for agents, warnings for the other verbs. `LEEWARD_LOG` overrides
/// either.
pub(crate) fn init_logging(command: &Command) {
    let agent = matches!(command, Command::Agent(_));
    let default = if agent { "info" } else { QUIET };
    let filter = EnvFilter::try_from_env("LEEWARD_LOG").unwrap_or_else(|_| default.into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if agent { builder.json().flatten_event(true).init() } else { builder.init() }
}

/// Prints one JSON document on one line, its members in alphabetical order.
pub(crate) fn print_json(document: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_value(document)?);
    Ok(())
}
