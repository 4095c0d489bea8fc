//! One caller's order, batch or change on its way through a lane.

use leeward_model::{ClientId, ContentHash, Group, Payload, Seq};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// The request waits until its lane knows a confirmed head. The claim of its id records that head.
    NeedsHead,
    Claiming {
        from: Seq,
    },
    /// The id is claimed. Each entry in `(claim's from, seen]` was read, and none of them holds the id.
    Ready {
        seen: Seq,
    },
}

/// One waiting request of a lane: an order, a batch, or a change of limits or rules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub(super) id: ClientId,
    pub(super) hash: ContentHash,
    pub(super) payload: Payload,
    pub(super) deadline_ms: u64,
    pub(super) phase: Phase,
}

impl Member {
    pub(super) fn group(&self) -> Group {
        Group { id: self.id.clone(), hash: self.hash.clone(), payload: self.payload.clone() }
    }

    /// Returns how many orders' worth of space the member takes in an entry. A change of limits or rules counts as one
    /// order.
    pub(super) fn weight(&self) -> usize {
        self.payload.orders().len().max(1)
    }
}
