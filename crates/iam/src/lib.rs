//! Judges recorded calls by the policies that a deployment has, as AWS would.
//!
//! AWS refuses a call that no policy allows. An emulator that allows everything hides such a call until the first day
//! on AWS. This crate therefore decides again, from the policies in Terraform's states, whether each call that a test
//! recorded is allowed, and it reports the permissions that no call needed.
//!
//! The decision is made twice, by programs that have different authors: the emulator refuses the call when it is made,
//! and this crate judges the record. `iam-rs` matches one statement against one call. It has five limits that
//! [`statement`] works around: it compares `ArnEquals` without wildcards, condition keys with their case, and no text with
//! a boolean, it reads only one type of principal for each statement, and it does not know which condition keys exist.
//!
//! The record is completed here: a call on an encrypted resource also uses its key ([`implied`]). Nothing is
//! allowed by default: an action or a condition key that AWS's published list does not have is an error, and so is a
//! policy that cannot be read.
#![warn(missing_docs)]

mod actions;
mod call;
mod implied;
mod report;
mod rights;
mod statement;
mod states;

pub use actions::Actions;
pub use call::{Call, read_calls};
pub use report::{Refusal, Report, Unused};
pub use rights::{Rights, Verdict};
pub use statement::{Statement, StatementId};

/// The reason why calls cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A policy of the deployment cannot be read.
    #[error("{owner}: statement {at} cannot be read: {why}")]
    Policy {
        /// The role or resource that has the policy.
        owner: String,
        /// The number of the statement, from 0.
        at: usize,
        /// The reason, in the words of the parser.
        why: String,
    },
    /// A policy names a condition key that AWS does not document for the service.
    #[error("{owner}: statement {at} has the unknown condition key {key}")]
    UnknownKey {
        /// The role or resource that has the policy.
        owner: String,
        /// The number of the statement, from 0.
        at: usize,
        /// The condition key.
        key: String,
    },
    /// A policy or a call names an action that AWS does not document.
    #[error("{at}: the action {action} does not exist")]
    UnknownAction {
        /// The role, the resource or the call that names the action.
        at: String,
        /// The action, such as `sqs:SendMessage`.
        action: String,
    },
    /// A file does not have the expected format.
    #[error("{what} cannot be read: {why}")]
    Format {
        /// The file or document.
        what: String,
        /// The reason, in the words of the parser.
        why: String,
    },
}
