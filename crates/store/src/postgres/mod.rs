//! The projection on PostgreSQL and Aurora PostgreSQL.
//!
//! A batch of deltas is one transaction. The number of its statements does not depend on the number of orders, because
//! rows are sent as arrays. The transaction locks every account's row in the order of names and compares its watermark
//! under the lock. So two processors, or one that was paused for an hour, cannot book an entry twice.
//!
//! After a move the endpoint's name resolves to another server, and old connections may lead to a server that is now a
//! reader or fenced. So a refused write empties the pool, and each new connection resolves the name again and reads the
//! current credentials.
//!
//! Three alternatives were rejected: an ORM or query builder, because there are only a dozen statements; `sqlx`,
//! because one trait with a conformance suite replaces its three drivers and their build time; and `SERIALIZABLE`,
//! because row locks give the same guarantee without retries.

mod commit;
mod connect;
mod console;
mod projection;
mod schema;

pub use console::Console;
pub use projection::PostgresStore;
