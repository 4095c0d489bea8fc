//! Arguments of the operators' verbs.

use super::PlatformArgs;
use clap::{Args as ClapArgs, ValueEnum};

#[derive(ClapArgs)]
pub(crate) struct Operate {
    #[command(flatten)]
    pub(crate) target: PlatformArgs,
    /// The reason, for the audit log and the notices
    #[arg(long, default_value = "")]
    pub(crate) reason: String,
    /// The id of the operation; the same id is the same operation, however often it is sent
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
    /// Return once the run has begun
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Move {
    /// The Region to make active
    #[arg(long)]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) operate: Operate,
}

#[derive(ClapArgs)]
pub(crate) struct RunVerb {
    /// The action on the open run
    #[arg(value_enum)]
    pub(crate) verb: RunVerbName,
    #[command(flatten)]
    pub(crate) operate: Operate,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunVerbName {
    /// Pause it at its next step boundary
    Pause,
    /// Resume it; also a parked run, once its cause is fixed
    Resume,
    /// Abandon it
    Abandon,
}
