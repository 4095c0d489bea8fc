//! Tables and statements. With `COLLATE "C"`, names sort by their bytes as in the other engines.

/// Creates the missing tables. Every process may run this at its start; the advisory lock serialises concurrent
/// processes.
pub(super) const SCHEMA: &str = r#"
BEGIN;
SELECT pg_advisory_xact_lock(5499231);
CREATE TABLE IF NOT EXISTS accounts (
    account text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL, state text NOT NULL,
    hash text NOT NULL, parked text);
CREATE TABLE IF NOT EXISTS orders (
    account text COLLATE "C" NOT NULL, seq bigint NOT NULL, idx integer NOT NULL,
    client_id text COLLATE "C" NOT NULL, status text NOT NULL, reason text, body text NOT NULL,
    PRIMARY KEY (account, seq, idx));
CREATE INDEX IF NOT EXISTS orders_by_id ON orders (account, client_id);
CREATE TABLE IF NOT EXISTS outbox (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account text NOT NULL,
    seq bigint NOT NULL, idx integer NOT NULL, client_id text NOT NULL, status text NOT NULL,
    epoch bigint NOT NULL, at_ms bigint NOT NULL, published boolean NOT NULL DEFAULT false);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (number) WHERE NOT published;
CREATE INDEX IF NOT EXISTS outbox_by_time ON outbox (at_ms);
CREATE TABLE IF NOT EXISTS republish (
    one integer PRIMARY KEY CHECK (one = 1), next bigint NOT NULL, last bigint NOT NULL);
COMMIT;
"#;

pub(super) const ROLE: &str =
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'";

pub(super) const LOAD: &str = "SELECT account, state FROM accounts WHERE account = ANY($1)";
pub(super) const WATERMARKS: &str = "SELECT account, seq FROM accounts";
pub(super) const PARKED: &str = "SELECT account, parked FROM accounts WHERE parked IS NOT NULL";
pub(super) const ORDERS: &str = "SELECT seq, idx, status, reason FROM orders
    WHERE account = $1 AND client_id = $2 ORDER BY seq, idx";

/// Inserts empty rows for new accounts, so that there are rows to lock, in the order in which [`LOCK`] locks them.
pub(super) const ENSURE: &str = "INSERT INTO accounts (account, seq, state, hash)
    SELECT a, 0, '', '' FROM unnest($1::text[]) AS a ORDER BY a COLLATE \"C\"
    ON CONFLICT DO NOTHING";
pub(super) const LOCK: &str = "SELECT account, seq FROM accounts WHERE account = ANY($1)
    ORDER BY account FOR UPDATE";
pub(super) const ADVANCE: &str = "UPDATE accounts AS a
    SET seq = n.seq, state = n.state, hash = n.hash, parked = n.parked
    FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
        AS n (account, seq, state, hash, parked)
    WHERE a.account = n.account";
pub(super) const BOOK: &str = "INSERT INTO orders
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::text[],
        $6::text[], $7::text[])";
/// Inserts outbox rows. Sorting by the ordinality numbers them in the order in which the arrays list the orders.
pub(super) const PUBLISH: &str =
    "INSERT INTO outbox (account, seq, idx, client_id, status, epoch, at_ms)
    SELECT account, seq, idx, client_id, status, $6, $7
    FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::text[])
        WITH ORDINALITY AS n (account, seq, idx, client_id, status, place)
    ORDER BY place";

pub(super) const OUTBOX: &str = "SELECT number, account, seq, idx, client_id, status, epoch
    FROM outbox WHERE NOT published ORDER BY number LIMIT $1";
pub(super) const MARK: &str = "UPDATE outbox SET published = true WHERE number = ANY($1)";
pub(super) const REOPEN: &str = "INSERT INTO republish AS r (one, next, last)
    SELECT 1, number, (SELECT max(number) FROM outbox) FROM outbox
    WHERE at_ms >= $1 ORDER BY at_ms, number LIMIT 1
    ON CONFLICT (one) DO UPDATE SET next = least(r.next, excluded.next), last = excluded.last";
pub(super) const TO_REPUBLISH: &str = "SELECT EXISTS (SELECT 1 FROM republish)";
/// Marks the outbox rows with the next `$1` numbers of the reopened range as unpublished. Then advances the range's
/// cursor, or deletes the range if its end is reached.
pub(super) const REOPEN_PART: &str = "WITH part AS (
        SELECT next, last FROM republish FOR UPDATE),
    opened AS (
        UPDATE outbox SET published = false FROM part
        WHERE number >= part.next AND number < part.next + $1 AND number <= part.last),
    ended AS (
        DELETE FROM republish USING part WHERE part.next + $1 > part.last)
    UPDATE republish SET next = part.next + $1 FROM part WHERE part.next + $1 <= part.last";
pub(super) const PRUNE: &str = "DELETE FROM outbox WHERE published AND at_ms < $1";
