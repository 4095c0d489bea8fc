//! The model's physics, asked through its only door: calls in, time in, outputs out.

mod aurora;
mod dynamodb;
mod sqs;
mod tables;
mod world;
