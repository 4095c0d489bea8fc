//! One transaction for a batch of accounts, whatever the number of their orders.

use super::connect::failed;
use super::schema::{ADVANCE, BOOK, ENSURE, LOCK, TELL};
use crate::rows::{AccountRow, OrderLine};
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
    let mut there = lock(&tx, deltas).await?;
    let mut out = Vec::with_capacity(deltas.len());
    let mut rows: Vec<AccountRow> = Vec::with_capacity(deltas.len());
    for delta in deltas {
        // SAFE-3, SAFE-6: under the row's lock, only from the watermark that was folded from.
        match there.get_mut(delta.state.account.as_str()) {
            Some(seq) if *seq == delta.base.0 as i64 => {
                *seq = delta.state.seq.0 as i64;
                rows.push(AccountRow::of(epoch, at_ms, delta));
                out.push(Committed::Applied);
            }
            _ => out.push(Committed::Stale),
        }
    }
    if rows.is_empty() {
        // Nothing is kept, the empty rows of unknown accounts neither.
        tx.rollback().await.map_err(failed)?;
        return Ok(out);
    }
    write(&tx, epoch, at_ms, &rows).await?;
    tx.commit().await.map_err(failed)?;
    Ok(out)
}

/// The watermark of each account, whose row is ours until the end of the transaction.
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

async fn write(tx: &Transaction<'_>, epoch: Epoch, at_ms: u64, rows: &[AccountRow]) -> Stored<()> {
    // An account that took two steps in one batch is written as it is after the last.
    let last: BTreeMap<&str, &AccountRow> = rows.iter().map(|r| (r.account.as_str(), r)).collect();
    let last: Vec<&AccountRow> = last.into_values().collect();
    let accounts: Vec<&str> = last.iter().map(|r| r.account.as_str()).collect();
    let seqs: Vec<i64> = last.iter().map(|r| r.seq as i64).collect();
    let states: Vec<&str> = last.iter().map(|r| r.state.as_str()).collect();
    let hashes: Vec<&str> = last.iter().map(|r| r.hash.as_str()).collect();
    let parked: Vec<Option<&str>> = last.iter().map(|r| r.parked.as_deref()).collect();
    execute(tx, ADVANCE, &[&accounts, &seqs, &states, &hashes, &parked]).await?;
    let lines = Lines::of(rows.iter().flat_map(|r| r.orders.iter().map(move |o| (r, o))));
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
    let told = rows.iter().filter(|r| !r.is_canary());
    let told = Lines::of(told.flat_map(|r| r.orders.iter().map(move |o| (r, o))));
    let (epoch, at_ms) = (epoch.0 as i64, at_ms as i64);
    execute(
        tx,
        TELL,
        &[
            &told.accounts,
            &told.seqs,
            &told.indexes,
            &told.client_ids,
            &told.statuses,
            &epoch,
            &at_ms,
        ],
    )
    .await
}

/// Orders as columns.
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
