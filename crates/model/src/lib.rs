//! Defines the data types of Leeward and nothing else.
//!
//! All other crates share these types. An [`Entry`] is a record of the ledger, an [`Authority`] is the single item that
//! names the Region that books orders, and an [`Observation`] is the state of one sentinel. The types implement serde
//! because each of them is stored or sent somewhere. A type that two versions of the product may exchange carries a
//! `format` number.
//!
//! This crate deliberately has no behaviour beyond parsing, formatting and hashing, so every decision is in `core`. It
//! has no clock either: every `*_at_ms` field is for display, and no rule compares it (docs/spec/moves.md).

#![warn(missing_docs)]

mod audit;
mod authority;
pub mod codes;
mod database;
mod decimal;
mod diagnosis;
mod entry;
mod ids;
mod observation;
mod order;
mod plan;
pub mod readiness;
mod role;
mod session;
pub mod settings;
mod text;

pub use audit::{AuditKind, AuditRecord, ChainHead};
pub use authority::{
    Authority, Budgets, FinishedRun, Marks, Mode, MoveMark, ProcessorState, Run, RunEnd, StepMark,
    Tries,
};
pub use database::DatabaseView;
pub use decimal::{Decimal, DecimalError, Notional};
pub use diagnosis::{Alert, Class, Diagnosis, NoAction, Verdict};
pub use entry::{Claim, ContentHash, Entry, Group, MAX_ENTRY_ORDERS, Payload, StoredEntry};
pub use ids::{AccountId, ClientId, Epoch, IdError, Region, Seq, Symbol};
pub use observation::{
    Counters, Observation, ProbeAnswer, ProbeReport, Reached, RegionView, RunSeen, Seen,
};
pub use order::{Limits, Order, OrderType, Side, TimeInForce};
pub use plan::{Plan, RunKind, Step};
pub use role::{FunctionRole, UnknownRole};
pub use session::Session;
