//! The implementation of [`Projection`] on PostgreSQL.

use super::commit::commit;
use super::connect::{Connector, failed};
use super::schema::{
    LOAD, MARK, ORDERS, OUTBOX, PARKED, PRUNE, REOPEN, REOPEN_PART, ROLE, SCHEMA, TO_REPUBLISH,
    WATERMARKS,
};
use crate::connect::{CredentialSource, ServerConfig, checkout, pool};
use crate::rows::{account_id, content, in_order, outbox_row};
use crate::{
    AccountDelta, CLOCKS_APART_MS, Committed, OrderRow, OutboxRow, Projection, ServerRole,
    StoreError, Stored,
};
use async_trait::async_trait;
use deadpool::managed::{Object, Pool};
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// The projection behind one Region's cluster endpoint.
pub struct PostgresStore {
    pool: Pool<Connector>,
    /// Whether RDS last reported this cluster as a member of the global cluster. SQL cannot query the membership.
    member: AtomicBool,
}

impl PostgresStore {
    /// Creates the store, which opens its first connection on first use.
    pub fn new(config: ServerConfig, source: Arc<dyn CredentialSource>) -> Stored<PostgresStore> {
        let pool = pool(&config, Connector::new(config.clone(), source)?)?;
        Ok(PostgresStore { pool, member: AtomicBool::new(true) })
    }

    /// Creates the missing tables. The store must be connected to the writer.
    pub async fn migrate(&self) -> Stored<()> {
        self.client().await?.batch_execute(SCHEMA).await.map_err(failed)
    }

    /// Records whether RDS reports the cluster as part of the global cluster (R19).
    pub fn set_member(&self, member: bool) {
        self.member.store(member, Ordering::Relaxed);
    }

    async fn client(&self) -> Stored<Object<Connector>> {
        checkout(&self.pool).await
    }

    async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Stored<Vec<Row>> {
        let client = self.client().await?;
        let statement = client.prepare_cached(sql).await.map_err(failed)?;
        client.query(&statement, parameters).await.map_err(failed)
    }

    /// Returns the single boolean that a query selects.
    async fn query_bool(&self, sql: &str) -> Stored<bool> {
        Ok(self.rows(sql, &[]).await?.first().is_some_and(|row| row.get(0)))
    }

    async fn write(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Stored<()> {
        let client = self.client().await?;
        let statement = client.prepare_cached(sql).await.map_err(failed)?;
        let done = client.execute(&statement, parameters).await.map(drop).map_err(failed);
        self.after_write(done)
    }

    /// Empties the pool after a refused write. The server may be the former writer, and new connections resolve the
    /// endpoint's name again.
    fn after_write<T>(&self, done: Stored<T>) -> Stored<T> {
        if matches!(done, Err(StoreError::ReadOnly)) {
            self.pool.retain(|_, _| false);
        }
        done
    }

    async fn unmarked(&self, limit: u32) -> Stored<Vec<OutboxRow>> {
        let rows = self.rows(OUTBOX, &[&i64::from(limit)]).await?;
        let columns = |row: &Row| {
            let index = row.get::<_, i32>(3) as u32;
            let (status, epoch) = (row.get(5), row.get(6));
            (row.get(0), row.get(1), row.get(2), index, row.get(4), status, epoch)
        };
        rows.iter().map(|row| outbox_row(columns(row))).collect()
    }

    async fn states(&self, accounts: &[&str]) -> Stored<BTreeMap<String, AccountState>> {
        let rows = self.rows(LOAD, &[&accounts]).await?;
        rows.iter()
            .map(|row| {
                let state = serde_json::from_str(row.get(1)).map_err(content)?;
                Ok((row.get(0), state))
            })
            .collect()
    }
}

#[async_trait]
impl Projection for PostgresStore {
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
        let mut client = self.client().await?;
        let done = commit(&mut client, epoch, at_ms, &deltas).await;
        drop(client);
        self.after_write(done)
    }

    async fn account(&self, account: &AccountId) -> Stored<Option<AccountState>> {
        Ok(self.states(&[account.as_str()]).await?.into_values().next())
    }

    async fn orders(&self, account: &AccountId, id: &ClientId) -> Stored<Vec<OrderRow>> {
        let rows = self.rows(ORDERS, &[&account.as_str(), &id.as_str()]).await?;
        let row = |row: &Row| OrderRow {
            seq: Seq(row.get::<_, i64>(0) as u64),
            index: row.get::<_, i32>(1) as u32,
            client_id: id.clone(),
            status: row.get(2),
            reason: row.get(3),
        };
        Ok(rows.iter().map(row).collect())
    }

    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>> {
        let rows = self.rows(WATERMARKS, &[]).await?;
        rows.iter()
            .map(|row| Ok((account_id(row.get(0))?, Seq(row.get::<_, i64>(1) as u64))))
            .collect()
    }

    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>> {
        let rows = self.rows(PARKED, &[]).await?;
        rows.iter().map(|row| Ok((account_id(row.get(0))?, row.get(1)))).collect()
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
            self.write(REOPEN_PART, &[&i64::from(limit)]).await?;
        }
    }

    async fn mark_published(&self, rows: &[i64]) -> Stored<()> {
        self.write(MARK, &[&rows]).await
    }

    async fn reopen_outbox(&self, since_ms: u64) -> Stored<()> {
        let since = since_ms.saturating_sub(CLOCKS_APART_MS) as i64;
        self.write(REOPEN, &[&since]).await
    }

    async fn prune_outbox(&self, before_ms: u64) -> Stored<()> {
        self.write(PRUNE, &[&(before_ms as i64)]).await
    }
}
