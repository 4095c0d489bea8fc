//! Implements the ports on AWS, with one cargo feature per service.
//!
//! Every call goes to one Region's own endpoint and is made once. A retry inside a client would turn an unknown
//! outcome into a wrong one; the machines in `core` retry where that is correct (SAFE-7). Each call has a time limit.
//! When the limit expires, the client drops the future and closes its connection, and the outcome is unknown.
//!
//! [`classify`] is the only module that interprets AWS errors.

// A build that enables only some services leaves parts of the shared code unused.
#![cfg_attr(
    not(all(feature = "dynamodb", feature = "inspect", feature = "lambda", feature = "s3")),
    allow(dead_code, unused_imports)
)]

mod classify;
mod config;
#[cfg(feature = "dynamodb")]
mod control;
#[cfg(feature = "events")]
mod events;
#[cfg(feature = "s3")]
mod files;
mod imds;
#[cfg(feature = "inspect")]
mod inspect;
#[cfg(feature = "lambda")]
mod invoke;
mod keys;
#[cfg(feature = "dynamodb")]
mod ledger;
#[cfg(feature = "ssm")]
mod parameters;
#[cfg(feature = "rds")]
mod rds;
#[cfg(feature = "secrets")]
mod secrets;
#[cfg(feature = "dynamodb")]
mod sessions;
mod signed;
#[cfg(feature = "sns")]
mod sns;
#[cfg(feature = "sqs")]
mod sqs;
#[cfg(feature = "states")]
mod states;
#[cfg(feature = "dynamodb")]
mod table;
#[cfg(feature = "sqs")]
mod trace;

pub use config::{AwsConfig, ConfigError};
#[cfg(feature = "dynamodb")]
pub use control::DynamoControl;
#[cfg(feature = "events")]
pub use events::EventBridge;
#[cfg(feature = "s3")]
pub use files::Files;
#[cfg(feature = "inspect")]
pub use inspect::Inspector;
#[cfg(feature = "lambda")]
pub use invoke::{assume, invoke};
#[cfg(feature = "dynamodb")]
pub use ledger::DynamoLedger;
#[cfg(feature = "ssm")]
pub use parameters::Parameters;
#[cfg(feature = "rds")]
pub use rds::RdsControl;
#[cfg(feature = "secrets")]
pub use secrets::Secrets;
#[cfg(feature = "dynamodb")]
pub use sessions::DynamoSessions;
#[cfg(feature = "sns")]
pub use sns::{SnsEvents, SnsNotify};
#[cfg(feature = "sqs")]
pub use sqs::SqsQueue;
#[cfg(feature = "states")]
pub use states::States;
#[cfg(feature = "sqs")]
pub use trace::traced;
