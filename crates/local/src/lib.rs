//! Runs the complete platform on one machine: the cloud model on the real clock, one operating-system process for each
//! Region, and everything that a drill needs.
//!
//! The supervisor holds the cloud (which never fails as a whole; only its *Regions* fail), the DNS server, the links
//! between Regions and the storage layer of the databases. The agents are the production binary with the production AWS
//! adapters. Faults are real: `kill` sends SIGKILL to the agent and makes the Region's cloud unreachable.

mod addresses;
mod admin;
mod agents;
mod bare;
mod clock;
mod database;
mod drill;
mod faults;
mod layout;
mod load;
mod platform;
mod status;
mod supervisor;
mod verify;

pub use addresses::Addresses;
pub use bare::{BareCloud, BareCloudError};
pub use clock::wall_ms;
pub use database::{DatabaseError, DatabaseKind};
pub use drill::{DrillOptions, run_drill};
pub use faults::{FaultError, FaultVerb};
pub use layout::{Layout, RunningPlatform};
pub use leeward_cloud::{Fault, Service};
pub use load::{Load, LoadOptions, LoadSummary, quantile_ms};
pub use status::status;
pub use supervisor::{NotReady, Supervisor, UpError, UpOptions};
