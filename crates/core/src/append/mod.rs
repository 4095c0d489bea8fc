//! Append: one account's lane in one process.
//!
//! A lane takes orders of its account, claims their ids, and puts entries at the next sequence
//! number. Orders that wait while a put is in flight share the next entry, so a hot account is
//! bounded by round trips and not by orders. The order of acts is the safety argument:
//!
//! 1. the claim says from where on an entry with this id can lie (`from`, a confirmed head);
//! 2. a put at `head + 1` may carry an order only when every entry in `(from, head]` was read and
//!    none holds it, so a retry can never land twice (SAFE-4, R2, S1);
//! 3. the put itself holds only if nobody was there before (SAFE-1), and only someone who confirmed
//!    `head` sends it, so there is no gap (SAFE-2);
//! 4. whatever is not a clear answer changes nothing here: the same seq is tried again, and
//!    finding one's own content there is the answer (SAFE-7).

mod lane;
mod member;
mod recent;

pub use lane::{Lane, LaneSettings};

use leeward_model::{Claim, ClientId, ContentHash, Entry, Payload, Seq, StoredEntry};

/// Names one waiting caller within a process.
pub type Ticket = u64;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    Submit(Submit),
    /// Answer to `ReadHead`; `None`: unknown.
    HeadRead(Option<Seq>),
    /// Answer to `Register`: done or already there, else unknown.
    Registered(bool),
    Claimed {
        ticket: Ticket,
        reply: ClaimReply,
    },
    /// Answer to `ReadAfter`, in order of seq; `None`: unknown.
    EntriesRead(Option<Vec<StoredEntry>>),
    Put {
        seq: Seq,
        reply: PutReply,
    },
    /// Time has come to look at deadlines.
    Timer,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Submit {
    pub ticket: Ticket,
    pub id: ClientId,
    pub hash: ContentHash,
    pub payload: Payload,
    /// In the process's own monotonic clock.
    pub deadline_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimReply {
    Fresh,
    Held(Claim),
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PutReply {
    Stored,
    /// Somebody was there before: what they put (`ALL_OLD`).
    Occupied(StoredEntry),
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Strong read of the highest seq; 0 when there is none.
    ReadHead {
        jitter_ms: u64,
    },
    /// Put the account into the registry, if absent.
    Register {
        jitter_ms: u64,
    },
    /// Put the claim, if absent.
    Claim {
        ticket: Ticket,
        id: ClientId,
        claim: Claim,
        jitter_ms: u64,
    },
    /// Strong, ordered read of entries after `after`; one page is enough.
    ReadAfter {
        after: Seq,
        jitter_ms: u64,
    },
    /// Put the entry, if absent. The attempt must be over, one way or the other, in `timeout_ms`.
    Put {
        seq: Seq,
        entry: Entry,
        timeout_ms: u64,
        jitter_ms: u64,
    },
    Answer {
        ticket: Ticket,
        answer: Answer,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Now in the ledger (202).
    Accepted { seq: Seq, index: u32 },
    /// Had been in the ledger before (200).
    Existing { seq: Seq, index: u32 },
    /// The id stands for other content (409).
    Conflict,
    /// Not known by the deadline (503): only the same id may be tried again (R18).
    Unknown,
}
