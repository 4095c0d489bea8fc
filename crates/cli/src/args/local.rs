//! Arguments of the verbs for platforms on this machine: `up`, `fault`, `drill`.

use super::{DatabaseName, PlatformArgs, TimingName, Where};
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(ClapArgs)]
pub(crate) struct Up {
    #[command(flatten)]
    pub(crate) at: Where,
    /// Return once the platform is ready and leave it running
    #[arg(long)]
    pub(crate) detach: bool,
    /// Short intervals for a laptop, or those of a deployed platform
    #[arg(long, value_enum, default_value = "local")]
    pub(crate) timing: TimingName,
    /// The database of each Region [default: the one the directory was created with, else sqlite]
    #[arg(long, value_enum)]
    pub(crate) database: Option<DatabaseName>,
    /// The first of the platform's ports; 0 finds free ones
    #[arg(long, default_value_t = 7600)]
    pub(crate) port: u16,
    /// The blueprint [default: all defaults]
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Fault {
    #[command(flatten)]
    pub(crate) target: PlatformArgs,
    #[command(subcommand)]
    pub(crate) verb: FaultName,
}

#[derive(Subcommand)]
pub(crate) enum FaultName {
    /// Kill the Region's agent (SIGKILL) and take its cloud down
    Kill { region: String },
    /// Bring the Region back
    Restart { region: String },
    /// Kill the Region and delete its disks
    Destroy { region: String },
    /// Stop the agent (SIGSTOP)
    Pause { region: String },
    /// Continue the agent (SIGCONT)
    Resume { region: String },
    /// Cut the Region off from the other Regions; customers still reach it
    Isolate { region: String },
    /// Drop what FROM sends to TO
    Cut { from: String, to: String },
    /// Delay replication out of the Region by MS milliseconds
    Lag {
        region: String,
        #[arg(value_parser = clap::value_parser!(u64).range(..=86_400_000))]
        ms: u64,
    },
    /// Make a service of the Region fail: dead, error, throttle or lost-reply (percent), slow (ms)
    Fail {
        region: String,
        /// The service: dynamodb, sqs, rds or sns
        service: String,
        /// The kind: dead, error, throttle, lost-reply or slow
        kind: String,
        /// The percentage of calls; milliseconds for `slow`
        #[arg(default_value_t = 100, value_parser = clap::value_parser!(u64).range(..=86_400_000))]
        amount: u64,
    },
    /// End every fault
    Clear,
}

#[derive(ClapArgs)]
pub(crate) struct Drill {
    /// The scenario
    #[arg(default_value = "region-loss", value_parser = ["region-loss"])]
    pub(crate) scenario: String,
    /// The platform's directory [default: a temporary one]
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    #[arg(long)]
    pub(crate) json: bool,
    /// Orders a second
    #[arg(long, default_value_t = 500.0, value_parser = rate)]
    pub(crate) rate: f64,
    /// The number of times to kill the active Region
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) kills: u32,
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) accounts: u64,
    #[arg(long, value_enum, default_value = "local")]
    pub(crate) timing: TimingName,
    /// The database of each Region [default: sqlite]
    #[arg(long, value_enum)]
    pub(crate) database: Option<DatabaseName>,
    /// Seconds of load before the first kill and after each
    #[arg(long, default_value_t = 3)]
    pub(crate) warm: u64,
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
}

/// Parses the orders per second of a drill; a drill without orders would prove nothing.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 1_000_000.0 => Ok(rate),
        _ => Err("must be a number above 0, at most 1000000".into()),
    }
}
