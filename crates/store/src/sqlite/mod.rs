//! The projection on SQLite, where one file stands for one Region's cluster.
//!
//! SQLite has no replication, so [`replica`] adds a model of Aurora's. A commit also writes its rows to a shipping log
//! in the same transaction. The process that acts as the storage layer copies the log to the other Region's file, late
//! or never.

mod projection;
pub mod replica;
mod schema;
mod worker;

pub use projection::SqliteStore;
