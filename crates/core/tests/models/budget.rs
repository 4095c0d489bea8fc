//! The number of faults in one explored world.

/// The number of faults that one world may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) crashes: u8,
    /// Replies that are lost, with or without the effect.
    pub(crate) lost: u8,
    /// Polls that find nothing new.
    pub(crate) delays: u8,
    /// Changes of the authority item by another writer during the run.
    pub(crate) others: u8,
    /// Times that a step's time limit may pass.
    pub(crate) patience: u8,
    /// Calls that the database refuses without a known reason.
    pub(crate) refusals: u8,
}
