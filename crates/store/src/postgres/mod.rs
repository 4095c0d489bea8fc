//! The projection on PostgreSQL and Aurora PostgreSQL.
//!
//! A batch of accounts is one transaction of a fixed number of statements, whatever the number of orders: rows are sent
//! as arrays. Every account's row is locked in the order of names, and its watermark is compared under the lock. So two
//! processors, or one that was paused for an hour, cannot book a step twice.
//!
//! After a move the endpoint's name resolves to another server, and old connections may lead to a server that is now a
//! reader or fenced. So a refused write empties the pool, and each new connection resolves the name again and reads the
//! current credentials.
//!
//! Rejected: an ORM or query builder, because there are only a dozen statements; `sqlx`, because one trait with a
//! conformance suite replaces its three drivers and their build time; `SERIALIZABLE`, because row locks give the same
//! guarantee without retries.

mod commit;
mod connect;
mod console;
mod projection;
mod schema;

pub use console::Console;
pub use projection::PostgresStore;
