//! The model of Aurora's storage layer for SQLite files: it ships commits from the writer's file to a reader's file,
//! sets roles, and rebuilds a former primary.
//!
//! Each commit is shipped as one JSON text with the rows that it wrote. A reader applies whole commits in order, so it
//! is always in a past state of the writer, as with Aurora.

use super::schema::{open, unavailable};
use crate::rows::AccountRow;
use crate::{ServerRole, Stored};
use rusqlite::backup::StepResult;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// The pause between attempts to copy a file that another connection has locked.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

#[derive(Serialize, Deserialize)]
enum Commit {
    Accounts(Vec<AccountRow>),
    Marks(Vec<i64>),
}

pub(super) fn write_account(tx: &Connection, s: &AccountRow) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![s.account, s.seq as i64, s.state, s.hash, s.parked])?;
    let mut insert = tx.prepare_cached("INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let mut tell = tx.prepare_cached(
        "INSERT INTO outbox (account, seq, idx, client_id, status, epoch, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for o in &s.orders {
        let seq = o.seq as i64;
        insert.execute(params![
            s.account,
            seq,
            o.index,
            o.client_id,
            o.status,
            o.reason,
            o.body
        ])?;
        if !s.is_canary() {
            let (epoch, at_ms) = (s.epoch as i64, s.at_ms as i64);
            tell.execute(params![s.account, seq, o.index, o.client_id, o.status, epoch, at_ms])?;
        }
    }
    Ok(())
}

fn append(tx: &Connection, at_ms: u64, commit: &Commit) -> rusqlite::Result<()> {
    let body = serde_json::to_string(commit).expect("a commit always serializes");
    tx.prepare_cached("INSERT INTO shipping (at_ms, body) VALUES (?1, ?2)")?
        .execute(params![at_ms as i64, body])
        .map(drop)
}

pub(super) fn append_shipping(
    tx: &Connection,
    at_ms: u64,
    shipped: &[AccountRow],
) -> rusqlite::Result<()> {
    if shipped.is_empty() {
        return Ok(());
    }
    let body = serde_json::to_string(shipped).expect("a commit always serializes");
    tx.prepare_cached("INSERT INTO shipping (at_ms, body) VALUES (?1, ?2)")?
        .execute(params![at_ms as i64, format!("{{\"Accounts\":{body}}}")])
        .map(drop)
}

pub(super) fn append_marks(tx: &Connection, rows: &[i64]) -> rusqlite::Result<()> {
    append(tx, 0, &Commit::Marks(rows.to_vec()))
}

/// A cluster's SQLite file, with the operations of the storage layer.
pub struct ClusterFile {
    connection: Connection,
}

impl ClusterFile {
    pub fn open(path: &Path) -> Stored<ClusterFile> {
        Ok(ClusterFile { connection: open(path)? })
    }

    pub fn set_role(&self, role: ServerRole) -> Stored<()> {
        self.connection
            .execute(
                "UPDATE cluster SET writable = ?1, member = ?2",
                params![role.writable, role.member],
            )
            .map(drop)
            .map_err(unavailable)
    }

    pub fn role(&self) -> Stored<ServerRole> {
        self.connection
            .query_row("SELECT writable, member FROM cluster", [], |row| {
                Ok(ServerRole { writable: row.get(0)?, member: row.get(1)? })
            })
            .map_err(unavailable)
    }

    /// Returns the number of commits that have not been shipped to `to`, and the time of the oldest one in
    /// milliseconds.
    pub fn behind(&self, to: &ClusterFile) -> Stored<(u64, Option<u64>)> {
        let applied = to.applied()?;
        self.connection
            .query_row(
                "SELECT count(*), min(nullif(at_ms, 0)) FROM shipping WHERE lsn > ?1",
                [applied],
                |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, Option<i64>>(1)?)),
            )
            .map(|(n, at)| (n, at.map(|at| at as u64)))
            .map_err(unavailable)
    }

    fn applied(&self) -> Stored<i64> {
        self.connection
            .query_row("SELECT applied FROM cluster", [], |row| row.get(0))
            .map_err(unavailable)
    }

    /// Ships up to `limit` commits that are at least `lag_ms` old by the wall-clock time, and returns their number.
    ///
    /// A commit with a time in the future is shipped immediately: the clock was set back by an unknown amount, and
    /// shipping must not stop for that long.
    pub fn ship(
        &mut self,
        to: &mut ClusterFile,
        now_ms: u64,
        lag_ms: u64,
        limit: u32,
    ) -> Stored<u32> {
        let before_ms = now_ms.saturating_sub(lag_ms);
        let applied = to.applied()?;
        let rows: Vec<(i64, String)> = {
            let mut statement = self
                .connection
                .prepare_cached(
                    // Shipping stops at the first commit that is too young, because commits are shipped in order.
                    "SELECT lsn, body FROM shipping WHERE lsn > ?1 AND lsn < coalesce(
                         (SELECT min(lsn) FROM shipping WHERE lsn > ?1 AND at_ms > ?2
                              AND at_ms <= ?4),
                         9223372036854775807)
                     ORDER BY lsn LIMIT ?3",
                )
                .map_err(unavailable)?;
            let rows = statement
                .query_map(params![applied, before_ms as i64, limit, now_ms as i64], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .map_err(unavailable)?;
            rows.collect::<rusqlite::Result<_>>().map_err(unavailable)?
        };
        let Some(last) = rows.last().map(|(lsn, _)| *lsn) else { return Ok(0) };
        let tx = to
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(unavailable)?;
        for (_, body) in &rows {
            let commit: Commit = serde_json::from_str(body)
                .map_err(|e| crate::StoreError::Content(e.to_string()))?;
            apply(&tx, &commit).map_err(unavailable)?;
        }
        tx.execute("UPDATE cluster SET applied = ?1", [last]).map_err(unavailable)?;
        tx.commit().map_err(unavailable)?;
        self.connection
            .execute("DELETE FROM shipping WHERE lsn <= ?1", [last])
            .map_err(unavailable)?;
        Ok(rows.len() as u32)
    }

    /// Replaces the content of this file with a copy of `from`, as a former primary gets a new volume, and makes this
    /// file a reader.
    pub fn rebuild(&mut self, from: &ClusterFile) -> Stored<()> {
        {
            let backup = rusqlite::backup::Backup::new(&from.connection, &mut self.connection)
                .map_err(unavailable)?;
            // The copy is a single step, because a commit between two steps would restart it, so that under load it
            // would never end. In WAL mode a reader does not block writers.
            while backup.step(-1).map_err(unavailable)? != StepResult::Done {
                std::thread::park_timeout(BUSY_PAUSE);
            }
        }
        let newest: Option<i64> = self
            .connection
            .query_row("SELECT max(seq) FROM sqlite_sequence WHERE name = 'shipping'", [], |r| {
                r.get(0)
            })
            .optional()
            .map_err(unavailable)?
            .flatten();
        self.connection.execute("DELETE FROM shipping", []).map_err(unavailable)?;
        self.connection
            .execute(
                "UPDATE cluster SET writable = 0, member = 1, applied = ?1",
                [newest.unwrap_or(0)],
            )
            .map(drop)
            .map_err(unavailable)
    }
}

fn apply(tx: &Connection, commit: &Commit) -> rusqlite::Result<()> {
    match commit {
        Commit::Accounts(list) => list.iter().try_for_each(|s| write_account(tx, s)),
        Commit::Marks(rows) => rows.iter().try_for_each(|number| {
            tx.prepare_cached("UPDATE outbox SET published = 1 WHERE number = ?1")?
                .execute([number])
                .map(drop)
        }),
    }
}
