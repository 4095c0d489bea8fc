//! The ledger table.
//!
//! | pk | sk | attributes |
//! |---|---|---|
//! | `account` | 20-digit seq | `v` format, `body` |
//! | `account#id` | `claim` | `hash`, `from` |
//! | `#accounts#shard` | `account` | – |
//!
//! No id contains a `#` and no account's key begins with one, so the three kinds of key never collide, not even for
//! an account called `accounts`.

use crate::config::AwsConfig;
use crate::table::{Attributes, Put, Table, n, number, s, text};
use async_trait::async_trait;
use leeward_model::{AccountId, Claim, ClientId, ContentHash, Entry, Region, Seq, StoredEntry};
use leeward_ports::{AccountCursor, AccountPage, ClaimPut, EntryPut, Ledger, Outcome};
use std::time::Duration;

/// The number of shards of the registry. Writes to the registry are rare, and every reader passes over all shards.
const SHARDS: u32 = 16;
const PAGE: u32 = 1_000;
/// The only condition under which an item enters the ledger (SAFE-1).
const ABSENT: &str = "attribute_not_exists(pk)";

pub struct DynamoLedger {
    table: Table,
}

fn sort_of(seq: Seq) -> String {
    format!("{:020}", seq.0)
}

fn shard_of(account: &AccountId) -> u32 {
    account.as_str().bytes().fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)))
        % SHARDS
}

fn claim_key(account: &AccountId, id: &ClientId) -> String {
    format!("{account}#{id}")
}

fn read_entry(item: &Attributes) -> Option<StoredEntry> {
    Some(StoredEntry {
        account: AccountId::new(text(item, "pk")?).ok()?,
        seq: Seq(text(item, "sk")?.parse().ok()?),
        format: u16::try_from(number(item, "v")?).ok()?,
        body: text(item, "body")?.into(),
    })
}

/// Decodes all entries or none (SAFE-2), because leaving out an unreadable entry would report it as absent.
fn read_all(items: Outcome<Vec<Attributes>>) -> Outcome<Vec<StoredEntry>> {
    match items {
        Outcome::Done(items) => match items.iter().map(read_entry).collect() {
            Some(entries) => Outcome::Done(entries),
            None => Outcome::unclear("an entry in the ledger cannot be read"),
        },
        other => other.map(|_| Vec::new()),
    }
}

fn read_claim(item: &Attributes) -> Option<Claim> {
    let hash = ContentHash::from_text(text(item, "hash")?);
    Some(Claim { hash, from: Seq(number(item, "from")?) })
}

impl DynamoLedger {
    /// Creates the adapter, which calls only the replica in `region`.
    pub fn new(config: &AwsConfig, region: &Region, table: &str) -> DynamoLedger {
        DynamoLedger { table: Table::new(config, region, table) }
    }

    /// Puts an item under the condition `ABSENT`; every put into the ledger goes through this function (SAFE-1).
    async fn put_if_absent(&self, item: Attributes, limit: Duration) -> Outcome<Put> {
        self.table.put(item, ABSENT, &[], limit).await
    }
}

#[async_trait]
impl Ledger for DynamoLedger {
    async fn head(&self, account: &AccountId) -> Outcome<Seq> {
        let page = self.table.page(account.as_str(), None, false, Some(1)).await;
        match page {
            Outcome::Done(items) => match items.first() {
                None => Outcome::Done(Seq::ZERO),
                Some(item) => match read_entry(item) {
                    Some(entry) => Outcome::Done(entry.seq),
                    None => Outcome::Rejected("the entry at the head cannot be read".into()),
                },
            },
            other => other.map(|_| Seq::ZERO),
        }
    }

    async fn register(&self, account: &AccountId) -> Outcome<()> {
        let item = Attributes::from([
            ("pk".into(), s(format!("#accounts#{}", shard_of(account)))),
            ("sk".into(), s(account.as_str())),
        ]);
        self.put_if_absent(item, self.table.limit).await.map(drop)
    }

    async fn put_claim(
        &self,
        account: &AccountId,
        id: &ClientId,
        claim: &Claim,
    ) -> Outcome<ClaimPut> {
        let item = Attributes::from([
            ("pk".into(), s(claim_key(account, id))),
            ("sk".into(), s("claim")),
            ("hash".into(), s(claim.hash.as_str())),
            ("from".into(), n(claim.from.0)),
        ]);
        match self.put_if_absent(item, self.table.limit).await {
            Outcome::Done(Put::Stored) => Outcome::Done(ClaimPut::Fresh),
            Outcome::Done(Put::Occupied(held)) => match read_claim(&held) {
                Some(claim) => Outcome::Done(ClaimPut::Held(claim)),
                None => Outcome::unclear("the existing claim cannot be read"),
            },
            other => other.map(|_| ClaimPut::Fresh),
        }
    }

    async fn claim(&self, account: &AccountId, id: &ClientId) -> Outcome<Option<Claim>> {
        match self.table.get(&claim_key(account, id), "claim").await {
            Outcome::Done(Some(item)) => match read_claim(&item) {
                Some(claim) => Outcome::Done(Some(claim)),
                None => Outcome::Rejected("the claim cannot be read".into()),
            },
            other => other.map(|_| None),
        }
    }

    async fn put_entry(
        &self,
        account: &AccountId,
        seq: Seq,
        entry: &Entry,
        timeout: Duration,
    ) -> Outcome<EntryPut> {
        let item = Attributes::from([
            ("pk".into(), s(account.as_str())),
            ("sk".into(), s(sort_of(seq))),
            ("v".into(), n(u64::from(Entry::FORMAT))),
            ("body".into(), s(entry.encode())),
        ]);
        match self.put_if_absent(item, timeout).await {
            Outcome::Done(Put::Stored) => Outcome::Done(EntryPut::Stored),
            Outcome::Done(Put::Occupied(held)) => match read_entry(&held) {
                Some(entry) => Outcome::Done(EntryPut::Occupied(entry)),
                None => Outcome::unclear("the existing entry cannot be read"),
            },
            other => other.map(|_| EntryPut::Stored),
        }
    }

    async fn entries_after(
        &self,
        account: &AccountId,
        after: Seq,
        limit: u32,
    ) -> Outcome<Vec<StoredEntry>> {
        let after = sort_of(after);
        let page = self.table.page(account.as_str(), Some(&after), true, Some(limit)).await;
        read_all(page)
    }

    async fn entries_at(&self, keys: &[(AccountId, Seq)]) -> Outcome<Vec<StoredEntry>> {
        if keys.is_empty() {
            return Outcome::Rejected("no keys to read".into());
        }
        let key = |(account, seq): &(AccountId, Seq)| {
            Attributes::from([("pk".into(), s(account.as_str())), ("sk".into(), s(sort_of(*seq)))])
        };
        read_all(self.table.get_all(keys.iter().map(key).collect()).await)
    }

    async fn accounts(&self, from: Option<AccountCursor>) -> Outcome<AccountPage> {
        let from = from.unwrap_or(AccountCursor { shard: 0, after: None });
        let pk = format!("#accounts#{}", from.shard);
        let after = from.after.as_ref().map(AccountId::as_str);
        let page = self.table.page(&pk, after, true, Some(PAGE)).await;
        page.map(|items| {
            let read = |item: &Attributes| AccountId::new(text(item, "sk")?).ok();
            let accounts: Vec<AccountId> = items.iter().filter_map(read).collect();
            let next = if items.len() as u32 == PAGE {
                Some(AccountCursor { shard: from.shard, after: accounts.last().cloned() })
            } else {
                let shard = from.shard + 1;
                (shard < SHARDS).then_some(AccountCursor { shard, after: None })
            };
            AccountPage { accounts, next }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_keys_have_the_order_of_their_numbers() {
        assert!(sort_of(Seq(9)) < sort_of(Seq(10)));
        assert!(sort_of(Seq(99_999_999_999)) < sort_of(Seq(u64::MAX)));
    }
}
