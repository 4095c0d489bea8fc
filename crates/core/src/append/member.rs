//! One caller's order (or batch, or change) on its way through a lane.

use leeward_model::{ClientId, ContentHash, Group, Payload, Seq};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Waits for a confirmed head to claim from.
    NeedsHead,
    Claiming {
        from: Seq,
    },
    /// Claimed. Every entry in `(claim's from, seen]` was read and none holds it.
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

    /// Room it takes in an entry; a change of limits counts as one order.
    pub(super) fn weight(&self) -> usize {
        self.payload.orders().len().max(1)
    }
}
