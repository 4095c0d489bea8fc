//! Tests of the stacks of a blueprint, as written to files.

mod any;
mod coverage;
mod layers;
mod machine;
mod older;
mod papers;
mod properties;
mod rules;
#[path = "../../../construct/tests/it/terraform.rs"]
mod terraform;
mod valid;
