//! The conformance suite. The tests of each engine call these functions with a store of that engine. The functions use
//! only the trait [`Projection`], and panic with a message when a check fails.

use crate::{AccountDelta, Committed, Projection, StoreError};
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{
    AccountId, ClientId, ContentHash, Decimal, Entry, Epoch, Group, Limits, Order, OrderType,
    Payload, Seq, Side, StoredEntry, Symbol, TimeInForce,
};

fn account(name: &str) -> AccountId {
    AccountId::new(name).expect("valid")
}

fn entry(account: &AccountId, seq: u64, quantities: &[&str]) -> StoredEntry {
    let orders = quantities.iter().map(|q| Order {
        symbol: Symbol::new("ACME").expect("valid"),
        side: Side::Buy,
        order_type: OrderType::Market,
        quantity: Decimal::parse(q).expect("valid"),
        limit_price: None,
        time_in_force: TimeInForce::Day,
    });
    let limits = Limits { max_position: Decimal::parse("100").ok(), ..Limits::default() };
    let payloads = [Payload::Limits(limits), Payload::Batch(orders.collect())];
    let groups = payloads.into_iter().enumerate().map(|(i, payload)| Group {
        id: ClientId::new(&format!("id-{seq}-{i}")).expect("valid"),
        hash: ContentHash::of(account, &payload),
        payload,
    });
    let body = Entry { groups: groups.collect() }.encode().into();
    StoredEntry { account: account.clone(), seq: Seq(seq), format: Entry::FORMAT, body }
}

fn fold(state: &AccountState, entry: &StoredEntry) -> AccountDelta {
    let mut next = state.clone();
    let Folded::Applied(orders) = next.fold(entry) else { panic!("the entry is the next one") };
    AccountDelta { base: state.seq, state: next, orders, parked: None }
}

/// Checks that a committed entry can be read back, and that its account has the same hash on every engine.
pub async fn books_and_reads_back(store: &dyn Projection) {
    let a = account("conf:books");
    let empty = store.load(std::slice::from_ref(&a)).await.expect("load").remove(0);
    assert_eq!(empty, AccountState::empty(a.clone()));
    let delta = fold(&empty, &entry(&a, 1, &["60", "50", "0.00000001"]));
    let expected = delta.state.clone();
    let done = store.commit(Epoch(1), 1, vec![delta]).await.expect("commit");
    assert_eq!(done, [Committed::Applied]);
    let read = store.account(&a).await.expect("read").expect("the account exists");
    assert_eq!(read, expected);
    assert_eq!(read.hash(), expected.hash(), "SAFE-3: the same hash on every engine");
    let rows = store.orders(&a, &ClientId::new("id-1-1").expect("valid")).await.expect("orders");
    let shown: Vec<(u32, &str, Option<&str>)> =
        rows.iter().map(|r| (r.index, r.status.as_str(), r.reason.as_deref())).collect();
    assert_eq!(
        shown,
        [(0, "booked", None), (1, "rejected", Some("position_limit")), (2, "booked", None)]
    );
    assert_eq!(store.watermarks().await.expect("watermarks")[&a], Seq(1));
}

/// Checks that, of two processors that fold the same entry, the first one's delta is applied and the other one gets
/// `Stale`.
pub async fn a_stale_processor_does_no_harm(store: &dyn Projection) {
    let a = account("conf:stale");
    let empty = AccountState::empty(a.clone());
    let first = fold(&empty, &entry(&a, 1, &["1"]));
    let second = first.clone();
    assert_eq!(store.commit(Epoch(1), 1, vec![first]).await.expect("commit"), [Committed::Applied]);
    assert_eq!(
        store.commit(Epoch(2), 1, vec![second]).await.expect("commit"),
        [Committed::Stale],
        "SAFE-3, SAFE-6: the watermark is compared under the row's lock"
    );
    let rows = store.orders(&a, &ClientId::new("id-1-1").expect("valid")).await.expect("orders");
    assert_eq!(rows.len(), 1, "booked once");
}

/// Reads all rows that must be published, one at a time, marks each one as published, and returns them.
async fn drain(store: &dyn Projection) -> Vec<crate::OutboxRow> {
    let mut all = Vec::new();
    loop {
        let rows = store.outbox(1).await.expect("outbox");
        let Some(row) = rows.into_iter().next() else { return all };
        store.mark_published(&[row.number]).await.expect("mark");
        all.push(row);
    }
}

/// Checks that outbox rows are marked individually, and that they are published again after a move.
pub async fn the_outbox_loses_no_row(store: &dyn Projection) {
    let a = account("conf:outbox");
    let empty = AccountState::empty(a.clone());
    let delta = fold(&empty, &entry(&a, 1, &["1", "2", "3"]));
    store.commit(Epoch(3), 10_000, vec![delta]).await.expect("commit");
    let mine = |rows: Vec<crate::OutboxRow>| -> Vec<(i64, u32)> {
        rows.into_iter().filter(|r| r.account == a).map(|r| (r.number, r.index)).collect()
    };
    let open = mine(store.outbox(1_000).await.expect("outbox"));
    assert_eq!(open.iter().map(|(_, i)| *i).collect::<Vec<_>>(), [0, 1, 2]);
    store.mark_published(&[open[1].0]).await.expect("mark");
    let left = mine(store.outbox(1_000).await.expect("outbox"));
    assert_eq!(left, [open[0], open[2]]);
    store.reopen_outbox(10_000).await.expect("reopen");
    assert_eq!(mine(store.outbox(1_000).await.expect("outbox")), open, "R10");
    drain(store).await;
    store.reopen_outbox(10_000).await.expect("reopen");
    let again = mine(drain(store).await);
    assert_eq!(again, open, "R10: each row once and in order, in parts of one row");
    let far = 10_000 + 2 * crate::CLOCKS_APART_MS;
    store.reopen_outbox(far).await.expect("reopen");
    assert_eq!(
        mine(store.outbox(1_000).await.expect("outbox")),
        [],
        "all rows are older than the start of the range"
    );
    store.mark_published(&open.iter().map(|(n, _)| *n).collect::<Vec<_>>()).await.expect("mark");
    store.prune_outbox(10_001).await.expect("prune");
    store.reopen_outbox(0).await.expect("reopen");
    assert_eq!(
        mine(store.outbox(1_000).await.expect("outbox")),
        [],
        "pruned rows do not come back"
    );
}

/// Checks that a parked account is listed with its reason.
pub async fn parked_accounts_are_listed(store: &dyn Projection) {
    let a = account("conf:parked");
    let state = AccountState::empty(a.clone());
    let delta =
        AccountDelta { base: Seq::ZERO, state, orders: vec![], parked: Some("newer".into()) };
    store.commit(Epoch(1), 1, vec![delta]).await.expect("commit");
    assert_eq!(store.parked().await.expect("parked")[&a], "newer");
}

/// Checks that a store on a reader refuses a write with `ReadOnly`.
pub async fn a_reader_refuses_writes(store: &dyn Projection) {
    let a = account("conf:reader");
    let delta = fold(&AccountState::empty(a.clone()), &entry(&a, 1, &["1"]));
    let refused = store.commit(Epoch(1), 1, vec![delta]).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    assert_eq!(store.account(&a).await.expect("read"), None);
}

/// Checks that two processors that fold the same accounts concurrently, in opposite orders, book each delta once.
pub async fn two_processors_book_each_step_once(one: &dyn Projection, other: &dyn Projection) {
    let accounts: Vec<AccountId> = (0..20).map(|n| account(&format!("conf:both-{n}"))).collect();
    let work = async |store: &dyn Projection, backwards: bool| {
        let mut applied = 0;
        let mut states: Vec<_> = accounts.iter().cloned().map(AccountState::empty).collect();
        if backwards {
            states.reverse();
        }
        for seq in 1..=10 {
            let steps = states.iter().map(|s| fold(s, &entry(&s.account, seq, &["1"])));
            let steps: Vec<AccountDelta> = steps.collect();
            states = steps.iter().map(|delta| delta.state.clone()).collect();
            let done = store.commit(Epoch(1), 1, steps).await.expect("no deadlock");
            applied += done.iter().filter(|done| **done == Committed::Applied).count();
        }
        applied
    };
    let (first, second) = tokio::join!(work(one, false), work(other, true));
    assert_eq!(first + second, 200, "SAFE-3, SAFE-6: twenty accounts, ten steps");
    let expected = one.load(&accounts).await.expect("load");
    assert!(expected.iter().all(|state| state.seq == Seq(10)), "{expected:?}");
}
