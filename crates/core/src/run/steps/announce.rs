//! announce: notifies operators at least once. A notice that cannot be sent never delays a run.

use super::{Next, StepRules};
use crate::run::{Command, Event};
use leeward_model::Run;

pub(super) const RULES: StepRules = StepRules {
    begin,
    on_answer: |_, event, _| matches!(event, Event::Announced).then_some(Next::Done),
    on_called: None,
};

fn begin(run: &Run) -> Next {
    Next::Ask(Command::Announce { run: Box::new(run.clone()) })
}
