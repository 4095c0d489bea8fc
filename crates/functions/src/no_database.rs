//! The projection of a role that has none, such as health: every question is one that nobody answers.

use async_trait::async_trait;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, ClientId, Epoch, Seq};
use leeward_store::{
    AccountDelta, Committed, OrderRow, OutboxRow, Projection, Role, StoreError, Stored,
};
use std::collections::BTreeMap;

pub(crate) struct Nowhere;

fn nobody<T>() -> Stored<T> {
    Err(StoreError::Unavailable("this function has no database".into()))
}

#[async_trait]
impl Projection for Nowhere {
    async fn role(&self) -> Stored<Role> {
        nobody()
    }
    async fn prepare(&self) -> Stored<()> {
        nobody()
    }
    async fn load(&self, _: &[AccountId]) -> Stored<Vec<AccountState>> {
        nobody()
    }
    async fn commit(&self, _: Epoch, _: u64, _: Vec<AccountDelta>) -> Stored<Vec<Committed>> {
        nobody()
    }
    async fn account(&self, _: &AccountId) -> Stored<Option<AccountState>> {
        nobody()
    }
    async fn orders(&self, _: &AccountId, _: &ClientId) -> Stored<Vec<OrderRow>> {
        nobody()
    }
    async fn watermarks(&self) -> Stored<BTreeMap<AccountId, Seq>> {
        nobody()
    }
    async fn parked(&self) -> Stored<BTreeMap<AccountId, String>> {
        nobody()
    }
    async fn outbox(&self, _: u32) -> Stored<Vec<OutboxRow>> {
        nobody()
    }
    async fn mark_published(&self, _: &[i64]) -> Stored<()> {
        nobody()
    }
    async fn reopen_outbox(&self, _: u64) -> Stored<()> {
        nobody()
    }
    async fn prune_outbox(&self, _: u64) -> Stored<()> {
        nobody()
    }
}
