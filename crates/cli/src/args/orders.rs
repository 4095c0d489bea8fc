//! Arguments of `leeward orders`.

use super::PlatformArgs;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum Orders {
    /// Submit a file of orders, one a line (NDJSON or CSV); run it again to resume
    Submit(OrdersSubmit),
    /// Write random orders to standard output
    Generate(OrdersGenerate),
}

#[derive(ClapArgs)]
pub(crate) struct OrdersSubmit {
    #[command(flatten)]
    pub(crate) target: PlatformArgs,
    /// The file; CSV if its name ends with .csv, else NDJSON
    #[arg(long)]
    pub(crate) file: PathBuf,
    /// Orders in flight at once
    #[arg(long, default_value_t = 64)]
    pub(crate) connections: usize,
    /// With --aws: the file with the trader's token [default: the variable LEEWARD_TOKEN]
    #[arg(long)]
    pub(crate) token_file: Option<PathBuf>,
    /// With --aws: the base URL of the API [default: the public name]
    #[arg(long)]
    pub(crate) endpoint: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct OrdersGenerate {
    /// The number of orders
    #[arg(long, default_value_t = 1000)]
    pub(crate) count: u64,
    /// The number of accounts that trade
    #[arg(long, default_value_t = 100)]
    pub(crate) accounts: u64,
    /// The format: `ndjson` or `csv`
    #[arg(long, default_value = "ndjson")]
    pub(crate) format: String,
    /// The same seed gives the same orders
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}
