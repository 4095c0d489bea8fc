//! The transaction that commits a batch of deltas, however many orders they have.

use super::connect::{is_deadlock, read};
use super::schema::{ADVANCE, BOOK, ENSURE, LOCK, PUBLISH, REMOVE_EMPTY};
use super::session::{Session, Sql};
use crate::rows::{AccountRow, OrderLine, Steps, steps};
use crate::{AccountDelta, Committed};
use leeward_model::Epoch;
use mysql_async::Value;
use std::collections::{BTreeMap, BTreeSet};

const TRIES: u32 = 4;

pub(super) async fn commit(
    session: &mut Session,
    epoch: Epoch,
    at_ms: u64,
    deltas: &[AccountDelta],
) -> Sql<Vec<Committed>> {
    let mut tries = 1;
    loop {
        match try_commit(session, epoch, at_ms, deltas).await {
            Err(error) if is_deadlock(&error) && tries < TRIES => {
                tracing::debug!(%error, tries, "a deadlock: the batch is retried");
                session.execute("ROLLBACK").await?;
                tries += 1;
            }
            done => return done,
        }
    }
}

async fn try_commit(
    session: &mut Session,
    epoch: Epoch,
    at_ms: u64,
    deltas: &[AccountDelta],
) -> Sql<Vec<Committed>> {
    session.execute("START TRANSACTION").await?;
    let there = lock(session, deltas).await?;
    let mut empty: BTreeSet<String> =
        there.iter().filter(|(_, seq)| **seq == 0).map(|(account, _)| account.clone()).collect();
    let steps = steps(epoch, at_ms, deltas, there);
    if steps.rows.is_empty() {
        // The rollback also removes the empty rows that `lock` inserted for unknown accounts.
        session.execute("ROLLBACK").await?;
        return Ok(steps.answers);
    }
    for row in &steps.rows {
        empty.remove(&row.account);
    }
    let empty: Vec<String> = empty.into_iter().collect();
    session.write_among(REMOVE_EMPTY, &empty).await?;
    write(session, epoch, at_ms, &steps).await?;
    session.execute("COMMIT").await?;
    Ok(steps.answers)
}

/// Locks each account's row until the end of the transaction, and returns the watermarks.
///
/// One pass locks the rows in the order of their names, including rows that do not exist yet. With two passes, two
/// transactions could wait for each other's rows.
async fn lock(session: &mut Session, deltas: &[AccountDelta]) -> Sql<BTreeMap<String, i64>> {
    let names: BTreeSet<&str> = deltas.iter().map(|d| d.state.account.as_str()).collect();
    if deltas.iter().any(|d| d.base.0 == 0) {
        let empty = |name: &&str| vec![(*name).into(), 0.into(), "".into(), "".into()];
        session.insert(ENSURE, names.iter().map(empty).collect()).await?;
    }
    let names: Vec<&str> = names.into_iter().collect();
    let rows = session.rows_among(LOCK, &names).await?;
    rows.into_iter().map(read).collect()
}

async fn write(session: &mut Session, epoch: Epoch, at_ms: u64, steps: &Steps) -> Sql<()> {
    let accounts = steps.accounts().into_iter().map(|row| {
        let parked = row.parked.as_deref();
        vec![
            row.account.as_str().into(),
            row.seq.into(),
            row.state.as_str().into(),
            row.hash.as_str().into(),
            parked.into(),
        ]
    });
    session.insert(ADVANCE, accounts.collect()).await?;
    let booked = steps.orders().map(|(row, order)| {
        let mut line = line(row, order);
        line.extend([order.reason.as_deref().into(), order.body.as_str().into()]);
        line
    });
    session.insert(BOOK, booked.collect()).await?;
    let published = steps.published_orders().map(|(row, order)| {
        let mut line = line(row, order);
        line.extend([epoch.0.into(), at_ms.into()]);
        line
    });
    session.insert(PUBLISH, published.collect()).await
}

/// Returns the columns with which both a row of the book and a row of the outbox begin.
fn line(row: &AccountRow, order: &OrderLine) -> Vec<Value> {
    vec![
        row.account.as_str().into(),
        order.seq.into(),
        order.index.into(),
        order.client_id.as_str().into(),
        order.status.as_str().into(),
    ]
}
