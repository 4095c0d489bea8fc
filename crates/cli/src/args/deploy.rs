//! Arguments of the verbs from blueprint to deployment.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileName {
    Serverless,
    Instances,
}

#[derive(ClapArgs)]
pub(crate) struct Init {
    /// The file to write
    #[arg(default_value = "leeward.toml")]
    pub(crate) file: PathBuf,
    /// API Gateway with Lambda, or a load balancer with EC2 instances
    #[arg(long, value_enum, default_value = "serverless")]
    pub(crate) profile: ProfileName,
    /// The suffix of every resource name
    #[arg(long)]
    pub(crate) suffix: Option<String>,
    /// The name that customers resolve
    #[arg(long)]
    pub(crate) public_name: Option<String>,
    /// Overwrite an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(ClapArgs)]
pub(crate) struct WhichBlueprint {
    /// The blueprint [default: ./leeward.toml if it exists, else the defaults]
    #[arg(long)]
    pub(crate) blueprint: Option<PathBuf>,
    /// The suffix of every resource name; overrides the blueprint's
    #[arg(long, env = "ENVIRONMENT_SUFFIX")]
    pub(crate) suffix: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Synth {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// The directory to write [default: the variable CDKTF_OUTDIR, else cdktf.out]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The functions' package [default: ./leeward-functions.zip if it exists]
    #[arg(long)]
    pub(crate) package: Option<PathBuf>,
    /// The instances' package [default: ./leeward-agent.tar.zst if it exists]
    #[arg(long)]
    pub(crate) agent_package: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Package {
    /// Build the instances' package instead of the functions' zip
    #[arg(long)]
    pub(crate) agent: bool,
    /// An existing `bootstrap` (with --agent, `leeward-agent`) [default: built from this checkout]
    #[arg(long)]
    pub(crate) program: Option<PathBuf>,
    /// The database's certificate authorities in PEM, such as RDS's global bundle
    #[arg(long)]
    pub(crate) database_ca: Option<PathBuf>,
    /// The file to write [default: ./leeward-functions.zip or ./leeward-agent.tar.zst]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// The file to write; .svg or .html
    #[arg(long, default_value = "leeward.svg")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
    /// The average rate over the month
    #[arg(long, default_value_t = 100.0, value_parser = amount)]
    pub(crate) orders_per_second: f64,
    /// Gigabytes stored in the tables and in each cluster
    #[arg(long, default_value_t = 100.0, value_parser = amount)]
    pub(crate) stored_gb: f64,
}

fn amount(text: &str) -> Result<f64, String> {
    number(text, 0.0, 1e9)
}

pub(super) fn number(text: &str, low: f64, high: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("must be a number from {low} to {high}")),
    }
}

#[derive(ClapArgs)]
pub(crate) struct Deploy {
    #[command(flatten)]
    pub(crate) synth: Synth,
    /// Use the stacks that were written before, and write none
    #[arg(long)]
    pub(crate) as_is: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
    /// `plan` only: exit with 1 if anything would change
    #[arg(long)]
    pub(crate) expect_clean: bool,
    /// The Terraform program [default: terraform or tofu on the path]
    #[arg(long)]
    pub(crate) program: Option<PathBuf>,
    /// The directory with the providers; nothing is downloaded
    #[arg(long, env = "TERRAFORM_PLUGIN_DIR")]
    pub(crate) plugin_dir: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) which: WhichBlueprint,
}
