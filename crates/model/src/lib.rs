//! The words of Leeward as data, and nothing else.
//!
//! Every other crate speaks in these types: an [`Entry`] is what the ledger holds, an [`Authority`]
//! is the one item that says which Region books orders, an [`Observation`] is what a sentinel saw.
//! They carry serde shapes because each of them is stored or sent somewhere, and a `format` number
//! where two versions of the product may read each other's writing.
//!
//! There is deliberately no behaviour here beyond parsing, formatting and hashing: a decision that
//! slipped into this crate could not be found by looking into `core`. There is no clock either:
//! every `*_at_ms` in these types is for people to read and is compared by no rule (docs/spec/moves.md).

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
};
pub use database::DatabaseView;
pub use decimal::{Decimal, DecimalError, Notional};
pub use diagnosis::{Alert, Class, Diagnosis, NoAction, Verdict};
pub use entry::{Claim, ContentHash, Entry, Group, MAX_ENTRY_ORDERS, Payload, StoredEntry};
pub use ids::{AccountId, ClientId, Epoch, IdError, Region, Seq, Symbol};
pub use observation::{
    Answer, Counters, Observation, ProbeReport, Reached, RegionView, RunSeen, Seen,
};
pub use order::{Limits, Order, OrderType, Side, TimeInForce};
pub use plan::{Plan, RunKind, Step};
pub use role::{FunctionRole, UnknownRole};
pub use session::Session;
