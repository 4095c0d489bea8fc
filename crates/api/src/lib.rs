//! The types of every document that Leeward sends over HTTP, returns from its functions or prints on standard output.
//!
//! A Region writes these documents, and the `leeward` command, the drill, the load generator and the tests read them.
//! Both sides use the same definition, so a renamed member is a compile error on both sides and not a failure in
//! production.
//!
//! **Wire types are separate from stored types.** `model` describes the content of the tables. Its enums are closed,
//! because a process must not act on a value that it does not understand. A reader of the status needs the opposite: an
//! older command must still show the status of a newer platform. The `…View` types mirror the stored types, with every
//! vocabulary wrapped in [`Open`], which keeps an unknown value as it arrived. The conversions destructure the stored
//! struct field by field, so a new stored field does not compile until its author decides whether the status shows it.
//! Readers ignore unknown fields, with one exception: a request with an unknown field is rejected, because ignoring the
//! field would do something other than what the client requested.
//!
//! **There is one table of routes.** [`Route::ALL`] lists each path, its method, its caller and its responses. The
//! router of `service` is built from this table, and so is the OpenAPI document ([`OPENAPI`]), whose schemas are
//! derived from these types. The document is checked in. A test compares it with the document that the types produce,
//! and `UPDATE_EXPECT=1` rewrites it.
//!
//! Three alternatives were rejected: `#[serde(other)]`, which accepts an unknown value but forgets it, so that `status`
//! could not print it; `utoipa`, which needs an attribute at each handler and cannot describe the functions and the
//! supervisor, which have no handlers; and deriving schemas in the product, which would link a schema library into
//! every function for a document that changes only when the source does.
#![warn(missing_docs)]

mod accounts;
mod authority;
mod drill;
mod events;
mod health;
mod local;
mod observation;
mod open;
#[cfg(test)]
mod openapi;
mod operations;
mod orders;
mod problem;
mod readiness;
mod routes;
#[cfg(test)]
mod schema;
mod sessions;
mod status;
mod vocabulary;

pub use accounts::AccountView;
pub use authority::{AuthorityView, FinishedRunView, MarksView, RunView, StepView};
pub use drill::{DrillReport, Epochs, OrderCounts, Times};
pub use events::{OrderEvent, OrdersBooked};
pub use health::{AcceptingHealth, Liveness, LivenessHealth, TrafficHealth};
pub use local::{Done, UpReport};
pub use observation::{ObservationView, RunSeenView, SeenRegion};
pub use open::Open;
pub use operations::{
    OperationDone, OperationRefused, OperationRequest, StatusCall, StatusVerb, Verb,
};
pub use orders::{
    Accepted, BatchOrder, BatchRequest, LimitsRequest, OrderPart, OrderRequest, OrderView,
    RequestId,
};
pub use problem::{FieldError, Problem, ProblemCode};
pub use readiness::{ChainHeads, ReadinessCall, ReadinessVerb};
pub use routes::{Answer, Body, Caller, Endpoint, Method, Route};
pub use sessions::SessionParameters;
pub use status::{
    CloudEndpoint, DatabaseAccess, DatabaseView, DnsView, PlatformStatus, RegionStatus, RegionView,
    SentinelView, Unavailable,
};
pub use vocabulary::{DatabaseEngine, DatabaseRole, OrderStatus, RegionRole, RunEnd, TimingName};

/// The OpenAPI 3.1 document of the HTTP API, as JSON text. Regions serve it at `/v1/openapi.json`.
pub const OPENAPI: &str = include_str!("../openapi.json");
