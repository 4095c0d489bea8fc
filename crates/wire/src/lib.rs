//! The cloud model on loopback: AWS's own protocols, replicas on disk, and a DNS server.
//!
//! boto3 and the AWS SDKs work with it unmodified. As at AWS, a request's Region comes from its SigV4 scope. The
//! caller's place comes from the address to which the caller connected, because links between Regions can be cut.
//! Signatures are not verified, because the cloud listens on loopback only, and Leeward authenticates its own callers
//! behind its own API.
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
