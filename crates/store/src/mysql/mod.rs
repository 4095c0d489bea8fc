//! The projection on MySQL 8.0, Aurora MySQL 3 and MariaDB.
//!
//! A batch of deltas is one transaction of few statements, because one statement carries hundreds of rows, up to the
//! size of a packet. The transaction locks every account's row in the order of names and compares its watermark under
//! the lock. So two processors, or one that was paused for an hour, cannot book an entry twice.
//!
//! ADR 11 explains why the isolation level is `READ COMMITTED`, why locks are taken in one pass, and how rows are sent.
//!
//! After a move the endpoint's name resolves to another server, and old connections may lead to a server that is now a
//! reader or fenced. So a refused write empties the pool, and each new connection resolves the name again and reads the
//! current credentials. The user must not have `SUPER`, `CONNECTION_ADMIN` or `READ_ONLY ADMIN`, because a user with
//! any of these privileges can write in spite of `read_only`.

mod commit;
mod connect;
mod projection;
mod schema;
mod session;

pub use projection::MysqlStore;
