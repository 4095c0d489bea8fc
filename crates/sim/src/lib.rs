//! The simulator runs thousands of failovers in a minute, before the first real one.
//!
//! A [`Scenario`] is drawn from a seed: how many customers, which processes, which faults and when.
//! A world runs it in virtual time on one thread: the machines of `core` and the model of `cloud`,
//! exactly those that production and local mode run, joined by shells. Judges watch the answers that
//! customers receive and the items in the tables, and share no code with `core`. Faults come first;
//! then they stop, and the platform must recover within a bound (LIVE-2).
//!
//! A world consists of a queue of events, the cloud and the nodes (`world`). Each role is a node that
//! owns its state and handles one input at a time (`nodes`): API process, processor, sentinel, health
//! function, state machine, operator, customers, health checkers. Nodes do not reach into each other.
//!
//! The same seed gives the same world to the last bit, so a seed that broke a rule is its own proof.
//! It is shrunk to the faults that matter and kept in `seeds/`.
//!
//! Rejected: turmoil steps every host each millisecond. madsim needs patched runtimes, for machines
//! that do no I/O. A simulator over the HTTP shells would complete one failover in the time of a
//! hundred thousand (ADR 8 has figures).

mod campaign;
mod check;
mod clock;
mod faults;
mod limits;
mod nodes;
mod outcome;
mod queue;
mod report;
mod rng;
mod scenario;
mod shrink;
mod trace;
mod world;
mod years;

pub use campaign::{Broken, Campaign, Summary, spread};
pub use faults::{Act, Fault, Part, Planned, Site};
pub use leeward_cloud::{Fault as ServiceFault, Service};
pub use outcome::{Outcome, Violation};
pub use report::{Availability, Found, Quantiles, Report, YEAR_MS};
pub use scenario::{Kind, Lives, Runner, Scenario, ScenarioError, Workload};
pub use shrink::{Shrunk, shrink};
pub use years::{Year, Years};

/// Runs one world from beginning to end. With `transcript`, the outcome holds lines to read.
pub fn run(scenario: &Scenario, transcript: bool) -> Outcome {
    world::World::new(scenario.clone(), transcript).run()
}
