//! The ledger: claims and entries are stored once, and reads are complete and in order.

use crate::check::{Kind, assert_kind, done, kind};
use crate::ports::{Ports, account};
use crate::samples::{claim, client_id, entry, largest_entry};
use leeward_model::{AccountId, Entry, Seq, StoredEntry};
use leeward_ports::{ClaimPut, EntryPut};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(5);

async fn put(ports: &Ports, account: &AccountId, seq: u64, entry: &Entry) -> EntryPut {
    done(ports.ledger.put_entry(account, Seq(seq), entry, TIMEOUT).await)
}

async fn fill(ports: &Ports, account: &AccountId, seqs: impl Iterator<Item = u64>) {
    for seq in seqs {
        let entry = entry(account, &format!("id-{seq}"));
        assert_eq!(put(ports, account, seq, &entry).await, EntryPut::Stored, "{account} {seq}");
    }
}

fn stored(account: &AccountId, seq: u64, entry: &Entry) -> StoredEntry {
    let body = entry.encode().as_str().into();
    StoredEntry { account: account.clone(), seq: Seq(seq), format: Entry::FORMAT, body }
}

/// Returns the sort key of a sequence number.
fn sort(seq: u64) -> String {
    format!("{seq:020}")
}

/// Reads all pages of an account and returns the sequence numbers of each.
async fn pages(ports: &Ports, account: &AccountId, limit: u32) -> Vec<Vec<u64>> {
    let mut out = Vec::new();
    let mut after = Seq::ZERO;
    loop {
        let page = done(ports.ledger.entries_after(account, after, limit).await);
        let Some(last) = page.last() else { return out };
        assert!(page.len() <= limit as usize, "{} entries in a page of {limit}", page.len());
        assert!(page.iter().all(|e| e.account == *account), "another account's entry");
        after = last.seq;
        out.push(page.iter().map(|e| e.seq.0).collect());
    }
}

pub(crate) async fn an_empty_ledger_has_head_zero(ports: &Ports) {
    let unused = account("unused");
    assert_eq!(done(ports.ledger.head(&unused).await), Seq::ZERO);
    assert_eq!(done(ports.ledger.entries_after(&unused, Seq::ZERO, 10).await), []);
    assert_eq!(done(ports.ledger.claim(&unused, &client_id("1")).await), None);
    let keys = [(unused.clone(), Seq(1))];
    assert_eq!(done(ports.ledger.entries_at(&keys).await), []);
}

pub(crate) async fn the_head_is_the_highest_seq(ports: &Ports) {
    let (ours, longer) = (account("acct"), account("acct-1"));
    // Keys are text, and 10 must sort above 9.
    for seq in 1..=11 {
        fill(ports, &ours, std::iter::once(seq)).await;
        assert_eq!(done(ports.ledger.head(&ours).await), Seq(seq));
    }
    // Claims share the table, and names with a common prefix are neighbours in it.
    let claimed = ports.ledger.put_claim(&ours, &client_id("z"), &claim("h", 11)).await;
    assert_eq!(done(claimed), ClaimPut::Fresh);
    fill(ports, &longer, 1..=2).await;
    assert_eq!(done(ports.ledger.head(&ours).await), Seq(11));
    assert_eq!(done(ports.ledger.head(&longer).await), Seq(2));
    assert_eq!(done(ports.ledger.head(&account("acc")).await), Seq::ZERO);
}

/// A later claim returns the content of the first one (SAFE-1).
pub(crate) async fn a_claim_keeps_its_first_content(ports: &Ports) {
    let (ours, other) = (account("acct"), account("other"));
    let id = client_id("order:1");
    let (first, second) = (claim("00ff", 7), claim("11ee", u64::MAX));
    let put = |claim| ports.ledger.put_claim(&ours, &id, claim);
    assert_eq!(done(put(&first).await), ClaimPut::Fresh);
    assert_eq!(done(put(&first).await), ClaimPut::Held(first.clone()));
    assert_eq!(done(put(&second).await), ClaimPut::Held(first.clone()));
    assert_eq!(done(ports.ledger.claim(&ours, &id).await), Some(first));
    let elsewhere = ports.ledger.put_claim(&other, &id, &second).await;
    assert_eq!(done(elsewhere), ClaimPut::Fresh, "each account has its own ids");
    assert_eq!(done(ports.ledger.claim(&other, &id).await), Some(second));
    assert_eq!(done(ports.ledger.head(&ours).await), Seq::ZERO, "a claim counts as an entry");
}

/// An entry never changes, and a refused put returns the complete existing entry (SAFE-1).
pub(crate) async fn an_entry_is_put_once(ports: &Ports) {
    let (ours, other) = (account("acct"), account("other"));
    let (first, second) = (entry(&ours, "first"), entry(&ours, "second"));
    assert_eq!(put(ports, &ours, 1, &first).await, EntryPut::Stored);
    for again in [&first, &second] {
        let EntryPut::Occupied(there) = put(ports, &ours, 1, again).await else {
            panic!("an entry was overwritten");
        };
        assert_eq!(there, stored(&ours, 1, &first));
        assert_eq!(there.decode().as_ref(), Some(&first));
    }
    assert_eq!(put(ports, &other, 1, &second).await, EntryPut::Stored);
    let read = done(ports.ledger.entries_after(&ours, Seq::ZERO, 10).await);
    assert_eq!(read, [stored(&ours, 1, &first)]);
}

pub(crate) async fn one_of_many_puts_is_stored(ports: &Ports) {
    let ours = account("acct");
    let names: Vec<String> = (0..6).map(|n| format!("writer-{n}")).collect();
    let entries: Vec<Entry> = names.iter().map(|name| entry(&ours, name)).collect();
    for seq in 1..=5 {
        let at = |n: usize| put(ports, &ours, seq, &entries[n]);
        let met: [EntryPut; 6] = tokio::join!(at(0), at(1), at(2), at(3), at(4), at(5)).into();
        let winners: Vec<usize> = (0..6).filter(|n| met[*n] == EntryPut::Stored).collect();
        let [winner] = winners[..] else { panic!("{} puts of {seq} stored", winners.len()) };
        let there = EntryPut::Occupied(stored(&ours, seq, &entries[winner]));
        let losers = (0..6).filter(|n| *n != winner);
        for loser in losers {
            assert_eq!(met[loser], there);
        }
    }
}

pub(crate) async fn entries_come_in_order_by_pages(ports: &Ports) {
    let (ours, longer) = (account("acct"), account("acct-1"));
    // The puts are out of order; the ledger sorts them.
    fill(ports, &ours, (1..=23).rev()).await;
    fill(ports, &longer, 1..=30).await;
    let read = pages(ports, &ours, 10).await;
    assert_eq!(read.concat(), (1..=23).collect::<Vec<u64>>());
    assert_eq!(read.len(), 3);
    let after = |seq, limit| ports.ledger.entries_after(&ours, Seq(seq), limit);
    let seqs = |page: Vec<StoredEntry>| page.iter().map(|e| e.seq.0).collect::<Vec<u64>>();
    assert_eq!(seqs(done(after(9, 1).await)), [10]);
    assert_eq!(seqs(done(after(21, 100).await)), [22, 23]);
    assert_eq!(done(after(23, 100).await), []);
    assert_eq!(done(after(u64::MAX, 100).await), []);
    let ninth = &done(after(8, 1).await)[0];
    assert_eq!(*ninth, stored(&ours, 9, &entry(&ours, "id-9")));
}

/// A page ends at the service's size limit, so a short page is not necessarily the last one.
pub(crate) async fn large_entries_make_short_pages(ports: &Ports) {
    let ours = account("acct");
    let one = largest_entry(&ours, "large");
    // Enough entries for a page of one mebibyte and a few more.
    let count = (1024 * 1024 / one.encode().len() + 4) as u64;
    for seq in 1..=count {
        assert_eq!(put(ports, &ours, seq, &one).await, EntryPut::Stored);
    }
    let read = pages(ports, &ours, 1_000).await;
    assert_eq!(read.concat(), (1..=count).collect::<Vec<u64>>());
    assert!(read.len() >= 2, "no page reached the size limit: {read:?}");
    let last = done(ports.ledger.entries_after(&ours, Seq(count - 1), 1).await);
    assert_eq!(last, [stored(&ours, count, &one)]);
}

pub(crate) async fn named_entries_are_those_that_exist(ports: &Ports) {
    let accounts: Vec<AccountId> = (0..10).map(|n| account(&format!("acct-{n}"))).collect();
    for account in &accounts {
        fill(ports, account, 1..=4).await;
    }
    // Of these hundred keys, the first four of each account exist.
    let key = |seq: u64| accounts.iter().map(move |a| (a.clone(), Seq(seq)));
    let keys: Vec<(AccountId, Seq)> = (1..=10).flat_map(key).collect();
    assert_eq!(keys.len(), 100);
    let mut read = done(ports.ledger.entries_at(&keys).await);
    read.sort_by(|a, b| (&a.account, a.seq).cmp(&(&b.account, b.seq)));
    let exist = accounts.iter().flat_map(|account| {
        (1..=4).map(|seq| stored(account, seq, &entry(account, &format!("id-{seq}"))))
    });
    assert_eq!(read, exist.collect::<Vec<StoredEntry>>());
    let many = [&keys[..], &[(account("one-more"), Seq(1))]].concat();
    assert_kind(Kind::Rejected, ports.ledger.entries_at(&many).await);
}

/// A batch of one account's large entries is more than DynamoDB reads in one call.
pub(crate) async fn a_large_batch_is_complete(ports: &Ports) {
    let ours = account("large");
    let entry = largest_entry(&ours, "batch");
    let keys: Vec<(AccountId, Seq)> = (1..=40).map(|seq| (ours.clone(), Seq(seq))).collect();
    for (_, seq) in &keys {
        assert_eq!(put(ports, &ours, seq.0, &entry).await, EntryPut::Stored);
    }
    let mut read = done(ports.ledger.entries_at(&keys).await);
    read.sort_by_key(|entry| entry.seq);
    let seqs: Vec<u64> = read.iter().map(|entry| entry.seq.0).collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<u64>>());
}

/// An entry from a newer binary is returned unchanged, so that the fold parks the account at it (SAFE-3).
pub(crate) async fn an_entry_in_a_newer_format_is_returned_unchanged(ports: &Ports) {
    let ours = account("acct");
    ports.raw.put_item(&ports.names.ledger, "acct", &sort(1), Some((2, "{\"new\":1}"))).await;
    let body = "{\"new\":1}".into();
    let newer = StoredEntry { account: ours.clone(), seq: Seq(1), format: 2, body };
    assert_eq!(newer.decode(), None);
    assert_eq!(done(ports.ledger.head(&ours).await), Seq(1));
    let met = put(ports, &ours, 1, &entry(&ours, "1")).await;
    assert_eq!(met, EntryPut::Occupied(newer.clone()));
    let read = done(ports.ledger.entries_after(&ours, Seq::ZERO, 10).await);
    assert_eq!(read, std::slice::from_ref(&newer));
    assert_eq!(done(ports.ledger.entries_at(&[(ours, Seq(1))]).await), [newer]);
}

/// An unreadable entry must not be left out: a caller would take an empty page for the end of the ledger (SAFE-2).
pub(crate) async fn an_unreadable_entry_is_not_absent(ports: &Ports) {
    let ours = account("acct");
    ports.raw.put_item(&ports.names.ledger, "acct", &sort(1), None).await;
    let ledger = &ports.ledger;
    let put = ledger.put_entry(&ours, Seq(1), &entry(&ours, "1"), TIMEOUT).await;
    assert_kind(Kind::Unknown, put);
    let head = ledger.head(&ours).await;
    assert_ne!(kind(&head), Kind::Done, "head: {head:?}");
    let after = ledger.entries_after(&ours, Seq::ZERO, 10).await;
    assert_ne!(kind(&after), Kind::Done, "entries_after: {after:?}");
    let at = ledger.entries_at(&[(ours.clone(), Seq(1))]).await;
    assert_ne!(kind(&at), Kind::Done, "entries_at: {at:?}");
}

pub(crate) async fn without_a_table_the_ledger_rejects(ports: &Ports) {
    let ledger = ports.without_resources().ledger;
    let (ours, id) = (account("acct"), client_id("1"));
    let rejected = Kind::Rejected;
    assert_kind(rejected, ledger.head(&ours).await);
    assert_kind(rejected, ledger.register(&ours).await);
    assert_kind(rejected, ledger.claim(&ours, &id).await);
    assert_kind(rejected, ledger.put_claim(&ours, &id, &claim("h", 0)).await);
    assert_kind(rejected, ledger.put_entry(&ours, Seq(1), &entry(&ours, "1"), TIMEOUT).await);
    assert_kind(rejected, ledger.entries_after(&ours, Seq::ZERO, 10).await);
    assert_kind(rejected, ledger.entries_at(&[(ours.clone(), Seq(1))]).await);
    assert_kind(rejected, ledger.accounts(None).await);
}
