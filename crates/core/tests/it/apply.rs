//! Tests that `core::apply` makes one book although its steps are lost, delayed, repeated or raced (SAFE-3, SAFE-6,
//! SAFE-7).

use leeward_core::apply::{
    AccountDelta, Applied, Apply, Batch, BatchCommand, BatchEnd, BatchEvent, Command, Committed,
    Event,
};
use leeward_core::fold::AccountState;
use leeward_model::{
    AccountId, Authority, ClientId, ContentHash, Decimal, Entry, Group, Order, OrderType, Payload,
    Region, Seq, Side, StoredEntry, Symbol, TimeInForce,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn account(n: usize) -> AccountId {
    AccountId::new(&format!("a{n}")).expect("a plain name")
}

fn entry(account: &AccountId, seq: u64) -> StoredEntry {
    let payload = Payload::Order(Order {
        symbol: Symbol::new("ACME").expect("a plain name"),
        side: Side::Buy,
        order_type: OrderType::Market,
        quantity: Decimal::from_units(100_000_000),
        limit_price: None,
        time_in_force: TimeInForce::Day,
    });
    let id = ClientId::new(&format!("o-{seq}")).expect("a plain id");
    let hash = ContentHash::of(account, &payload);
    let body = Entry { groups: vec![Group { id, hash, payload }] }.encode().into();
    StoredEntry { account: account.clone(), seq: Seq(seq), format: Entry::FORMAT, body }
}

/// A ledger, a database and the faults between them.
struct World {
    heads: BTreeMap<AccountId, u64>,
    book: BTreeMap<AccountId, AccountState>,
    /// The next draws: 0 loses a read or makes a commit stale, 1 makes a page with a hole or refuses the transaction,
    /// and others cause no fault.
    faults: Vec<u8>,
    commits: usize,
}

impl World {
    fn draw(&mut self) -> u8 {
        self.faults.pop().unwrap_or(9)
    }

    fn state(&self, account: &AccountId) -> AccountState {
        self.book.get(account).cloned().unwrap_or_else(|| AccountState::empty(account.clone()))
    }

    fn commit(&mut self, deltas: Vec<AccountDelta>) -> Option<Vec<Committed>> {
        self.commits += 1;
        if self.draw() == 1 {
            return None;
        }
        let mut outcomes = Vec::new();
        for delta in deltas {
            let account = delta.state.account.clone();
            if self.draw() == 0 {
                // Another processor folds one entry first.
                let mut state = self.state(&account);
                let next = state.seq.next();
                state.fold(&entry(&account, next.0));
                self.book.insert(account.clone(), state);
            }
            if self.state(&account).seq == delta.base {
                self.book.insert(account, delta.state);
                outcomes.push(Committed::Applied);
            } else {
                outcomes.push(Committed::Stale);
            }
        }
        Some(outcomes)
    }

    fn read(&mut self, account: &AccountId, after: Seq, most: u64) -> Option<Vec<StoredEntry>> {
        match self.draw() {
            0 => None,
            // S10: a page with a hole is read again, and the hole is never skipped.
            1 if most > 2 => Some(
                [after.0 + 1, after.0 + 3]
                    .into_iter()
                    .filter(|seq| *seq <= self.heads[account])
                    .map(|seq| entry(account, seq))
                    .collect(),
            ),
            _ => {
                let last = self.heads[account].min(after.0 + most);
                Some((after.0 + 1..=last).map(|seq| entry(account, seq)).collect())
            }
        }
    }

    fn pass(&mut self, accounts: BTreeMap<AccountId, Seq>) -> Option<Applied> {
        let mut machine = Apply::new(accounts);
        let mut queue = machine.step(Event::Begin);
        while !queue.is_empty() {
            // The last command is answered first, because replies may come in any order.
            let event = match queue.pop().expect("not empty") {
                Command::Load(accounts) => {
                    Event::Loaded(Some(accounts.iter().map(|a| self.state(a)).collect()))
                }
                Command::ReadEntries { at, after } => {
                    let single = at.into_iter().map(|(a, seq)| (a, Seq(seq.0 - 1), 1));
                    let pages = after.into_iter().map(|(a, seq)| (a, seq, 5));
                    let wanted: Vec<_> = single.chain(pages).collect();
                    let read = wanted.into_iter().filter_map(|(a, seq, most)| {
                        self.read(&a, seq, most).map(|entries| (a, entries))
                    });
                    Event::Entries(read.collect())
                }
                Command::Commit(deltas) => Event::Committed(self.commit(deltas)),
                Command::End(applied) => return applied,
            };
            queue.extend(machine.step(event));
        }
        panic!("a pass must end with Command::End")
    }
}

proptest! {
    /// Checks that after enough batches the book is the fold of the whole ledger, whatever failed before, and that the
    /// book is never ahead of the ledger (SAFE-3).
    #[test]
    fn safe_3_the_book_becomes_the_fold_of_the_ledger(
        heads in proptest::collection::vec(0u64..12, 1..6),
        faults in proptest::collection::vec(0u8..6, 0..60),
        hinted in any::<bool>(),
    ) {
        let heads: BTreeMap<AccountId, u64> =
            heads.into_iter().enumerate().map(|(n, head)| (account(n), head)).collect();
        let mut world = World { heads, book: BTreeMap::new(), faults, commits: 0 };
        let region = Region::new("a").expect("a valid name");
        let authority = Box::new(Authority::initial(region.clone()));
        for round in 0..200 {
            let hint = |head: u64| if hinted { Seq(head) } else { Seq::ZERO };
            let hints = world.heads.clone().into_iter().map(|(a, head)| (a, hint(head)));
            let mut batch = Batch::new(region.clone(), hints);
            let mut event = BatchEvent::Begin;
            let end = loop {
                event = match batch.step(event) {
                    BatchCommand::ReadAuthority => BatchEvent::Authority(Some(Some(authority.clone()))),
                    BatchCommand::Apply { accounts, .. } => BatchEvent::Applied(world.pass(accounts)),
                    BatchCommand::End(end) => break end,
                };
            };
            let level = world.heads.iter().all(|(a, head)| world.state(a).seq.0 == *head);
            if level && end == BatchEnd::Delete {
                break;
            }
            prop_assert!(round < 199, "LIVE-2: the book does not catch up");
        }
        for (account, head) in &world.heads {
            let mut expect = AccountState::empty(account.clone());
            for seq in 1..=*head {
                expect.fold(&entry(account, seq));
            }
            prop_assert_eq!(world.state(account).hash(), expect.hash());
        }
    }
}

fn end(active: &str, read: Option<Option<()>>) -> BatchCommand {
    let region = Region::new("a").expect("a valid name");
    let authority = Authority::initial(Region::new(active).expect("a valid name"));
    let mut batch = Batch::new(region, [(account(1), Seq(1))]);
    assert_eq!(batch.step(BatchEvent::Begin), BatchCommand::ReadAuthority);
    batch.step(BatchEvent::Authority(read.map(|read| read.map(|()| Box::new(authority)))))
}

#[test]
fn safe_6_a_region_without_authority_does_not_fold() {
    assert_eq!(end("a", None), BatchCommand::End(BatchEnd::Keep), "SAFE-7: unknown");
    assert_eq!(end("b", Some(Some(()))), BatchCommand::End(BatchEnd::Delete));
    assert_eq!(end("a", Some(None)), BatchCommand::End(BatchEnd::Delete), "no authority yet");
    assert!(matches!(end("a", Some(Some(()))), BatchCommand::Apply { .. }));
}

#[test]
fn hints_are_kept_if_the_database_does_not_answer() {
    let region = Region::new("a").expect("a valid name");
    let authority = Box::new(Authority::initial(region.clone()));
    let mut batch = Batch::new(region, [(account(1), Seq(1))]);
    batch.step(BatchEvent::Begin);
    batch.step(BatchEvent::Authority(Some(Some(authority))));
    assert_eq!(batch.step(BatchEvent::Applied(None)), BatchCommand::End(BatchEnd::Keep));
}

/// Checks that an account whose entries could not be read does not count as booked (SAFE-7).
#[test]
fn hints_are_kept_if_the_ledger_does_not_answer() {
    let region = Region::new("a").expect("a valid name");
    let check = |entries: usize, again: &[AccountId], expect: BatchEnd| {
        let authority = Box::new(Authority::initial(region.clone()));
        let mut batch = Batch::new(region.clone(), [(account(1), Seq(1))]);
        batch.step(BatchEvent::Begin);
        batch.step(BatchEvent::Authority(Some(Some(authority))));
        let applied = Applied { entries, again: again.iter().cloned().collect() };
        assert_eq!(batch.step(BatchEvent::Applied(Some(applied))), BatchCommand::End(expect));
    };
    check(0, &[account(1)], BatchEnd::Keep);
    check(0, &[], BatchEnd::Delete);
    check(1, &[], BatchEnd::Delete);
}

/// Checks that a thousand accounts take three transactions, and that the next chunk is read while another one is
/// committed.
#[test]
fn chunks_are_read_while_others_are_committed() {
    let accounts: BTreeMap<AccountId, Seq> = (0..1_000).map(|n| (account(n), Seq(1))).collect();
    let heads = accounts.keys().map(|a| (a.clone(), 1)).collect();
    let mut world = World { heads, book: BTreeMap::new(), faults: Vec::new(), commits: 0 };
    let applied = world.pass(accounts).expect("the database answers");
    assert_eq!((applied.entries, applied.again.len(), world.commits), (1_000, 0, 3));
}
