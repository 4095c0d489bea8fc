//! Applies an operator's command to the authority, by executing the commands of the machine in `core::run::operate`.

use crate::audit::Auditor;
use crate::swap_reply;
use leeward_core::run::operate::{Command, Event};
use leeward_core::run::{Operate, Operated, Operation};
use leeward_model::Region;
use leeward_ports::{Clock, Control};
use std::sync::Arc;

/// Applies operators' commands to the authority.
pub struct Operator {
    pub control: Arc<dyn Control>,
    pub auditor: Arc<Auditor>,
    pub clock: Arc<dyn Clock>,
    /// The Regions that can be active, the home Region first.
    pub regions: [Region; 2],
}

impl Operator {
    /// Carries the operation out and returns its result. The machine sets `operation.at_ms` from `clock`.
    pub async fn operate(&self, operation: Operation) -> Operated {
        let writer = self.auditor.writer().to_owned();
        let mut machine = Operate::new(operation, self.regions.clone(), writer);
        let mut event = Event::Begin;
        loop {
            event = match machine.step(self.clock.wall_ms(), event) {
                Command::ReadAuthority => {
                    let read = self.control.authority().await.done().flatten();
                    Event::Authority(read.map(Box::new))
                }
                Command::Record { kind, what } => {
                    Event::Recorded(self.auditor.record(kind, &what).await)
                }
                Command::Swap { next, expect_version } => Event::Swapped(swap_reply(
                    &self.control.swap_authority(&next, Some(expect_version)).await,
                )),
                Command::End(operated) => return operated,
            };
        }
    }
}
