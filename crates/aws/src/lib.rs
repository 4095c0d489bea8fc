//! The ports on AWS, one cargo feature per service.
//!
//! Every call goes to one Region's own endpoint, and is made once: a retry inside a client
//! would turn an unknown outcome into a wrong one, and the machines in `core` retry by themselves
//! where that is right (SAFE-7). Each call has its own limit of time; when it is over the future is
//! dropped, the connection with it, and the outcome is unknown.
//!
//! [`classify`] is the only place that gives an AWS error its meaning.

mod classify;
mod config;
#[cfg(feature = "dynamodb")]
mod control;
mod events;
mod files;
mod imds;
#[cfg(feature = "inspect")]
mod inspect;
mod invoke;
mod keys;
#[cfg(feature = "dynamodb")]
mod ledger;
mod parameters;
#[cfg(feature = "rds")]
mod rds;
mod secrets;
#[cfg(feature = "dynamodb")]
mod sessions;
mod signed;
#[cfg(feature = "sns")]
mod sns;
#[cfg(feature = "sqs")]
mod sqs;
mod states;
#[cfg(feature = "dynamodb")]
mod table;
mod trace;

pub use config::{AwsConfig, ConfigError};
#[cfg(feature = "dynamodb")]
pub use control::DynamoControl;
pub use events::EventBridge;
pub use files::Files;
#[cfg(feature = "inspect")]
pub use inspect::Inspector;
pub use invoke::{assume, invoke};
#[cfg(feature = "dynamodb")]
pub use ledger::DynamoLedger;
pub use parameters::Parameters;
#[cfg(feature = "rds")]
pub use rds::RdsControl;
pub use secrets::Secrets;
#[cfg(feature = "dynamodb")]
pub use sessions::DynamoSessions;
#[cfg(feature = "sns")]
pub use sns::{SnsEvents, SnsNotify};
#[cfg(feature = "sqs")]
pub use sqs::SqsQueue;
pub use states::States;
pub use trace::traced;
