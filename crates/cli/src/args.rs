//! What may be typed.

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
    /// Show what each Region says and is
    Status(Target),
    /// Move to the other Region at once, whatever its database has not been sent yet
    Failover(Move),
    /// Move to the other Region as planned: it loses nothing, or it changes nothing
    Switchover(Move),
    /// The planned move home
    Failback(Operate),
    /// The database's writer to where authority is
    Realign(Operate),
    /// Start no move by itself any more
    Pause(Operate),
    /// Start moves by itself again
    Resume(Operate),
    /// Only say which moves would be started
    Observe(Operate),
    /// Pause, resume or abandon the open run
    Run(RunVerb),
    /// Send orders
    #[command(subcommand)]
    Orders(Orders),
    /// Switch a fault on or off (local mode only)
    Fault(Fault),
    /// Lose the active Region under load, and measure everything from outside
    Drill(Drill),
    /// Measure
    #[command(subcommand)]
    Bench(Bench),
    /// Write a blueprint with every setting, its default and what it is for
    Init(Init),
    /// Write the blueprint's stacks as Terraform JSON (the `app` of a cdktf.json)
    Synth(Synth),
    /// Build the functions and put them into one zip, the same to the last bit wherever it is made
    Package(Package),
    /// Look for what is wrong with a blueprint and its stacks, and show the timing budget
    Check(Check),
    /// Estimate a month's bill by Region and service
    Cost(Cost),
    /// Draw the topology of the blueprint, as an SVG or an HTML page
    Graph(Graph),
    /// Run thousands of failovers of this blueprint in virtual time
    Simulate(Simulate),
    /// Show what a deployment would change, stack by stack
    Plan(Deploy),
    /// Write the stacks and apply them in order; the same command carries on what was stopped
    Deploy(Deploy),
    /// Destroy the stacks, the last one first
    Destroy(Deploy),
    /// The Region process (started by `up`, or by systemd on EC2)
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
    /// Directory of the platform
    #[arg(long, default_value = ".leeward", global = true)]
    pub(crate) dir: PathBuf,
    /// One JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// Which platform is spoken to.
#[derive(ClapArgs, Clone)]
pub(crate) struct Target {
    #[command(flatten)]
    pub(crate) at: Where,
    /// The deployed platform that the blueprint describes, instead of a local one
    #[arg(long, global = true)]
    pub(crate) aws: bool,
    /// Its blueprint; without one, ./leeward.toml, and without that the defaults
    #[arg(long, global = true)]
    pub(crate) blueprint: Option<PathBuf>,
    /// Ends every name of it; goes before the blueprint's own
    #[arg(long, env = "ENVIRONMENT_SUFFIX", global = true)]
    pub(crate) suffix: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Up {
    #[command(flatten)]
    pub(crate) at: Where,
    /// Leave it running and return
    #[arg(long)]
    pub(crate) detach: bool,
    /// Intervals: fast ones for a laptop, or the real ones
    #[arg(long, value_enum, default_value = "local")]
    pub(crate) timing: TimingName,
    /// What each Region keeps its book in; a directory stays with what it was made with
    #[arg(long, value_enum)]
    pub(crate) database: Option<DatabaseName>,
    /// First of the platform's ports; 0 finds a free place
    #[arg(long, default_value_t = 7600)]
    pub(crate) port: u16,
    /// Blueprint; without it, the defaults
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Orders {
    /// Submit a file of orders, one a line (NDJSON or CSV), resumable
    Submit(OrdersSubmit),
    /// Write a file of made-up orders
    Generate(OrdersGenerate),
}

#[derive(ClapArgs)]
pub(crate) struct OrdersSubmit {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The file; the ending says the format (.csv, anything else is NDJSON)
    #[arg(long)]
    pub(crate) file: PathBuf,
    /// Orders under way at once
    #[arg(long, default_value_t = 64)]
    pub(crate) connections: usize,
    /// With --aws: a file with the trader's token; else LEEWARD_TOKEN has it
    #[arg(long)]
    pub(crate) token_file: Option<PathBuf>,
    /// With --aws: where the API is, instead of the public name
    #[arg(long)]
    pub(crate) endpoint: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct OrdersGenerate {
    #[arg(long, default_value_t = 1000)]
    pub(crate) count: u64,
    #[arg(long, default_value_t = 100)]
    pub(crate) accounts: u64,
    /// `ndjson` or `csv`
    #[arg(long, default_value = "ndjson")]
    pub(crate) format: String,
    /// Same seed, same orders
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(ClapArgs)]
pub(crate) struct Operate {
    #[command(flatten)]
    pub(crate) target: Target,
    /// For the audit log and the notices
    #[arg(long, default_value = "")]
    pub(crate) reason: String,
    /// Names the operation: the same id is the same operation, however often it is sent
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Ask nothing
    #[arg(long)]
    pub(crate) yes: bool,
    /// Return once it has begun
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Move {
    /// The Region that shall be active
    #[arg(long)]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) operate: Operate,
}

#[derive(ClapArgs)]
pub(crate) struct RunVerb {
    #[arg(value_enum)]
    pub(crate) verb: RunVerbName,
    #[command(flatten)]
    pub(crate) operate: Operate,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunVerbName {
    /// At its next step boundary
    Pause,
    /// Also of a parked run, once what it waits for is put right
    Resume,
    Abandon,
}

#[derive(ClapArgs)]
pub(crate) struct Fault {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(subcommand)]
    pub(crate) verb: FaultName,
}

#[derive(Subcommand)]
pub(crate) enum FaultName {
    /// SIGKILL of the Region's agent; its cloud goes dark
    Kill { region: String },
    /// The Region is back
    Restart { region: String },
    /// Kill, and delete what is on its disks
    Destroy { region: String },
    /// SIGSTOP of the agent
    Pause { region: String },
    /// SIGCONT of the agent
    Resume { region: String },
    /// Cut off from the other Regions, reachable for customers
    Isolate { region: String },
    /// What FROM sends does not arrive at TO
    Cut { from: String, to: String },
    /// Replication out of the Region lags by MS more
    Lag {
        region: String,
        #[arg(value_parser = clap::value_parser!(u64).range(..=86_400_000))]
        ms: u64,
    },
    /// A service of the Region fails: dead, error, throttle or lost-reply (percent), slow (ms)
    Fail {
        region: String,
        /// dynamodb, sqs, rds, sns
        service: String,
        /// dead, error, throttle, lost-reply, slow
        kind: String,
        /// Percent of calls; milliseconds for `slow`
        #[arg(default_value_t = 100, value_parser = clap::value_parser!(u64).range(..=86_400_000))]
        amount: u64,
    },
    /// No fault any more
    Clear,
}

#[derive(ClapArgs)]
pub(crate) struct Drill {
    /// What happens
    #[arg(default_value = "region-loss", value_parser = ["region-loss"])]
    pub(crate) scenario: String,
    /// Directory of the platform; without it, a temporary one
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    #[arg(long)]
    pub(crate) json: bool,
    /// Orders a second
    #[arg(long, default_value_t = 500.0, value_parser = rate)]
    pub(crate) rate: f64,
    /// How often the active Region is killed
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) kills: u32,
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) accounts: u64,
    #[arg(long, value_enum, default_value = "local")]
    pub(crate) timing: TimingName,
    /// What each Region keeps its book in
    #[arg(long, value_enum)]
    pub(crate) database: Option<DatabaseName>,
    /// Seconds of load before the first kill and after each
    #[arg(long, default_value_t = 3)]
    pub(crate) warm: u64,
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShapeName {
    Serverless,
    Instances,
}

#[derive(ClapArgs)]
pub(crate) struct Init {
    /// Where to
    #[arg(default_value = "leeward.toml")]
    pub(crate) file: PathBuf,
    /// API Gateway and Lambda, or a load balancer and EC2
    #[arg(long, value_enum, default_value = "serverless")]
    pub(crate) profile: ShapeName,
    /// Ends every name
    #[arg(long)]
    pub(crate) suffix: Option<String>,
    /// The name that customers resolve
    #[arg(long)]
    pub(crate) public_name: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(ClapArgs)]
pub(crate) struct WhichBlueprint {
    /// The blueprint; without one, ./leeward.toml, and without that the defaults
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
    /// Ends every name; goes before the blueprint's own
    #[arg(long, env = "ENVIRONMENT_SUFFIX")]
    pub(crate) suffix: Option<String>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Synth {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// Instead of CDKTF_OUTDIR, else cdktf.out
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The functions' package; else ./leeward-functions.zip, if `leeward package` has left one
    #[arg(long)]
    pub(crate) package: Option<PathBuf>,
    /// The instances' package; else ./leeward-agent.tar.zst, if `leeward package --agent` has left one
    #[arg(long)]
    pub(crate) agent_package: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Package {
    /// What an instance unpacks, instead of the functions' zip
    #[arg(long)]
    pub(crate) agent: bool,
    /// A `bootstrap` (with --agent a `leeward-agent`) that was built before; else it is built here, from this
    /// checkout
    #[arg(long, alias = "bootstrap")]
    pub(crate) program: Option<PathBuf>,
    /// The database's certificate authorities in PEM, such as RDS's global bundle
    #[arg(long)]
    pub(crate) database_ca: Option<PathBuf>,
    /// ./leeward-functions.zip, or ./leeward-agent.tar.zst
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) const DEFAULT_LOSS_PERCENT: u64 = 50;

#[derive(ClapArgs)]
pub(crate) struct Simulate {
    /// The blueprint; ./leeward.toml, or all defaults
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
    /// How many worlds
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) worlds: u64,
    /// The first world's seed
    #[arg(long, default_value_t = 1)]
    pub(crate) first_seed: u64,
    /// Replay one world with a transcript
    #[arg(long, conflicts_with_all = ["worlds", "first_seed", "years", "what_if", "scenario", "json"])]
    pub(crate) seed: Option<u64>,
    /// Replay a scenario file with a transcript
    #[arg(long, conflicts_with_all = ["worlds", "first_seed", "years", "what_if", "json"])]
    pub(crate) scenario: Option<PathBuf>,
    /// Shrink what breaks a rule, and write the scenario here
    #[arg(long)]
    pub(crate) shrink_to: Option<PathBuf>,
    /// Instead: so many years in which only the observers' view fails, as a curve of false moves
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    #[arg(conflicts_with_all = ["what_if", "shrink_to", "worlds", "heavy", "loss_percent"])]
    pub(crate) years: Option<u64>,
    /// Of the curve only this share of bursts that hit all observers at once, in percent
    #[arg(long, requires = "years", value_parser = clap::value_parser!(u64).range(0..=100))]
    pub(crate) common_percent: Option<u64>,
    /// A second run of the same seeds with one timing changed, such as `tick_ms=2000`
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "shrink_to")]
    pub(crate) what_if: Option<String>,
    #[arg(long, value_enum, default_value_t = TimingName::Aws)]
    pub(crate) timing: TimingName,
    /// Of each hundred worlds so many lose a Region and nothing else
    #[arg(long, default_value_t = DEFAULT_LOSS_PERCENT, value_parser = clap::value_parser!(u64).range(0..=100))]
    pub(crate) loss_percent: u64,
    /// Nothing but large batches: for many orders
    #[arg(long)]
    pub(crate) heavy: bool,
    /// Lost Regions a year, for availability
    #[arg(long, default_value_t = 1.0, value_parser = losses)]
    pub(crate) losses_per_year: f64,
    /// Threads; all cores
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(crate) threads: Option<u64>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// Where to; .svg or .html
    #[arg(long, default_value = "leeward.svg")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// Over the whole month, on average
    #[arg(long, default_value_t = 100.0, value_parser = amount)]
    pub(crate) orders_per_second: f64,
    /// In the tables and in each cluster
    #[arg(long, default_value_t = 100.0, value_parser = amount)]
    pub(crate) stored_gb: f64,
}

fn losses(text: &str) -> Result<f64, String> {
    number(text, 0.001, 1_000.0)
}

fn amount(text: &str) -> Result<f64, String> {
    number(text, 0.0, 1e9)
}

fn number(text: &str, low: f64, high: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("must be a number from {low} to {high}")),
    }
}

#[derive(ClapArgs)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(crate) synth: Synth,
    /// Take the stacks as they were written before, and write none
    #[arg(long)]
    pub(crate) as_is: bool,
    /// Ask nothing
    #[arg(long)]
    pub(crate) yes: bool,
    /// `plan` only: exit 1 when anything would change
    #[arg(long)]
    pub(crate) expect_clean: bool,
    /// Instead of the terraform or tofu on the path
    #[arg(long)]
    pub(crate) program: Option<PathBuf>,
    /// Providers are here, and nothing is fetched
    #[arg(long, env = "TERRAFORM_PLUGIN_DIR")]
    pub(crate) plugin_dir: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
}

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Acknowledged orders a second beside PostgreSQL with a synchronous standby
    Orders(BenchOrders),
    /// PutItem and SendMessage against the local cloud, beside ministack
    Wire(BenchWire),
    /// Orders a second that a survivor books once its database is the writer
    CatchUp(BenchCatchUp),
    /// A blueprint into its stacks, each time in a new process
    Synth(BenchSynth),
}

#[derive(ClapArgs)]
pub(crate) struct BenchSynth {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: u32,
}

#[derive(ClapArgs)]
pub(crate) struct BenchCatchUp {
    #[arg(long)]
    pub(crate) json: bool,
    /// How long orders are taken while nothing is booked
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=12))]
    pub(crate) seconds: u64,
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: u32,
    #[arg(long, default_value_t = 96)]
    pub(crate) connections: usize,
    #[arg(long, default_value_t = 10_000)]
    pub(crate) accounts: u64,
}

#[derive(ClapArgs)]
pub(crate) struct BenchWire {
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: u32,
    /// Callers at once, in one process
    #[arg(long, default_value_t = 32)]
    pub(crate) tasks: usize,
    /// The emulator's program
    #[arg(long, env = "LEEWARD_MINISTACK", default_value = "ministack")]
    pub(crate) ministack: PathBuf,
    /// Leave ministack out
    #[arg(long)]
    pub(crate) alone: bool,
}

#[derive(ClapArgs)]
pub(crate) struct BenchOrders {
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long, default_value_t = 30)]
    pub(crate) seconds: u64,
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: u32,
    #[arg(long, default_value_t = 96)]
    pub(crate) connections: usize,
    #[arg(long, default_value_t = 10_000)]
    pub(crate) accounts: u64,
    /// Leave PostgreSQL out
    #[arg(long)]
    pub(crate) alone: bool,
    /// Only this contestant: single, batch or hot-account
    #[arg(long, value_parser = leeward_bench::CONTESTS.map(|c| c.0))]
    pub(crate) only: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Agent {
    #[arg(long)]
    pub(crate) config: PathBuf,
}

/// Orders a second: a drill without any proves nothing.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 1_000_000.0 => Ok(rate),
        _ => Err("a number above 0, at most 1000000".into()),
    }
}
