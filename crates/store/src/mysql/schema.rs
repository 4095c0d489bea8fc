//! Tables and statements in the SQL that MySQL 8.0 and MariaDB share. With the collation `utf8mb4_bin`, `a` and `A` are
//! two accounts, and names sort by their bytes as in the other engines.
//!
//! `{list}` and `{rows}` expand to one placeholder for each item (see [`super::session`]).

/// The statements that create the missing tables. Every process may run them at its start, even concurrently with other
/// processes.
pub(super) const TABLES: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS accounts (
        account varchar(64) NOT NULL PRIMARY KEY, seq bigint NOT NULL, state longtext NOT NULL,
        hash varchar(64) NOT NULL, parked longtext)
    ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS orders (
        account varchar(64) NOT NULL, seq bigint NOT NULL, idx int NOT NULL,
        client_id varchar(64) NOT NULL, status varchar(16) NOT NULL, reason varchar(64),
        body longtext NOT NULL,
        PRIMARY KEY (account, seq, idx), KEY orders_by_id (account, client_id))
    ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS outbox (
        number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, account varchar(64) NOT NULL,
        seq bigint NOT NULL, idx int NOT NULL, client_id varchar(64) NOT NULL,
        status varchar(16) NOT NULL, epoch bigint NOT NULL, at_ms bigint NOT NULL,
        published boolean NOT NULL DEFAULT false,
        KEY outbox_open (published, number), KEY outbox_by_time (at_ms))
    ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS republish (
        one int NOT NULL PRIMARY KEY CHECK (one = 1), next bigint NOT NULL, last bigint NOT NULL)
    ENGINE = InnoDB",
];

/// Selects whether the server accepts writes. An Aurora reader reports `innodb_read_only`.
pub(super) const ROLE: &str = "SELECT @@GLOBAL.read_only = 0 AND @@GLOBAL.innodb_read_only = 0";

pub(super) const LOAD: &str = "SELECT account, state FROM accounts WHERE account IN ({list})";
pub(super) const WATERMARKS: &str = "SELECT account, seq FROM accounts";
pub(super) const PARKED: &str = "SELECT account, parked FROM accounts WHERE parked IS NOT NULL";
pub(super) const ORDERS: &str = "SELECT seq, idx, status, reason FROM orders
    WHERE account = ? AND client_id = ? ORDER BY seq, idx";

/// Locks existing rows and creates missing ones, all in the given order. The statement is not `INSERT IGNORE`, which
/// takes shared locks: two transactions that share a lock would each wait for the other to release it.
pub(super) const ENSURE: &str = "INSERT INTO accounts (account, seq, state, hash) VALUES {rows}
    ON DUPLICATE KEY UPDATE account = account";
/// Locks the rows in the order of the primary key. The hint makes the server use this key even for a long list or a
/// small table.
pub(super) const LOCK: &str = "SELECT account, seq FROM accounts FORCE INDEX (PRIMARY)
    WHERE account IN ({list}) ORDER BY account FOR UPDATE";
/// Deletes the rows that [`ENSURE`] created for accounts whose deltas were stale.
pub(super) const REMOVE_EMPTY: &str =
    "DELETE FROM accounts WHERE hash = '' AND account IN ({list})";
/// Replaces existing rows. An upsert would have to name the new values, and the only syntax for that which MySQL and
/// MariaDB share is deprecated in MySQL.
pub(super) const ADVANCE: &str =
    "REPLACE INTO accounts (account, seq, state, hash, parked) VALUES {rows}";
pub(super) const BOOK: &str = "INSERT INTO orders
    (account, seq, idx, client_id, status, reason, body) VALUES {rows}";
/// Inserts outbox rows. The server numbers them in the order of the given rows.
pub(super) const PUBLISH: &str = "INSERT INTO outbox
    (account, seq, idx, client_id, status, epoch, at_ms) VALUES {rows}";

pub(super) const OUTBOX: &str = "SELECT number, account, seq, idx, client_id, status, epoch
    FROM outbox WHERE published = 0 ORDER BY number LIMIT ?";
pub(super) const MARK: &str = "UPDATE outbox SET published = true WHERE number IN ({list})";
pub(super) const REOPEN: &str = "INSERT INTO republish (one, next, last)
    SELECT 1, f.number, f.last FROM (
        SELECT number, (SELECT max(number) FROM outbox) AS last FROM outbox
        WHERE at_ms >= ? ORDER BY at_ms, number LIMIT 1) AS f
    ON DUPLICATE KEY UPDATE next = least(republish.next, f.number), last = f.last";
pub(super) const TO_REPUBLISH: &str = "SELECT EXISTS (SELECT 1 FROM republish)";
pub(super) const REOPEN_FROM: &str = "SELECT next, last FROM republish FOR UPDATE";
pub(super) const REOPEN_PART: &str =
    "UPDATE outbox SET published = false WHERE number >= ? AND number < ? AND number <= ?";
pub(super) const REOPEN_NEXT: &str = "UPDATE republish SET next = ?";
pub(super) const REOPEN_END: &str = "DELETE FROM republish";
/// Deletes one part of the published rows, because deleting a day's rows in one statement would exceed the statement
/// timeout.
pub(super) const PRUNE: &str = "DELETE FROM outbox
    WHERE published = 1 AND at_ms < ? ORDER BY at_ms LIMIT ?";
