//! The HTTP/1.1 client, server and TLS settings of every process of the platform.
//!
//! The crate exists so that time limits, trusted authorities and the meaning of a failure are decided in one place. A
//! failed request reports how far it got ([`Stage`]), because the order path treats the cases differently: a request
//! without a connection had no effect, while a request that was sent may have taken effect (SAFE-7). The client never
//! repeats a request whose first byte was written.
//!
//! Two alternatives were rejected: `reqwest`, whose redirects, cookies and proxies are behaviour that a trading
//! platform must not have by accident; and the listener of a server framework, which limits neither the number of
//! connections nor the time that a client may take to send its headers.

#![warn(missing_docs)]

mod agent;
mod client;
mod connection;
mod error;
mod server;
pub mod tls;

pub use client::{Client, HttpResponse};
pub use connection::{Connection, Secure};
pub use error::{Error, Stage};
pub use hyper::body::Incoming;
pub use server::{Limits, Server, stopped};
