//! The implementation of [`Projection`] on MySQL.

use super::commit::commit;
use super::connect::{Connector, failed, read};
use super::schema::{
    LOAD, MARK, ORDERS, OUTBOX, PARKED, PRUNE, REOPEN, REOPEN_END, REOPEN_FROM, REOPEN_NEXT,
    REOPEN_PART, ROLE, TABLES, TO_REPUBLISH, WATERMARKS,
};
use super::session::{Lease, Session, Sql};
use crate::connect::{CredentialSource, ServerConfig, checkout, pool};
use crate::rows::{OutboxColumns, account_id, content, in_order, outbox_row};
use crate::{
    AccountDelta, CLOCKS_APART_MS, Committed, OrderRow, OutboxRow, Projection, ServerRole,
    StoreError, Stored,
};
use async_trait::async_trait;
use deadpool::managed::Pool;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use mysql_async::prelude::FromRow;
use mysql_async::{Params, Row, from_row_opt};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The number of rows that one statement of [`Projection::prune_outbox`] deletes.
const PRUNED_AT_ONCE: u64 = 5_000;

/// The projection behind one Region's cluster endpoint.
pub struct MysqlStore {
    pool: Pool<Connector>,
    /// Whether RDS last reported this cluster as a member of the global cluster. SQL cannot query the membership.
    member: AtomicBool,
}

fn columns<T: FromRow>(row: Row) -> Stored<T> {
    from_row_opt(row).map_err(content)
}

impl MysqlStore {
    /// Creates the store, which opens its first connection on first use.
    pub fn new(config: ServerConfig, source: Arc<dyn CredentialSource>) -> Stored<MysqlStore> {
        let pool = pool(&config, Connector::new(config.clone(), source)?)?;
        Ok(MysqlStore { pool, member: AtomicBool::new(true) })
    }

    /// Creates the missing tables. The store must be connected to the writer.
    pub async fn migrate(&self) -> Stored<()> {
        let mut lease = self.lease().await?;
        for table in TABLES {
            let done = lease.execute(table).await;
            self.judge(done)?;
        }
        lease.give_back();
        Ok(())
    }

    /// Records whether RDS reports the cluster as part of the global cluster (R19).
    pub fn set_member(&self, member: bool) {
        self.member.store(member, Ordering::Relaxed);
    }

    async fn lease(&self) -> Stored<Lease> {
        Ok(Lease::new(checkout(&self.pool).await?))
    }

    /// Classifies an error, and empties the pool after a refused write or a broken connection.
    ///
    /// A server that refuses writes may be the former writer, and a broken connection is rarely the only one. New
    /// connections resolve the endpoint's name again.
    fn judge<T>(&self, done: Sql<T>) -> Stored<T> {
        done.map_err(|error| {
            let broken = error.is_fatal();
            let meant = failed(error);
            if broken || matches!(meant, StoreError::ReadOnly) {
                self.pool.retain(|_, _| false);
            }
            meant
        })
    }

    fn end<T>(&self, lease: Lease, done: Sql<T>) -> Stored<T> {
        let done = self.judge(done)?;
        lease.give_back();
        Ok(done)
    }

    async fn rows(&self, sql: &str, parameters: impl Into<Params>) -> Stored<Vec<Row>> {
        let mut lease = self.lease().await?;
        let done = lease.rows(sql, parameters).await;
        self.end(lease, done)
    }

    async fn write(&self, sql: &str, parameters: impl Into<Params>) -> Stored<u64> {
        let mut lease = self.lease().await?;
        let done = lease.write(sql, parameters).await;
        self.end(lease, done)
    }

    /// Returns the single boolean that a query selects.
    async fn query_bool(&self, sql: &str) -> Stored<bool> {
        let row = self.rows(sql, ()).await?.pop();
        row.map_or(Ok(false), |row| columns::<(bool,)>(row).map(|(yes,)| yes))
    }

    async fn states(&self, accounts: &[&str]) -> Stored<BTreeMap<String, AccountState>> {
        let mut lease = self.lease().await?;
        let rows = lease.rows_among(LOAD, accounts).await;
        let state = |row| {
            let (account, state): (String, String) = columns(row)?;
            Ok((account, serde_json::from_str(&state).map_err(content)?))
        };
        self.end(lease, rows)?.into_iter().map(state).collect()
    }

    async fn unmarked(&self, limit: u32) -> Stored<Vec<OutboxRow>> {
        let rows = self.rows(OUTBOX, (limit,)).await?;
        rows.into_iter().map(|row| outbox_row(columns::<OutboxColumns>(row)?)).collect()
    }
}

/// Unmarks the next rows of the reopened range, and advances the range's cursor, or deletes it at the end of the range.
async fn reopen_part(session: &mut Session, limit: u32) -> Sql<()> {
    session.execute("START TRANSACTION").await?;
    let cursor = session.rows(REOPEN_FROM, ()).await?.pop();
    // Another publisher may have reached the end of the range in the meantime.
    if let Some(row) = cursor {
        let (next, last): (i64, i64) = read(row)?;
        let end = next.saturating_add(i64::from(limit));
        session.write(REOPEN_PART, (next, end, last)).await?;
        match end > last {
            true => session.write(REOPEN_END, ()).await?,
            false => session.write(REOPEN_NEXT, (end,)).await?,
        };
    }
    session.execute("COMMIT").await
}

#[async_trait]
impl Projection for MysqlStore {
    async fn prepare(&self) -> Stored<()> {
        self.migrate().await
    }

    async fn role(&self) -> Stored<ServerRole> {
        let writable = self.query_bool(ROLE).await?;
        Ok(ServerRole { writable, member: self.member.load(Ordering::Relaxed) })
    }

    async fn load(&self, accounts: &[AccountId]) -> Stored<Vec<AccountState>> {
        let names: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
        Ok(in_order(accounts, self.states(&names).await?))
    }

    async fn commit(
        &self,
        epoch: Epoch,
        at_ms: u64,
        deltas: Vec<AccountDelta>,
    ) -> Stored<Vec<Committed>> {
        let mut lease = self.lease().await?;
        let done = commit(&mut lease, epoch, at_ms, &deltas).await;
        self.end(lease, done)
    }

    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>> {
        Ok(self.states(&[account.as_str()]).await?.into_values().next())
    }

    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>> {
        let rows = self.rows(ORDERS, (account.as_str(), id.as_str())).await?;
        let order = |row| {
            let (seq, index, status, reason) = columns::<(i64, u32, String, Option<String>)>(row)?;
            Ok(OrderRow { seq: Seq(seq as u64), index, client_id: id.clone(), status, reason })
        };
        rows.into_iter().map(order).collect()
    }

    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>> {
        let mark = |row| {
            let (account, seq) = columns::<(String, i64)>(row)?;
            Ok((account_id(&account)?, Seq(seq as u64)))
        };
        self.rows(WATERMARKS, ()).await?.into_iter().map(mark).collect()
    }

    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>> {
        let why = |row| {
            let (account, why) = columns::<(String, String)>(row)?;
            Ok((account_id(&account)?, why))
        };
        self.rows(PARKED, ()).await?.into_iter().map(why).collect()
    }

    async fn outbox(&self, limit: u32) -> Stored<Vec<OutboxRow>> {
        loop {
            let rows = self.unmarked(limit).await?;
            if rows.len() >= limit as usize
                || !self.query_bool(TO_REPUBLISH).await?
                || !self.query_bool(ROLE).await?
            {
                return Ok(rows);
            }
            let mut lease = self.lease().await?;
            let done = reopen_part(&mut lease, limit).await;
            self.end(lease, done)?;
        }
    }

    async fn mark_published(&self, rows: &[i64]) -> Stored<()> {
        let mut lease = self.lease().await?;
        let done = lease.write_among(MARK, rows).await;
        self.end(lease, done)
    }

    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()> {
        let since = since_ms.saturating_sub(CLOCKS_APART_MS) as i64;
        self.write(REOPEN, (since,)).await.map(drop)
    }

    async fn prune_outbox(&self, before_ms: u64) -> Stored<()> {
        while self.write(PRUNE, (before_ms, PRUNED_AT_ONCE)).await? == PRUNED_AT_ONCE {}
        Ok(())
    }
}
