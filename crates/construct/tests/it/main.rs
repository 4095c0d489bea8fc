//! What the crate promises, from outside.

mod across;
mod budget;
mod golden;
mod kinds;
mod terraform;
mod validate;
