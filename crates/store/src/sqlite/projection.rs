//! The implementation of [`Projection`] on SQLite.

use super::replica::{append_shipping, write_account};
use super::schema::{open, unavailable};
use super::worker::Worker;
use crate::rows::{AccountRow, OutboxColumns, account_id, content, outbox_row};
use crate::{
    AccountDelta, CLOCKS_APART_MS, Committed, OrderRow, OutboxRow, Projection, ServerRole,
    StoreError, Stored,
};
use async_trait::async_trait;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use std::collections::BTreeMap;
use std::path::Path;

/// The projection behind one Region's cluster endpoint, with a writing and a reading connection to its file.
pub struct SqliteStore {
    writer: Worker,
    reader: Worker,
}

impl SqliteStore {
    pub fn open(path: &Path) -> Stored<SqliteStore> {
        Ok(SqliteStore {
            writer: Worker::start("store-writer", open(path)?)?,
            reader: Worker::start("store-reader", open(path)?)?,
        })
    }
}

fn read_state(connection: &Connection, account: &AccountId) -> Stored<Option<AccountState>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT state FROM accounts WHERE account = ?1")
        .and_then(|mut s| s.query_row([account.as_str()], |row| row.get(0)).optional())
        .map_err(unavailable)?;
    text.map(|text| serde_json::from_str(&text).map_err(content)).transpose()
}

fn role(connection: &Connection) -> Stored<ServerRole> {
    connection
        .prepare_cached("SELECT writable, member FROM cluster")
        .and_then(|mut s| {
            s.query_row([], |row| Ok(ServerRole { writable: row.get(0)?, member: row.get(1)? }))
        })
        .map_err(unavailable)
}

fn commit(
    connection: &mut Connection,
    epoch: Epoch,
    at_ms: u64,
    deltas: &[AccountDelta],
) -> Stored<Vec<Committed>> {
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(unavailable)?;
    if !role(&tx)?.writable {
        return Err(StoreError::ReadOnly);
    }
    let mut out = Vec::with_capacity(deltas.len());
    let mut shipped = Vec::with_capacity(deltas.len());
    for delta in deltas {
        // SAFE-3, SAFE-6: a delta is applied under the write lock, and only if the watermark is the one from which the
        // delta was folded.
        let there: Option<i64> = tx
            .prepare_cached("SELECT seq FROM accounts WHERE account = ?1")
            .and_then(|mut s| {
                s.query_row([delta.state.account.as_str()], |row| row.get(0)).optional()
            })
            .map_err(unavailable)?;
        if there.unwrap_or(0) as u64 != delta.base.0 {
            out.push(Committed::Stale);
            continue;
        }
        let one = AccountRow::of(epoch, at_ms, delta);
        write_account(&tx, &one).map_err(unavailable)?;
        shipped.push(one);
        out.push(Committed::Applied);
    }
    append_shipping(&tx, at_ms, &shipped).map_err(unavailable)?;
    tx.commit().map_err(unavailable)?;
    Ok(out)
}

fn order_row(row: &Row<'_>) -> rusqlite::Result<(i64, u32, String, String, Option<String>)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn outbox_columns(row: &Row<'_>) -> rusqlite::Result<OutboxColumns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

/// Unmarks the next rows of the reopened range. Returns `false` if there is no such range, or if the database is not
/// writable.
fn reopen_part(connection: &mut Connection, rows: u32) -> Stored<bool> {
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(unavailable)?;
    if !role(&tx)?.writable {
        return Ok(false);
    }
    let cursor: Option<(i64, i64)> = tx
        .query_row("SELECT next, last FROM republish", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(unavailable)?;
    let Some((next, last)) = cursor else { return Ok(false) };
    let end = next.saturating_add(i64::from(rows));
    tx.execute(
        "UPDATE outbox SET published = 0 WHERE number >= ?1 AND number < ?2 AND number <= ?3",
        params![next, end, last],
    )
    .and_then(|_| match end > last {
        true => tx.execute("DELETE FROM republish", []),
        false => tx.execute("UPDATE republish SET next = ?1", [end]),
    })
    .map_err(unavailable)?;
    tx.commit().map_err(unavailable)?;
    Ok(true)
}

impl SqliteStore {
    /// Returns at most `limit` outbox rows that are not marked as published. Also returns whether `republish` still
    /// lists rows that must be published again and may still be marked as published.
    async fn unmarked(&self, limit: u32) -> Stored<(Vec<OutboxRow>, bool)> {
        self.reader
            .run(move |connection| {
                let more = connection
                    .prepare_cached("SELECT EXISTS (SELECT 1 FROM republish)")
                    .and_then(|mut s| s.query_row([], |row| row.get(0)))
                    .map_err(unavailable)?;
                let mut statement = connection
                    .prepare_cached(
                        "SELECT number, account, seq, idx, client_id, status, epoch FROM outbox
                         WHERE published = 0 ORDER BY number LIMIT ?1",
                    )
                    .map_err(unavailable)?;
                let rows = statement.query_map([limit], outbox_columns).map_err(unavailable)?;
                let rows = rows.map(|row| outbox_row(row.map_err(unavailable)?));
                Ok((rows.collect::<Stored<Vec<OutboxRow>>>()?, more))
            })
            .await
    }
}

#[async_trait]
impl Projection for SqliteStore {
    /// Does nothing, because opening the file creates the tables.
    async fn prepare(&self) -> Stored<()> {
        Ok(())
    }

    async fn role(&self) -> Stored<ServerRole> {
        self.reader.run(|connection| role(connection)).await
    }

    async fn load(&self, accounts: &[AccountId]) -> Stored<Vec<AccountState>> {
        let accounts = accounts.to_vec();
        self.reader
            .run(move |connection| {
                let tx = connection.transaction().map_err(unavailable)?;
                accounts
                    .into_iter()
                    .map(|account| {
                        let state = read_state(&tx, &account)?;
                        Ok(state.unwrap_or_else(|| AccountState::empty(account)))
                    })
                    .collect()
            })
            .await
    }

    async fn commit(
        &self,
        epoch: Epoch,
        at_ms: u64,
        deltas: Vec<AccountDelta>,
    ) -> Stored<Vec<Committed>> {
        self.writer.run(move |connection| commit(connection, epoch, at_ms, &deltas)).await
    }

    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>> {
        let account = account.clone();
        self.reader.run(move |connection| read_state(connection, &account)).await
    }

    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>> {
        let (account, id) = (account.clone(), id.clone());
        self.reader
            .run(move |connection| {
                let mut statement = connection
                    .prepare_cached(
                        "SELECT seq, idx, client_id, status, reason FROM orders
                         WHERE account = ?1 AND client_id = ?2 ORDER BY seq, idx",
                    )
                    .map_err(unavailable)?;
                let rows = statement
                    .query_map([account.as_str(), id.as_str()], order_row)
                    .map_err(unavailable)?;
                rows.map(|row| {
                    let (seq, index, client_id, status, reason) = row.map_err(unavailable)?;
                    let client_id = ClientId::new(&client_id).map_err(content)?;
                    Ok(OrderRow { seq: Seq(seq as u64), index, client_id, status, reason })
                })
                .collect()
            })
            .await
    }

    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>> {
        self.reader
            .run(|connection| {
                let mut statement = connection
                    .prepare_cached("SELECT account, seq FROM accounts")
                    .map_err(unavailable)?;
                let rows = statement
                    .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
                    .map_err(unavailable)?;
                rows.map(|row| {
                    let (account, seq) = row.map_err(unavailable)?;
                    Ok((account_id(&account)?, Seq(seq as u64)))
                })
                .collect()
            })
            .await
    }

    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>> {
        self.reader
            .run(|connection| {
                let mut statement = connection
                    .prepare_cached("SELECT account, parked FROM accounts WHERE parked NOT NULL")
                    .map_err(unavailable)?;
                let rows = statement
                    .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
                    .map_err(unavailable)?;
                rows.map(|row| {
                    let (account, why) = row.map_err(unavailable)?;
                    Ok((account_id(&account)?, why))
                })
                .collect()
            })
            .await
    }

    async fn outbox(&self, limit: u32) -> Stored<Vec<OutboxRow>> {
        loop {
            let (rows, more) = self.unmarked(limit).await?;
            let full = rows.len() >= limit as usize;
            if full || !more || !self.writer.run(move |c| reopen_part(c, limit)).await? {
                return Ok(rows);
            }
        }
    }

    async fn mark_published(&self, rows: &[i64]) -> Stored<()> {
        let rows = rows.to_vec();
        self.writer
            .run(move |connection| {
                let tx = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(unavailable)?;
                if !role(&tx)?.writable {
                    return Err(StoreError::ReadOnly);
                }
                for number in &rows {
                    tx.prepare_cached("UPDATE outbox SET published = 1 WHERE number = ?1")
                        .and_then(|mut s| s.execute([number]))
                        .map_err(unavailable)?;
                }
                super::replica::append_marks(&tx, &rows).map_err(unavailable)?;
                tx.commit().map_err(unavailable)
            })
            .await
    }

    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()> {
        let since = since_ms.saturating_sub(CLOCKS_APART_MS) as i64;
        self.writer
            .run(move |connection| {
                connection
                    .execute(
                        "INSERT INTO republish
                         SELECT 1, number, (SELECT max(number) FROM outbox) FROM outbox
                         WHERE at_ms >= ?1 ORDER BY at_ms, number LIMIT 1
                         ON CONFLICT DO UPDATE
                         SET next = min(next, excluded.next), last = excluded.last",
                        params![since],
                    )
                    .map(drop)
                    .map_err(unavailable)
            })
            .await
    }

    async fn prune_outbox(&self, before_ms: u64) -> Stored<()> {
        self.writer
            .run(move |connection| {
                connection
                    .execute(
                        "DELETE FROM outbox WHERE published = 1 AND at_ms < ?1",
                        params![before_ms as i64],
                    )
                    .map(drop)
                    .map_err(unavailable)
            })
            .await
    }
}
