//! One file a step: what it asks, when it is done, what makes it wait or park.

pub(super) mod announce;
pub(super) mod check;
pub(super) mod hand_over_database;
pub(super) mod promote_database;
pub(super) mod reconcile;
pub(super) mod resume_processing;
pub(super) mod verify;

use super::Command;

/// What a step wants next, given what it just learned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Next {
    /// A read: harmless, whoever does it.
    Ask(Command),
    /// A call with an effect: the run is read again, strongly, just before it (R4).
    Act(Command),
    /// Poll again; the wait itself is progress.
    Wait,
    Done,
    Park(String),
    /// Everything is as it was before the run: say why, and end it (SAFE-9).
    Abandon(String),
}

/// How long a step has been going on and what it has tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Tries {
    pub(super) waited_ms: u64,
    pub(super) calls: u32,
    pub(super) failures: u32,
    /// Looks in a row, since the last call, that found the database where it was and at rest.
    pub(super) idle: u32,
}
