//! verify: sends a canary order through the target's own host name. Through the public name, the other Region could
//! answer while resolvers still cache its address (S7).

use super::{Next, Tries};
use crate::run::{Command, RunSettings};
use leeward_model::Run;

pub(in crate::run) fn begin(run: &Run) -> Next {
    Next::Ask(Command::Canary { region: run.target.clone() })
}

pub(in crate::run) fn answered(
    run: &Run,
    accepted: bool,
    tries: Tries,
    settings: &RunSettings,
) -> Next {
    if accepted {
        Next::Done
    } else if tries.failures > settings.verify_tries {
        Next::Park(format!("{} does not accept canary orders after the move", run.target))
    } else {
        Next::Wait
    }
}
