//! HTTP/1.1 as every process of the platform speaks it: one TLS set-up, one client, one server.
//!
//! The crate exists so that time limits, trusted authorities and the meaning of a failure are decided
//! once. A failed request states how far it got ([`Stage`]), because the rules of the order path
//! differ: a request that found no connection had no effect, while one that was sent may have had its
//! effect (SAFE-7). The client never repeats a request whose first byte was written.
//!
//! Rejected: `reqwest`, whose redirects, cookies and proxies are behaviour that a trading platform must
//! not have by accident; a server framework's own listener, which bounds neither connections nor the
//! time that a client may take to send its headers.

#![warn(missing_docs)]

mod client;
mod connection;
mod error;
mod server;
pub mod tls;

pub use client::{Answer, Client};
pub use connection::{Connection, Secure};
pub use error::{Error, Stage};
pub use hyper::body::Incoming;
pub use server::{Limits, Server, stopped};
