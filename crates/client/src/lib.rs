//! A client of the order API: it resolves the public name as a customer does, sends orders, and repeats a
//! request whose outcome is unknown with the same id until there is an answer (SAFE-4, SAFE-7).
//!
//! The load generator of drills and `leeward orders submit` send through the same code, so that drills
//! exercise what customers run. A [`Customer`] holds one connection; a [`Desk`] is what several customers
//! share. The resolver is part of the client because acceptance after a failover is only back once clients
//! follow the public name, which a pool that keeps connections by host name would hide.

#![warn(missing_docs)]

mod customer;
mod orders_file;
mod resolver;

pub use customer::{Customer, Desk, Destination, Posted};
pub use orders_file::{FileError, FileOptions, FileSummary, Refused, parse_records, submit_file};
pub use resolver::Dns;
