//! Explores small worlds completely: visits every order of events, every loss and every crash within the bounds
//! (stateright, breadth first). The simulator samples large worlds at random instead.

mod append;
mod budget;
mod run;

use stateright::{Checker, Model};
use std::hash::Hash;
use std::io::Write;

/// Visits all states and prints their number. Fails if a state violates a property, or if no state is reached that must
/// be.
fn explore<M>(name: &str, model: M, at_least: usize)
where
    M: Model + Send + Sync + 'static,
    M::State: Hash + Clone + PartialEq + std::fmt::Debug + Send + Sync,
    M::Action: Clone + PartialEq + std::fmt::Debug + Send + Sync,
{
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = model.checker().threads(threads).spawn_bfs().join();
    let (all, unique) = (checker.state_count(), checker.unique_state_count());
    let line = format!("{name}: {unique} states, {all} steps, depth {}", checker.max_depth());
    // The counts are part of the result, so they go directly to standard error, which the test harness does not
    // capture.
    writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
    checker.assert_properties();
    assert!(unique >= at_least, "{line}: fewer states than before were visited");
}
