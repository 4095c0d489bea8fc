//! The registry of accounts: a walk over all pages returns each account once.

use crate::check::done;
use crate::ports::{Ports, account};
use crate::samples::{claim, client_id};
use leeward_model::AccountId;
use leeward_ports::{AccountCursor, ClaimPut};
use std::collections::BTreeSet;

/// The number of accounts in one shard, more than the thousand that a page holds.
const IN_ONE_SHARD: usize = 1_010;
/// The number of concurrent registrations.
const AT_ONCE: usize = 16;

struct Walk {
    accounts: Vec<AccountId>,
    /// The number of cursors that point into the middle of a shard.
    within: usize,
    shards: BTreeSet<u32>,
}

impl Walk {
    fn distinct(&self) -> BTreeSet<AccountId> {
        let distinct: BTreeSet<AccountId> = self.accounts.iter().cloned().collect();
        assert_eq!(distinct.len(), self.accounts.len(), "an account came twice");
        distinct
    }
}

async fn walk(ports: &Ports) -> Walk {
    let mut walk = Walk { accounts: Vec::new(), within: 0, shards: BTreeSet::new() };
    let mut from: Option<AccountCursor> = None;
    loop {
        let page = done(ports.ledger.accounts(from).await);
        walk.accounts.extend(page.accounts);
        let Some(next) = page.next else { return walk };
        walk.within += usize::from(next.after.is_some());
        walk.shards.insert(next.shard);
        from = Some(next);
    }
}

async fn register_all(ports: &Ports, accounts: &[AccountId]) {
    let one = |n: usize| async move {
        let mine = accounts.iter().skip(n).step_by(AT_ONCE);
        for account in mine {
            done(ports.ledger.register(account).await);
        }
    };
    tokio::join!(
        one(0),
        one(1),
        one(2),
        one(3),
        one(4),
        one(5),
        one(6),
        one(7), //
        one(8),
        one(9),
        one(10),
        one(11),
        one(12),
        one(13),
        one(14),
        one(15),
    );
}

pub(crate) async fn registering_is_idempotent(ports: &Ports) {
    assert_eq!(walk(ports).await.accounts, []);
    let accounts: Vec<AccountId> = (0..40).map(|n| account(&format!("acct-{n}"))).collect();
    register_all(ports, &accounts).await;
    register_all(ports, &accounts[..5]).await;
    let walk = walk(ports).await;
    assert_eq!(walk.distinct(), accounts.iter().cloned().collect());
    assert!(walk.shards.len() > 1, "the walk never left its shard");
}

pub(crate) async fn a_shard_is_walked_by_pages(ports: &Ports) {
    // Doubled letters cancel out in the registry's hash modulo its shards, so all these accounts share one shard. The
    // last assertion fails if that changes.
    let name = |n: usize| -> String {
        let letters = (0..3).map(|place| (n / 11usize.pow(place)) % 11);
        letters.map(|l| char::from(b'a' + l as u8).to_string().repeat(2)).collect()
    };
    let accounts: Vec<AccountId> = (0..IN_ONE_SHARD).map(|n| account(&name(n))).collect();
    register_all(ports, &accounts).await;
    let walk = walk(ports).await;
    assert_eq!(walk.distinct(), accounts.iter().cloned().collect());
    assert!(walk.within > 0, "no shard had more than one page");
}

/// A claim never appears as an account, even if the account is named like the registry.
pub(crate) async fn claims_are_not_accounts(ports: &Ports) {
    let odd = account("accounts");
    for id in 0..20 {
        let id = client_id(&id.to_string());
        let put = ports.ledger.put_claim(&odd, &id, &claim("h", 0)).await;
        assert_eq!(done(put), ClaimPut::Fresh, "accounts {id}");
    }
    let walk = walk(ports).await;
    assert_eq!(walk.accounts, [], "claims are listed as accounts");
}
