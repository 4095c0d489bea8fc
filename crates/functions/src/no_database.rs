//! The projection of a role without a database, such as health: every call fails as unavailable.

use async_trait::async_trait;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use leeward_store::{
    AccountDelta, Committed, OrderRow, OutboxRow, Projection, ServerRole, StoreError, Stored,
};
use std::collections::BTreeMap;

/// A projection whose database is always unavailable.
pub(crate) struct NoDatabase;

fn unavailable<T>() -> Stored<T> {
    Err(StoreError::Unavailable("this function has no database".into()))
}

#[async_trait]
impl Projection for NoDatabase {
    async fn role(&self) -> Stored<ServerRole> {
        unavailable()
    }
    async fn prepare(&self) -> Stored<()> {
        unavailable()
    }
    async fn load(&self, _: &[AccountId]) -> Stored<Vec<AccountState>> {
        unavailable()
    }
    async fn commit(&self, _: Epoch, _: u64, _: Vec<AccountDelta>) -> Stored<Vec<Committed>> {
        unavailable()
    }
    async fn account(&self, _: &AccountId) -> Stored<Option<AccountState>> {
        unavailable()
    }
    async fn orders(&self, _: &AccountId, _: &ClientId) -> Stored<Vec<OrderRow>> {
        unavailable()
    }
    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>> {
        unavailable()
    }
    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>> {
        unavailable()
    }
    async fn outbox(&self, _: u32) -> Stored<Vec<OutboxRow>> {
        unavailable()
    }
    async fn mark_published(&self, _: &[i64]) -> Stored<()> {
        unavailable()
    }
    async fn reopen_outbox(&self, _: u64) -> Stored<()> {
        unavailable()
    }
    async fn prune_outbox(&self, _: u64) -> Stored<()> {
        unavailable()
    }
}
