//! The ports on AWS, one cargo feature per service.
//!
//! Every call goes to one Region's own endpoint, with the SDK's retries off: a retry inside a client
//! would turn an unknown outcome into a wrong one, and the machines in `core` retry by themselves
//! where that is right (SAFE-7). Each call has its own limit of time; when it is over the future is
//! dropped, the connection with it, and the outcome is unknown.
//!
//! [`classify`] is the only place that gives an AWS error its meaning.

mod classify;
mod config;
#[cfg(feature = "dynamodb")]
mod control;
#[cfg(feature = "signed")]
mod events;
#[cfg(feature = "dynamodb")]
mod ledger;
#[cfg(feature = "signed")]
mod parameters;
#[cfg(feature = "rds")]
mod rds;
#[cfg(feature = "signed")]
mod secrets;
#[cfg(feature = "dynamodb")]
mod sessions;
#[cfg(feature = "signed")]
mod signed;
#[cfg(feature = "sns")]
mod sns;
#[cfg(feature = "sqs")]
mod sqs;
#[cfg(feature = "signed")]
mod states;
#[cfg(feature = "dynamodb")]
mod table;

pub use config::{AwsConfig, ConfigError};
#[cfg(feature = "dynamodb")]
pub use control::DynamoControl;
#[cfg(feature = "signed")]
pub use events::EventBridge;
#[cfg(feature = "dynamodb")]
pub use ledger::DynamoLedger;
#[cfg(feature = "signed")]
pub use parameters::Parameters;
#[cfg(feature = "rds")]
pub use rds::RdsControl;
#[cfg(feature = "signed")]
pub use secrets::Secrets;
#[cfg(feature = "dynamodb")]
pub use sessions::DynamoSessions;
#[cfg(feature = "sns")]
pub use sns::{SnsEvents, SnsNotify};
#[cfg(feature = "sqs")]
pub use sqs::SqsQueue;
#[cfg(feature = "signed")]
pub use states::States;
