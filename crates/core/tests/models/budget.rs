//! The faults of one explored world.

/// The number of faults that one world may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) crashes: u8,
    /// Answers that are lost, with the effect or without.
    pub(crate) lost: u8,
    /// Polls that find nothing new.
    pub(crate) delays: u8,
    /// Changes of the item by another writer during the run.
    pub(crate) others: u8,
    /// Steps whose time may run out.
    pub(crate) patience: u8,
    /// Calls that the database refuses without a known reason.
    pub(crate) refusals: u8,
}
