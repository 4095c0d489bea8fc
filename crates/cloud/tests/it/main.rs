//! Tests the model's physics through its only interface: calls in, time in, outputs out.

mod aurora;
mod dynamodb;
mod sqs;
mod tables;
mod world;
