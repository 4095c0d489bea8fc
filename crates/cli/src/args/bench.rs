//! Arguments of `leeward bench`.

use super::WhichBlueprint;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Measure acknowledged orders a second beside PostgreSQL with a synchronous standby
    Orders(BenchOrders),
    /// Measure PutItem and SendMessage on the local cloud beside ministack
    Wire(BenchWire),
    /// Measure the orders a second that a survivor books after a move
    CatchUp(BenchCatchUp),
    /// Measure a synth, each time in a new process
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
    /// Seconds of accepting orders while nothing is booked
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
    /// Concurrent callers in one process
    #[arg(long, default_value_t = 32)]
    pub(crate) tasks: usize,
    /// The emulator's program, ministack
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
