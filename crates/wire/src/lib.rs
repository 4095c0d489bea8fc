//! The cloud model on loopback: AWS's own protocols, replicas on disk, and a DNS server.
//!
//! boto3 and the AWS SDKs work with it unmodified. As on AWS, a request's Region comes from its SigV4 scope. The model
//! must also know the caller's place, because links between Regions can be cut. Each place has its own listener, so the
//! address to which a caller connects identifies the caller's place. Signatures are not verified, because the cloud
//! listens on loopback only; Leeward's API authenticates its own callers.
//!
//! The model decides everything; this crate only moves bytes. It holds the clock, the sockets and one directory for
//! each Region, to which a replica's writes are committed in groups.

mod cloud_server;
mod disk;
mod dns;
mod links;
mod prober;
mod protocol;
mod server;

pub use cloud_server::CloudServer;
pub use disk::{Disk, DiskError};
pub use dns::{answer_question, serve_dns};
pub use links::serve_link;
pub use prober::{CheckEndpoint, run_prober};
pub use protocol::{Http, exchange};
pub use server::serve;
