//! One caller's order, batch or change on its way through a lane.

use leeward_model::{ClientId, ContentHash, Group, Payload, Seq};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// The member waits for a confirmed head to claim from.
    NeedsHead,
    Claiming {
        from: Seq,
    },
    /// The id is claimed, and each entry in `(claim's from, seen]` was read and does not hold it.
    Ready {
        seen: Seq,
    },
}

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

    /// Returns the room that the member takes in an entry, in orders. A change of limits counts as one.
    pub(super) fn weight(&self) -> usize {
        self.payload.orders().len().max(1)
    }
}
