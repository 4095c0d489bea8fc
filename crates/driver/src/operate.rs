//! An operator's verb, carried to the authority item: intent, conditional write, result (SAFE-10).

use crate::audit::Auditor;
use leeward_core::run::{Operation, Refusal, operate};
use leeward_model::{Authority, Region};
use leeward_ports::{Clock, Control, Outcome, Swap};
use std::sync::Arc;

/// Somebody else writes the item at the same time: sentinels seldom, executors each poll.
const ATTEMPTS: u32 = 20;

/// What operators reach the authority through.
pub struct Operator {
    pub control: Arc<dyn Control>,
    pub auditor: Arc<Auditor>,
    pub clock: Arc<dyn Clock>,
    /// Home first.
    pub regions: [Region; 2],
}

#[derive(Debug)]
pub enum Operated {
    /// So it is now, or was already.
    Holds(Box<Authority>),
    Refused(Refusal),
    /// SAFE-7: not known; the same operation may be repeated with the same id.
    Unknown(&'static str),
}

impl Operator {
    /// `operation.at_ms` is set here.
    pub async fn operate(&self, mut operation: Operation) -> Operated {
        let what = format!("{:?} {} by {}", operation.verb, operation.id, operation.by);
        let mut intended = None;
        for _ in 0..ATTEMPTS {
            let Some(Some(read)) = self.control.authority().await.done() else { continue };
            operation.at_ms = self.clock.wall_ms();
            let mut next = match operate(&read, &self.regions, &operation) {
                Ok(Some(next)) => next,
                Ok(None) => {
                    return self.ended(&what, "holds", Operated::Holds(Box::new(read))).await;
                }
                Err(refusal) => {
                    let said = format!("refused: {refusal}");
                    return self.ended(&what, &said, Operated::Refused(refusal)).await;
                }
            };
            if intended.is_none() {
                let because = format!("{what}: {}", operation.reason);
                intended = self.auditor.record("intent", &because).await;
            }
            let Some(head) = &intended else {
                return Operated::Unknown("the intent cannot be logged, and nothing was done");
            };
            next.chain_heads.insert(self.auditor.writer().to_owned(), head.clone());
            let swapped = self.control.swap_authority(&next, Some(read.version)).await;
            // Somebody was faster, or nothing is known: the item says what holds (SAFE-7).
            if matches!(swapped, Outcome::Done(Swap::Stored)) {
                return self.ended(&what, "done", Operated::Holds(Box::new(next))).await;
            }
        }
        Operated::Unknown("the authority cannot be read and written here")
    }

    async fn ended(&self, what: &str, said: &str, operated: Operated) -> Operated {
        self.auditor.record("result", &format!("{what}: {said}")).await;
        operated
    }
}
