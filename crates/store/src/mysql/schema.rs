//! Tables and statements, in what MySQL 8.0 and MariaDB both understand. `utf8mb4_bin`: `a` and `A` are two
//! accounts, and names order by their bytes, as everywhere else.
//!
//! `{list}` and `{rows}` are as many placeholders as there are items: see [`super::session`].

/// Safe to run at every start, and by several processes at once.
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

/// `innodb_read_only` is what an Aurora reader says of itself.
pub(super) const ROLE: &str = "SELECT @@GLOBAL.read_only = 0 AND @@GLOBAL.innodb_read_only = 0";

pub(super) const LOAD: &str = "SELECT account, state FROM accounts WHERE account IN ({list})";
pub(super) const WATERMARKS: &str = "SELECT account, seq FROM accounts";
pub(super) const PARKED: &str = "SELECT account, parked FROM accounts WHERE parked IS NOT NULL";
pub(super) const ORDERS: &str = "SELECT seq, idx, status, reason FROM orders
    WHERE account = ? AND client_id = ? ORDER BY seq, idx";

/// Locks rows that are there and makes those that are not, all in the order in which they are given. Not
/// `INSERT IGNORE`, which shares its locks: two that shared one would wait for each other to write.
pub(super) const ENSURE: &str = "INSERT INTO accounts (account, seq, state, hash) VALUES {rows}
    ON DUPLICATE KEY UPDATE account = account";
/// The hint keeps the server on the key, and so in its order, however long the list and small the table.
pub(super) const LOCK: &str = "SELECT account, seq FROM accounts FORCE INDEX (PRIMARY)
    WHERE account IN ({list}) ORDER BY account FOR UPDATE";
/// Rows that [`ENSURE`] made for accounts whose steps were stale.
pub(super) const FORGET: &str = "DELETE FROM accounts WHERE hash = '' AND account IN ({list})";
/// Of rows that are there. An upsert would have to name the new values, for which MySQL and MariaDB have no
/// words in common but some that MySQL wants to be rid of.
pub(super) const ADVANCE: &str =
    "REPLACE INTO accounts (account, seq, state, hash, parked) VALUES {rows}";
pub(super) const BOOK: &str = "INSERT INTO orders
    (account, seq, idx, client_id, status, reason, body) VALUES {rows}";
/// The outbox's numbers follow the rows.
pub(super) const TELL: &str = "INSERT INTO outbox
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
/// In parts: one delete of a day's rows would outlast the time that a statement has.
pub(super) const PRUNE: &str = "DELETE FROM outbox
    WHERE published = 1 AND at_ms < ? ORDER BY at_ms LIMIT ?";
