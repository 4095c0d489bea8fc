//! Appends orders to the ledger: one lane for each account in each process.
//!
//! A lane takes orders of its account, claims their ids, and puts entries at the next sequence number. Orders that wait
//! while a put is in flight share the next entry. A busy account is therefore limited by the number of round trips and
//! not by the number of orders. The lane is safe for these reasons:
//!
//! 1. The lane claims an id before it puts an entry with this id. The claim's `from` is the confirmed head at that
//!    time, so such an entry can only be above `from`.
//! 2. A put at `head + 1` may carry an order only if each entry in `(from, head]` was read and none holds the order.
//!    Therefore a retry never writes an order twice (SAFE-4, R2, S1).
//! 3. The put succeeds only if its sequence number is free (SAFE-1). Only a lane that confirmed `head` sends the put,
//!    so there is no gap (SAFE-2).
//! 4. An unknown outcome changes nothing. The lane tries the same sequence number again, and if it finds its own
//!    content there, the put has succeeded (SAFE-7).

mod lane;
mod member;
mod recent;

pub use lane::{Lane, LaneSettings};

use leeward_model::{Claim, ClientId, ContentHash, Entry, Payload, Seq, StoredEntry};

/// The number of a waiting caller, unique within a process.
pub type Ticket = u64;

/// An input of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// A caller submits an order, a batch or a change.
    Submit(Submit),
    /// The reply to `ReadHead`; `None` if the head is unknown.
    HeadRead(Option<Seq>),
    /// The reply to `Register`: whether the account is registered; `false` if that is unknown.
    Registered(bool),
    /// The reply to `Claim`.
    Claimed {
        /// The caller whose id was claimed.
        ticket: Ticket,
        /// The reply.
        reply: ClaimReply,
    },
    /// The reply to `ReadAfter`, in order of the sequence numbers; `None` if the entries are unknown.
    EntriesRead(Option<Vec<StoredEntry>>),
    /// The reply to `Put`.
    Put {
        /// The sequence number of the put.
        seq: Seq,
        /// The reply.
        reply: PutReply,
    },
    /// The next deadline has passed.
    Timer,
}

/// A request of one caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Submit {
    /// The caller.
    pub ticket: Ticket,
    /// The client's id.
    pub id: ClientId,
    /// The hash of the payload.
    pub hash: ContentHash,
    /// The content.
    pub payload: Payload,
    /// The deadline on the process's own monotonic clock.
    pub deadline_ms: u64,
}

/// The reply to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimReply {
    /// The claim was written.
    Fresh,
    /// The id was claimed before. Contains the earlier claim.
    Held(Claim),
    /// The outcome is unknown.
    Unknown,
}

/// The reply to a put.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PutReply {
    /// The entry was written.
    Stored,
    /// The sequence number was taken. Contains the entry that has it (`ALL_OLD`).
    Occupied(StoredEntry),
    /// The outcome is unknown.
    Unknown,
}

/// An output of a lane. `jitter_ms` is the upper bound of the random wait before a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Read the highest sequence number strongly; it is 0 if there is no entry.
    ReadHead {
        /// The upper bound of the wait.
        jitter_ms: u64,
    },
    /// Add the account to the registry, if it is absent.
    Register {
        /// The upper bound of the wait.
        jitter_ms: u64,
    },
    /// Put the claim, if the id has none.
    Claim {
        /// The caller.
        ticket: Ticket,
        /// The client's id.
        id: ClientId,
        /// The claim.
        claim: Claim,
        /// The upper bound of the wait.
        jitter_ms: u64,
    },
    /// Read entries strongly and in order; one page is enough.
    ReadAfter {
        /// The sequence number before the first entry to read.
        after: Seq,
        /// The upper bound of the wait.
        jitter_ms: u64,
    },
    /// Put the entry, if its sequence number is free.
    Put {
        /// The sequence number.
        seq: Seq,
        /// The entry.
        entry: Entry,
        /// The time limit of the attempt, after the wait.
        timeout_ms: u64,
        /// The upper bound of the wait.
        jitter_ms: u64,
    },
    /// Answer a caller.
    Answer {
        /// The caller.
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
}

/// The answer to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The content is now in the ledger (202).
    Accepted {
        /// The sequence number of the entry.
        seq: Seq,
        /// The index of the first order.
        index: u32,
    },
    /// The content was already in the ledger (200).
    Existing {
        /// The sequence number of the entry.
        seq: Seq,
        /// The index of the first order.
        index: u32,
    },
    /// The id was already used for different content (409).
    Conflict,
    /// The outcome is unknown at the deadline (503). The client may retry only with the same id (R18).
    Unknown,
}
