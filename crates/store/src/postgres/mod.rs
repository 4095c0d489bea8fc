//! The projection on PostgreSQL and Aurora PostgreSQL.
//!
//! A batch of accounts is one transaction of a fixed number of statements, whatever the number of orders: rows
//! travel as arrays. Every account's row is locked, in the order of names, and its watermark compared under
//! the lock, so two processors, or one that was paused for an hour, do no harm.
//!
//! After a move the endpoint's name leads elsewhere, and old connections may lead to a server that is now a
//! reader or fenced. So a refused write empties the pool, and each new connection resolves the name again and
//! asks for the credentials of the moment.
//!
//! Rejected: an ORM or query builder (a dozen statements), `sqlx` (three drivers' worth of build for what one
//! trait with a conformance suite gives), `SERIALIZABLE` (row locks say the same with no retries).

mod commit;
mod connect;
mod console;
mod projection;
mod schema;

pub use console::Console;
pub use projection::PostgresStore;
