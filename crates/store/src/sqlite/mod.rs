//! The projection on SQLite: one file is one Region's cluster.
//!
//! SQLite has no replication of its own, so [`replica`] adds Aurora's. A commit also writes its rows to a shipping log
//! in the same transaction. The process that plays the storage layer copies the log to the other Region's file, late
//! or never.

mod projection;
pub mod replica;
mod schema;
mod worker;

pub use projection::SqliteStore;
