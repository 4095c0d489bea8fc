//! Arguments of `leeward simulate`.

use super::TimingName;
use super::deploy::number;
use clap::Args as ClapArgs;
use std::path::PathBuf;

pub(crate) const DEFAULT_LOSS_PERCENT: u64 = 50;

#[derive(ClapArgs)]
pub(crate) struct Simulate {
    /// The blueprint [default: ./leeward.toml if it exists, else the defaults]
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
    /// The number of worlds
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
    /// Shrink a scenario that breaks a rule, and write it here
    #[arg(long)]
    pub(crate) shrink_to: Option<PathBuf>,
    /// Simulate this many years in which only the observers' view fails, and print the curve of false moves
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    #[arg(conflicts_with_all = ["what_if", "shrink_to", "worlds", "heavy", "loss_percent"])]
    pub(crate) years: Option<u64>,
    /// Only this percentage of bursts that hit all observers at once, instead of the whole curve
    #[arg(long, requires = "years", value_parser = clap::value_parser!(u64).range(0..=100))]
    pub(crate) common_percent: Option<u64>,
    /// Run the same seeds again with one interval changed, such as `tick_ms=2000`
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "shrink_to")]
    pub(crate) what_if: Option<String>,
    #[arg(long, value_enum, default_value_t = TimingName::Aws)]
    pub(crate) timing: TimingName,
    /// The percentage of worlds that lose a Region and nothing else
    #[arg(long, default_value_t = DEFAULT_LOSS_PERCENT, value_parser = clap::value_parser!(u64).range(0..=100))]
    pub(crate) loss_percent: u64,
    /// Send large batches only, for many orders
    #[arg(long)]
    pub(crate) heavy: bool,
    /// Lost Regions a year, for the availability figure
    #[arg(long, default_value_t = 1.0, value_parser = losses)]
    pub(crate) losses_per_year: f64,
    /// The number of threads [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(crate) threads: Option<u64>,
    #[arg(long)]
    pub(crate) json: bool,
}

fn losses(text: &str) -> Result<f64, String> {
    number(text, 0.001, 1_000.0)
}
