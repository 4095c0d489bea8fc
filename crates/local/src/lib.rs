//! The whole platform on one machine: the cloud model on the real clock, one operating-system
//! process for each Region, and everything that a drill needs.
//!
//! The supervisor holds the cloud (that part never fails by itself; its *Regions* do), the DNS
//! server, the links between Regions and the storage layer of the databases. The agents are the
//! production binary with the production AWS adapters. A fault is what it says: `kill` is SIGKILL of
//! the agent and the Region's cloud going dark.

mod addresses;
mod admin;
mod agents;
mod bench;
mod bench_catchup;
mod bench_ministack;
mod bench_postgres;
mod bench_wire;
mod clock;
mod customer;
mod database;
mod drill;
mod faults;
mod layout;
mod load;
mod orders_file;
mod platform;
mod resolver;
mod status;
mod supervisor;
mod verify;

pub use addresses::Addresses;
pub use bench::{BenchError, BenchOptions, BenchReport, CONTESTS, bench_orders};
pub use bench_catchup::{CatchUpOptions, CatchUpReport, bench_catch_up};
pub use bench_ministack::MinistackError;
pub use bench_wire::{WireClient, WireEndpoint, WireError, WireOptions, WireReport, bench_wire};
pub use customer::Destination;
pub use database::{DatabaseError, DatabaseKind};
pub use drill::{DrillOptions, run_drill};
pub use faults::{FaultError, FaultVerb};
pub use layout::{Layout, RunningPlatform};
pub use leeward_cloud::{Fault, Service};
pub use load::{Load, LoadOptions, LoadSummary};
pub use orders_file::{FileError, FileOptions, FileSummary, Refused, parse_records, submit_file};
pub use resolver::Dns;
pub use supervisor::{NotReady, Supervisor, UpError, UpOptions};
