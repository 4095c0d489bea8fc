//! The tables, and the settings of a connection.

use crate::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// The time to wait for a lock that another process holds, such as replication or a rebuild.
const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS accounts (
    account TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, hash TEXT NOT NULL,
    parked TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
    account TEXT NOT NULL, seq INTEGER NOT NULL, idx INTEGER NOT NULL, client_id TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT, body TEXT NOT NULL, PRIMARY KEY (account, seq, idx))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_by_id ON orders (account, client_id);
CREATE TABLE IF NOT EXISTS outbox (
    number INTEGER PRIMARY KEY, account TEXT NOT NULL, seq INTEGER NOT NULL, idx INTEGER NOT NULL,
    client_id TEXT NOT NULL, status TEXT NOT NULL, epoch INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    published INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (number) WHERE published = 0;
CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (at_ms);
CREATE TABLE IF NOT EXISTS republish (
    one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cluster (
    one INTEGER PRIMARY KEY CHECK (one = 1), writable INTEGER NOT NULL, member INTEGER NOT NULL,
    applied INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS shipping (
    lsn INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, body TEXT NOT NULL);
";

pub(crate) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Opens the file. A new file is a reader outside any cluster until the storage layer sets its role.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(unavailable)?;
    connection.busy_timeout(BUSY).map_err(unavailable)?;
    // With `synchronous=NORMAL`, a failure of the machine may lose the last commits, which is acceptable because they
    // are folded again. A failure of the process loses none.
    connection
        .execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        .and_then(|()| connection.execute_batch(TABLES))
        .and_then(|()| {
            connection.execute_batch("INSERT OR IGNORE INTO cluster VALUES (1, 0, 0, 0);")
        })
        .map_err(unavailable)?;
    Ok(connection)
}
