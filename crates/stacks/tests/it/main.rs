//! The stacks of a blueprint, as the files say them.

mod coverage;
mod older;
mod properties;
mod rules;
#[path = "../../../construct/tests/it/terraform.rs"]
mod terraform;
mod valid;
