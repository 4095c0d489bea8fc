//! Every code that an operator may see, with its cause and its remedy.
//!
//! A message begins with its code. Operators look the code up, and scripts compare it. The texts of this registry are
//! plain data, so the page `docs/reference/error-codes.md` and, one day, a verb that explains a code come from one
//! source. `tests/codes.rs` scans the sources of the workspace. The build fails if a code is printed but not
//! registered, registered but never printed, or used for two different messages.
//!
//! Rejected: a derive on each error enum. The message belongs to the crate that knows the values in it, but cause and
//! remedy are prose about the product, and generating the page should not require compiling every crate.

mod agent;
mod bench;
mod blueprint;
mod command;
mod database;
mod disk;
mod faults;
mod functions;
mod instance;
mod local_cloud;
mod ministack;
mod operations;
mod orders_file;
mod readiness;
mod rival;
mod simulation;
mod up;

/// An entry of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable code, such as `LW-C002`. A code keeps its meaning and is never reused, even after its message is
    /// removed.
    pub code: &'static str,
    /// The problem in a few words. For readiness codes, the name of the rule.
    pub title: &'static str,
    /// The circumstances in which the message appears, in full sentences.
    pub cause: &'static str,
    /// The operator's next action, in full sentences.
    pub remedy: &'static str,
}

/// The codes of one part of the product, which share one letter.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The letter after `LW-`.
    pub letter: char,
    /// The heading of the group.
    pub name: &'static str,
    /// The verbs or logs in which an operator sees these codes.
    pub met_at: &'static str,
    /// The codes in ascending order.
    pub codes: &'static [Code],
}

/// All groups, in the order of their letters.
pub const GROUPS: [Group; 17] = [
    agent::GROUP,
    blueprint::GROUP,
    command::GROUP,
    database::GROUP,
    faults::GROUP,
    instance::GROUP,
    ministack::GROUP,
    local_cloud::GROUP,
    bench::GROUP,
    orders_file::GROUP,
    rival::GROUP,
    readiness::GROUP,
    simulation::GROUP,
    up::GROUP,
    operations::GROUP,
    disk::GROUP,
    functions::GROUP,
];

/// Returns the entry of a code, or `None` if the code is not registered.
pub fn find(code: &str) -> Option<&'static Code> {
    GROUPS.iter().flat_map(|group| group.codes).find(|entry| entry.code == code)
}
