//! Tests the model's physics through its only interface: the tests pass in calls and the time, and take the outputs
//! out.

mod aurora;
mod dynamodb;
mod sqs;
mod tables;
mod world;
