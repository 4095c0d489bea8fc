//! Tests the public interface of the crate.

mod across;
mod budget;
mod golden;
mod kinds;
mod terraform;
mod validate;
