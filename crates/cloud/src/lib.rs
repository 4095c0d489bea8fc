//! A deterministic model of the AWS Regions that Leeward uses.
//!
//! It has the physics that mocks lack: round trips, quorums that are lost and re-form, concurrent conditional writes,
//! replication lag, promotions that take time, health checkers that disagree, and replies that are lost after the
//! effect. One value, [`Cloud`], holds all Regions. The caller passes in the time with each call and takes the outputs
//! out, so that the simulator can run the model in virtual time, and `wire` can run the same model on the real clock
//! behind AWS's protocols.
//!
//! The model knows nothing of orders, sentinels or Leeward's names, and it is no faster or more reliable than its
//! sources say (`docs/explanation/cloud-model.md` lists each number). It takes two shortcuts on purpose. An MRSC write
//! takes effect in the model's memory immediately, and its *response* waits for the disks and the round trip; no caller
//! may rely on a write before its response. A replica is stored as the latest state plus the keys in which the replica
//! lags, instead of as a second copy.
//!
//! Clocks, threads, ambient randomness, hash maps and I/O are deliberately absent. Persisting, probing and copying
//! database pages are outputs that the caller carries out and reports back.
#![warn(missing_docs)]

pub mod aurora;
mod cloud;
pub mod dynamodb;
pub mod net;
pub mod rng;
pub mod route53;
pub mod sns;
pub mod sqs;
mod timers;

pub use cloud::{Call, CallId, Cloud, Config, Output, Persist, Reply, Request, Response};
pub use net::{Fault, Net, Place, RegionIx, Service};

/// An error response of a service: AWS's error code, the HTTP status and a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// The error code, such as `ConditionalCheckFailedException`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The message. It uses AWS's wording where that is known.
    pub message: String,
    /// The stored item, if the request has `ReturnValuesOnConditionCheckFailure=ALL_OLD`.
    pub item: Option<dynamodb::SharedItem>,
}

impl ServiceError {
    /// Creates a client error, with status 400.
    pub fn new(code: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError { code, status: 400, message: message.into(), item: None }
    }

    /// Creates a server error, with status 500.
    pub(crate) fn server(code: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError { status: 500, ..ServiceError::new(code, message) }
    }
}
