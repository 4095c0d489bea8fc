//! Building blocks that any part of a Region may use.

pub(crate) mod logs;
pub(crate) mod policy;
