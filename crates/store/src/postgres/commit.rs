//! The transaction that commits a batch of deltas, however many orders they have.

use super::connect::failed;
use super::schema::{ADVANCE, BOOK, ENSURE, LOCK, PUBLISH};
use crate::rows::{AccountRow, OrderLine, Steps, steps};
use crate::{AccountDelta, Committed, Stored};
use deadpool_postgres::{ClientWrapper, Transaction};
use leeward_model::Epoch;
use std::collections::BTreeMap;
use tokio_postgres::types::ToSql;

pub(super) async fn commit(
    client: &mut ClientWrapper,
    epoch: Epoch,
    at_ms: u64,
    deltas: &[AccountDelta],
) -> Stored<Vec<Committed>> {
    let tx = client.transaction().await.map_err(failed)?;
    let there = lock(&tx, deltas).await?;
    let steps = steps(epoch, at_ms, deltas, there);
    if steps.rows.is_empty() {
        // The rollback also removes the empty rows that `lock` inserted for unknown accounts.
        tx.rollback().await.map_err(failed)?;
        return Ok(steps.answers);
    }
    write(&tx, epoch, at_ms, &steps).await?;
    tx.commit().await.map_err(failed)?;
    Ok(steps.answers)
}

/// Locks each account's row until the end of the transaction, and returns the watermarks.
async fn lock(tx: &Transaction<'_>, deltas: &[AccountDelta]) -> Stored<BTreeMap<String, i64>> {
    let names: Vec<&str> = deltas.iter().map(|d| d.state.account.as_str()).collect();
    let new: Vec<&str> =
        deltas.iter().filter(|d| d.base.0 == 0).map(|d| d.state.account.as_str()).collect();
    if !new.is_empty() {
        execute(tx, ENSURE, &[&new]).await?;
    }
    let statement = tx.prepare_cached(LOCK).await.map_err(failed)?;
    let rows = tx.query(&statement, &[&names]).await.map_err(failed)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn execute(
    tx: &Transaction<'_>,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Stored<()> {
    let statement = tx.prepare_cached(sql).await.map_err(failed)?;
    tx.execute(&statement, parameters).await.map(drop).map_err(failed)
}

async fn write(tx: &Transaction<'_>, epoch: Epoch, at_ms: u64, steps: &Steps) -> Stored<()> {
    let last = steps.accounts();
    let accounts: Vec<&str> = last.iter().map(|r| r.account.as_str()).collect();
    let seqs: Vec<i64> = last.iter().map(|r| r.seq as i64).collect();
    let states: Vec<&str> = last.iter().map(|r| r.state.as_str()).collect();
    let hashes: Vec<&str> = last.iter().map(|r| r.hash.as_str()).collect();
    let parked: Vec<Option<&str>> = last.iter().map(|r| r.parked.as_deref()).collect();
    execute(tx, ADVANCE, &[&accounts, &seqs, &states, &hashes, &parked]).await?;
    let lines = Lines::of(steps.orders());
    execute(
        tx,
        BOOK,
        &[
            &lines.accounts,
            &lines.seqs,
            &lines.indexes,
            &lines.client_ids,
            &lines.statuses,
            &lines.reasons,
            &lines.bodies,
        ],
    )
    .await?;
    let published = Lines::of(steps.published_orders());
    let (epoch, at_ms) = (epoch.0 as i64, at_ms as i64);
    execute(
        tx,
        PUBLISH,
        &[
            &published.accounts,
            &published.seqs,
            &published.indexes,
            &published.client_ids,
            &published.statuses,
            &epoch,
            &at_ms,
        ],
    )
    .await
}

/// Orders in columns: one array for each column of the table.
#[derive(Default)]
struct Lines<'a> {
    accounts: Vec<&'a str>,
    seqs: Vec<i64>,
    indexes: Vec<i32>,
    client_ids: Vec<&'a str>,
    statuses: Vec<&'a str>,
    reasons: Vec<Option<&'a str>>,
    bodies: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn of(orders: impl Iterator<Item = (&'a AccountRow, &'a OrderLine)>) -> Lines<'a> {
        let mut lines = Lines::default();
        for (row, order) in orders {
            lines.accounts.push(&row.account);
            lines.seqs.push(order.seq as i64);
            lines.indexes.push(order.index as i32);
            lines.client_ids.push(&order.client_id);
            lines.statuses.push(&order.status);
            lines.reasons.push(order.reason.as_deref());
            lines.bodies.push(&order.body);
        }
        lines
    }
}
