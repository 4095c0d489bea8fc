//! The projection on MySQL 8.0, Aurora MySQL 3 and MariaDB.
//!
//! A batch of accounts is one transaction of few statements: rows travel by the hundred, and no further than a
//! packet goes. Every account's row is locked, in the order of names, and its watermark compared under the
//! lock, so two processors, or one that was paused for an hour, do no harm.
//!
//! Why `READ COMMITTED`, why locks are taken in one pass, and how rows travel: ADR 11.
//!
//! After a move the endpoint's name leads elsewhere, and old connections may lead to a server that is now a
//! reader or fenced. So a refused write empties the pool, and each new connection resolves the name again and
//! asks for the credentials of the moment. The user must not have `SUPER`, `CONNECTION_ADMIN` or
//! `READ_ONLY ADMIN`: who has them writes through `read_only`.

mod commit;
mod connect;
mod projection;
mod schema;
mod session;

pub use projection::MysqlStore;
