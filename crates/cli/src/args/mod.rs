//! The command line: every verb and its arguments.

mod bench;
mod deploy;
mod local;
mod operate;
mod orders;
mod simulate;

pub(crate) use bench::{Bench, BenchCatchUp, BenchOrders, BenchSynth, BenchWire};
pub(crate) use deploy::{
    Check, Cost, Deploy, Graph, Init, Package, ProfileName, Synth, WhichBlueprint,
};
pub(crate) use local::{Drill, Fault, FaultName, Up};
pub(crate) use operate::{Move, Operate, RunVerb, RunVerbName};
pub(crate) use orders::{Orders, OrdersGenerate, OrdersSubmit};
pub(crate) use simulate::{DEFAULT_LOSS_PERCENT, Simulate};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Parser)]
#[command(
    name = "leeward",
    version,
    about = "Moves a trading platform out of a failing AWS Region and loses no acknowledged order"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start the whole platform on this machine
    Up(Up),
    /// Stop a running platform
    Down(Where),
    /// Show the state of each Region
    Status(PlatformArgs),
    /// Move to the other Region at once, whatever its database has not received yet
    Failover(Move),
    /// Move to the other Region as planned: lose nothing, or change nothing
    Switchover(Move),
    /// Make the planned move home
    Failback(Operate),
    /// Move the database's writer to the active Region
    Realign(Operate),
    /// Pause automatic moves
    Pause(Operate),
    /// Resume automatic moves
    Resume(Operate),
    /// Report automatic moves instead of starting them
    Observe(Operate),
    /// Pause, resume or abandon the open run
    Run(RunVerb),
    /// Submit or generate orders
    #[command(subcommand)]
    Orders(Orders),
    /// Switch a fault on or off (local mode only)
    Fault(Fault),
    /// Lose the active Region under load, and measure everything from outside
    Drill(Drill),
    /// Run benchmarks
    #[command(subcommand)]
    Bench(Bench),
    /// Write a blueprint with every setting, its default and its meaning
    Init(Init),
    /// Write the blueprint's stacks as Terraform JSON (the `app` of a cdktf.json)
    Synth(Synth),
    /// Build the functions into one zip, reproducible to the last bit
    Package(Package),
    /// Check a blueprint and its stacks, and show the timing budget
    Check(Check),
    /// Estimate the monthly bill by Region and service
    Cost(Cost),
    /// Draw the topology of the blueprint, as an SVG or an HTML page
    Graph(Graph),
    /// Run thousands of failovers of this blueprint in virtual time
    Simulate(Simulate),
    /// Show what a deployment would change, stack by stack
    Plan(Deploy),
    /// Write the stacks and apply them in order; run it again to continue an interrupted deployment
    Deploy(Deploy),
    /// Destroy the stacks in reverse order
    Destroy(Deploy),
    /// Run the Region process (started by `up`, or by systemd on EC2)
    #[command(hide = true)]
    Agent(Agent),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimingName {
    Local,
    Aws,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DatabaseName {
    /// A file for each Region
    Sqlite,
    /// A server for each Region, replicated by streaming
    Postgres,
}

#[derive(ClapArgs, Clone)]
pub(crate) struct Where {
    /// The platform's directory
    #[arg(long, default_value = ".leeward", global = true)]
    pub(crate) dir: PathBuf,
    /// Print one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The platform that a verb addresses.
#[derive(ClapArgs, Clone)]
pub(crate) struct PlatformArgs {
    #[command(flatten)]
    pub(crate) at: Where,
    /// Talk to the deployed platform that the blueprint describes, instead of a local one
    #[arg(long, global = true)]
    pub(crate) aws: bool,
    /// The deployed platform's blueprint [default: ./leeward.toml if it exists, else the defaults]
    #[arg(long, global = true)]
    pub(crate) blueprint: Option<PathBuf>,
    /// The suffix of every resource name; overrides the blueprint's
    #[arg(long, env = "ENVIRONMENT_SUFFIX", global = true)]
    pub(crate) suffix: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Agent {
    #[arg(long)]
    pub(crate) config: PathBuf,
}
