//! The types of everything that Leeward says over HTTP, through its functions and on standard output.
//!
//! A Region writes these documents, and the `leeward` command, the drill, the load generator and the
//! tests read them. Both sides used to build and pick apart JSON by string keys, so a renamed key
//! compiled and failed at three in the morning. One definition for both sides makes that a compile
//! error.
//!
//! **Wire types are separate from stored types.** `model` describes what the tables hold: its enums
//! are closed, because a process must not act on what it does not understand. A reader of status has
//! the opposite need: an older command must still show a newer platform. The `…View` types here
//! mirror the stored ones with every vocabulary wrapped in [`Open`], which keeps an unknown value as
//! it arrived. The conversions take the stored struct apart field by field, so a new stored field
//! does not compile until someone decides whether it is shown. Unknown fields are ignored, with one
//! exception: a request with a field that the server does not know is refused, because ignoring it
//! would do something other than what was asked.
//!
//! **One table of routes.** [`Route::ALL`] lists each path, its method, its caller and its answers.
//! The router of `service` is built from it, and so is the OpenAPI document ([`OPENAPI`]), whose
//! schemas are derived from these types. The document is checked in; a test compares it with what
//! the types give now, and `UPDATE_OPENAPI=1` rewrites it.
//!
//! Rejected: `#[serde(other)]`, which accepts an unknown value but forgets it, so that `status` could
//! not print it; `utoipa`, which needs an attribute at each handler and cannot describe the functions
//! and the supervisor, which have none; and deriving schemas in the product, which would link a
//! schema library into every function for a document that changes only when the source does.
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

/// The OpenAPI 3.1 document of the HTTP API, as JSON text; served at `/v1/openapi.json`.
pub const OPENAPI: &str = include_str!("../openapi.json");
