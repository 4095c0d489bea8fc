//! Serves reads from the local projection, or from the ledger where the projection cannot serve them. An acknowledged
//! order is never reported as missing: if the ledger cannot be read, the result is *unknown* (docs/spec/order-path.md).

use crate::region::RegionRuntime;
use leeward_api::{Open, OrderPart, OrderStatus};
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{AccountId, ClientId, Seq};

/// The number of entries in one page.
const PAGE_ENTRIES: u32 = 500;
/// The maximum number of ledger pages for one read. The result of a read that needs more is *unknown*.
const PAGES_MAX: usize = 200;

/// The result of a read.
pub(crate) enum Read<T> {
    Found {
        value: T,
        as_of: Seq,
    },
    NotFound,
    /// The ledger cannot be read.
    Unknown,
}

/// Returns whether this Region's database may serve reads. A detached database must not, because its book never
/// advances (R19).
async fn projection_may_answer(region: &RegionRuntime) -> bool {
    region.reads.role().await.is_ok_and(|role| role.member)
}

pub(crate) async fn order(
    region: &RegionRuntime,
    account: &AccountId,
    id: &ClientId,
) -> Read<Vec<OrderPart>> {
    if projection_may_answer(region).await
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
    region: &RegionRuntime,
    account: &AccountId,
    id: &ClientId,
) -> Read<Vec<OrderPart>> {
    let Some(claim) = region.ledger.claim(account, id).await.done() else {
        return Read::Unknown;
    };
    let Some(claim) = claim else { return Read::NotFound };
    let mut after = claim.from;
    for _ in 0..PAGES_MAX {
        let Some(page) = region.ledger.entries_after(account, after, PAGE_ENTRIES).await.done()
        else {
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

pub(crate) async fn account(region: &RegionRuntime, account: &AccountId) -> Read<AccountState> {
    if projection_may_answer(region).await
        && let Ok(Some(state)) = region.reads.account(account).await
    {
        let as_of = state.seq;
        return Read::Found { value: state, as_of };
    }
    let mut state = AccountState::empty(account.clone());
    for _ in 0..PAGES_MAX {
        let Some(page) = region.ledger.entries_after(account, state.seq, PAGE_ENTRIES).await.done()
        else {
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
