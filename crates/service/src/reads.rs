//! Reads: from the local projection, else from the ledger. An acknowledged order is never reported as
//! missing, and a ledger that cannot be read makes the answer unknown (docs/spec/order-path.md).

use crate::region::Region;
use leeward_api::{Open, OrderPart, OrderStatus};
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{AccountId, ClientId, Seq};

const PAGE: u32 = 500;
/// The most pages that one read takes from the ledger; a read that needs more is answered as unknown.
const PAGES: usize = 200;

pub(crate) enum Read<T> {
    Found {
        value: T,
        as_of: Seq,
    },
    NotFound,
    /// The ledger cannot be read.
    Unknown,
}

/// Whether this Region's database may answer: an orphan would show an old book for ever (R19).
async fn projection_answers(region: &Region) -> bool {
    region.reads.role().await.is_ok_and(|role| role.member)
}

pub(crate) async fn order(
    region: &Region,
    account: &AccountId,
    id: &ClientId,
) -> Read<Vec<OrderPart>> {
    if projection_answers(region).await
        && let Ok(rows) = region.reads.orders(account, id).await
        && !rows.is_empty()
        && let Ok(Some(state)) = region.reads.account(account).await
    {
        let value = rows
            .into_iter()
            .map(|row| OrderPart {
                seq: row.seq,
                index: row.index,
                status: Open::from_text(&row.status),
                reason: row.reason,
            })
            .collect();
        return Read::Found { value, as_of: state.seq };
    }
    order_in_ledger(region, account, id).await
}

async fn order_in_ledger(
    region: &Region,
    account: &AccountId,
    id: &ClientId,
) -> Read<Vec<OrderPart>> {
    let Some(claim) = region.ledger.claim(account, id).await.done() else {
        return Read::Unknown;
    };
    let Some(claim) = claim else { return Read::NotFound };
    let mut after = claim.from;
    for _ in 0..PAGES {
        let Some(page) = region.ledger.entries_after(account, after, PAGE).await.done() else {
            return Read::Unknown;
        };
        let Some(last) = page.last().map(|e| e.seq) else { return Read::NotFound };
        for stored in &page {
            let Some(entry) = stored.decode() else { return Read::Unknown };
            let Some(index) = entry.index_of(id, &claim.hash) else { continue };
            let group = entry.groups.iter().find(|g| g.id == *id && g.hash == claim.hash);
            let orders = group.map_or(0, |g| g.payload.orders().len() as u32);
            let part = |index| OrderPart {
                seq: stored.seq,
                index,
                status: OrderStatus::Accepted.into(),
                reason: None,
            };
            let value = (index..index + orders.max(1)).map(part).collect();
            return Read::Found { value, as_of: stored.seq };
        }
        after = last;
    }
    Read::Unknown
}

pub(crate) async fn account(region: &Region, account: &AccountId) -> Read<AccountState> {
    if projection_answers(region).await
        && let Ok(Some(state)) = region.reads.account(account).await
    {
        let as_of = state.seq;
        return Read::Found { value: state, as_of };
    }
    let mut state = AccountState::empty(account.clone());
    for _ in 0..PAGES {
        let Some(page) = region.ledger.entries_after(account, state.seq, PAGE).await.done() else {
            return Read::Unknown;
        };
        if page.is_empty() {
            let as_of = state.seq;
            return match as_of {
                Seq::ZERO => Read::NotFound,
                _ => Read::Found { value: state, as_of },
            };
        }
        for entry in &page {
            if let Folded::Parked(_) = state.fold(entry) {
                return Read::Unknown;
            }
        }
    }
    Read::Unknown
}
