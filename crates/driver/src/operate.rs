//! An operator's verb, carried to the authority item: carries out what `core::run::operate` wants.

use crate::audit::Auditor;
use crate::swap_reply;
use leeward_core::run::operate::{Command, Event};
use leeward_core::run::{Operate, Operated, Operation};
use leeward_model::Region;
use leeward_ports::{Clock, Control};
use std::sync::Arc;

/// What operators reach the authority through.
pub struct Operator {
    pub control: Arc<dyn Control>,
    pub auditor: Arc<Auditor>,
    pub clock: Arc<dyn Clock>,
    /// The Regions that can be active, home first.
    pub regions: [Region; 2],
}

impl Operator {
    /// `operation.at_ms` is set here.
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
