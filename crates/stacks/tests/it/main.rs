//! The stacks of a blueprint, as the files say them.

mod properties;
#[path = "../../../construct/tests/it/terraform.rs"]
mod terraform;
mod valid;
