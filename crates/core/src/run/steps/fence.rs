//! fence: the write that ends this step changes epoch and active Region together (SAFE-5). Before it there is
//! nothing to ask; in a failover it is the write that starts the run.

use super::{Next, StepRules};

pub(super) const RULES: StepRules =
    StepRules { begin: |_| Next::Done, on_answer: |_, _, _| None, on_called: None };
