//! A deterministic model of the AWS Regions that Leeward uses.
//!
//! It has the physics that mocks lack: round trips, quorums that are lost and re-form, conditional
//! writes that meet each other, replication that lags, promotions that take time, health checkers
//! that disagree, replies that are lost after the effect. One value, [`Cloud`], holds all Regions;
//! time comes in with every call and outputs are taken out, so the simulator runs it in virtual
//! time and `wire` runs the very same model on the real clock behind AWS's protocols.
//!
//! What it is not: it knows nothing of orders, sentinels or Leeward's names, and it is no faster or
//! kinder than its sources say (`docs/explanation/cloud-model.md` lists each number). Two shortcuts are taken on
//! purpose: an MRSC write takes effect in the model's memory at once and its *answer* waits for the
//! disks and the round trip (what nobody was told, nobody may rely on); and a replica is the latest
//! state plus the keys in which it lags, instead of a second copy.
//!
//! Deliberately absent: clocks, threads, ambient randomness, hash maps, I/O. Persisting, probing and
//! copying database pages are outputs that the caller carries out and reports back.

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

/// An error answer of a service: its code as AWS names it, the HTTP status and a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    pub code: &'static str,
    pub status: u16,
    pub message: String,
    /// `ReturnValuesOnConditionCheckFailure=ALL_OLD`.
    pub item: Option<dynamodb::SharedItem>,
}

impl ServiceError {
    pub fn new(code: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError { code, status: 400, message: message.into(), item: None }
    }

    pub fn server(code: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError { status: 500, ..ServiceError::new(code, message) }
    }
}
