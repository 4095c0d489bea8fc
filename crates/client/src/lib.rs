//! A client of the order API. It resolves the public name as a customer does, sends orders, and repeats a request with
//! an unknown outcome with the same id until a response shows the outcome (SAFE-4, SAFE-7).
//!
//! The load generator of drills and `leeward orders submit` use the same code, so drills exercise what customers run. A
//! [`Customer`] holds one connection; a [`Desk`] holds what several customers share. The resolver is part of the client
//! because acceptance resumes after a failover only when clients follow the public name. A pool that keeps connections
//! by host name would hide whether they do.

#![warn(missing_docs)]

mod customer;
mod orders_file;
mod resolver;

pub use customer::{Customer, Desk, Destination, Posted};
pub use orders_file::{FileError, FileOptions, FileSummary, Refused, parse_records, submit_file};
pub use resolver::Dns;
