//! fence: the write that ends this step changes the epoch and the active Region together (SAFE-5). The step needs no
//! answer before that write. In a failover, the write that starts the run is the fence.

use super::{Next, StepRules};

pub(super) const RULES: StepRules =
    StepRules { begin: |_| Next::Done, on_answer: |_, _, _| None, on_called: None };
