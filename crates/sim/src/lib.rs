//! Thousands of failovers in a minute, before the first real one.
//!
//! A [`Scenario`] is drawn from a seed: how many customers, which processes, which faults and when.
//! A world runs it: the machines of `core` and the model of `cloud`, exactly those that production
//! and local mode run, joined by shells in virtual time, one thread, no clock but its own. Judges
//! watch what customers were told and what lies in the tables, and know nothing of `core`. Faults
//! come first; then they stop, and within a bound the platform must be as it should (LIVE-2).
//!
//! The same seed gives the same world to the last bit, so a seed that broke a rule is its proof.
//! It is shrunk to the faults that matter and kept in `seeds/`.
//!
//! Rejected: turmoil (steps every host each millisecond), madsim (patched runtimes; no need where
//! machines do no I/O), and a simulator over the HTTP shells: it would run the shells and not one
//! failover in the time of a hundred thousand (style.md §4 has figures).

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
pub use scenario::{Kind, Lives, Runner, Scenario, ScenarioError, Shape};
pub use shrink::{Shrunk, shrink};
pub use years::{Year, Years};

/// One world from beginning to end. `transcript`: with lines for a person.
pub fn run(scenario: &Scenario, transcript: bool) -> Outcome {
    world::World::new(scenario.clone(), transcript).run()
}
