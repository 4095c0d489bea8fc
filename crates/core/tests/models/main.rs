//! Small worlds in which nothing is drawn: every order of events, every loss and every crash within the
//! bounds is visited (stateright, breadth first). What the simulator meets by chance in large worlds is
//! here complete in small ones.

mod append;
mod run;

use stateright::{Checker, Model};
use std::hash::Hash;
use std::io::Write;

/// Visits all of it, prints how much that was, and fails on what must not be and on what never was.
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
    // Past the test harness: the counts are part of the result.
    writeln!(std::io::stderr(), "{line}").expect("there is a standard error");
    checker.assert_properties();
    assert!(unique >= at_least, "{line}: that is less than was once visited");
}
