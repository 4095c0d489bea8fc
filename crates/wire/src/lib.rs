//! The cloud model on loopback: AWS's own protocols, replicas on disk, a DNS server.
//!
//! boto3 and the AWS SDKs talk to it unmodified. A request's Region comes from its SigV4 scope, as
//! at AWS; *where the caller is* comes from the address that it connected to, because links between
//! Regions can be cut. Signatures are not verified: the cloud listens on loopback only, and what
//! Leeward itself authenticates lies behind its own API.
//!
//! The model decides everything; this crate moves bytes. It holds the clock, the sockets and one
//! directory per Region, in which a replica's writes are kept by group commit.

mod disk;
mod dns;
mod engine;
mod links;
mod prober;
mod protocol;
mod server;

pub use disk::{Disk, DiskError};
pub use dns::{answer_question, serve_dns};
pub use engine::Engine;
pub use links::serve_link;
pub use prober::{HttpTarget, run_prober};
pub use protocol::{Http, exchange};
pub use server::serve;
