//! announce: notifies operators at least once. A notice that cannot be sent never delays a run.

use super::Next;
use crate::run::Command;
use leeward_model::Run;

pub(in crate::run) fn begin(run: &Run) -> Next {
    Next::Ask(Command::Announce { run: Box::new(run.clone()) })
}
