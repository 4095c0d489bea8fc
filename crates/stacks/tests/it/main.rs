//! Tests of a blueprint's stacks as they are written to files.

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
