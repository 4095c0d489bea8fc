//! The simulator runs thousands of simulated failovers in a minute, so that a platform is tested before its first real
//! one.
//!
//! A [`Scenario`] is drawn from a seed. It determines how many customers and which processes there are, and which
//! faults occur when. A world runs the scenario in virtual time on one thread. It joins the machines of `core` and the
//! model of `cloud`, exactly those that production and local mode run, with shells of its own. Judges watch the answers
//! that customers receive and the items in the tables, and share no code with `core`. In the first phase faults occur;
//! then the faults stop, and the platform must recover within a bound (LIVE-2).
//!
//! A world consists of a queue of events, the cloud and the nodes (`world`). Each role is a node that owns its state
//! and handles one input at a time (`nodes`): API process, processor, sentinel, health function, state machine,
//! operator, customers and health checkers. No node accesses the state of another node.
//!
//! The same seed gives the same world to the last bit, so the seed of a world that broke a rule reproduces the
//! violation. Such a world is shrunk to the faults that matter and kept in `seeds/`.
//!
//! Rejected: turmoil, which steps every host each millisecond; madsim, which needs patched runtimes although the
//! machines do no I/O; and a simulator over the HTTP shells, which would complete one failover in the time of a hundred
//! thousand (ADR 8 has figures).

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

/// Runs one world from beginning to end. If `transcript` is set, the outcome contains a readable transcript.
pub fn run(scenario: &Scenario, transcript: bool) -> Outcome {
    world::World::new(scenario.clone(), transcript).run()
}
