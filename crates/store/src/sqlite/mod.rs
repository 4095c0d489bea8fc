//! SQLite: one file is one Region's cluster.
//!
//! The engine has no replication of its own; [`replica`] gives it Aurora's: what is committed here
//! is written to a shipping log in the same transaction, and whoever plays the storage layer copies
//! it to the other Region's file, late or not at all.

mod projection;
pub mod replica;
mod schema;
mod worker;

pub use projection::SqliteStore;
