//! SAFE-3: one ledger gives one book, even if its entries arrive repeatedly, late or with holes, in two Regions, or at
//! binaries of two versions.

use crate::append::account;
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{
    ClientId, ContentHash, Decimal, Entry, Group, Limits, Order, OrderType, Payload, Seq, Side,
    StoredEntry, Symbol, TimeInForce,
};
use proptest::prelude::*;

fn order() -> impl Strategy<Value = Order> {
    (0usize..3, any::<bool>(), 1i64..50, proptest::option::of(1i64..500)).prop_map(
        |(symbol, buy, quantity, price)| Order {
            symbol: Symbol::new(["ACME", "BOLT", "CORN"][symbol]).expect("valid"),
            side: if buy { Side::Buy } else { Side::Sell },
            order_type: if price.is_some() { OrderType::Limit } else { OrderType::Market },
            quantity: Decimal::from_units(quantity),
            limit_price: price.map(Decimal::from_units),
            time_in_force: TimeInForce::Day,
        },
    )
}

fn payload() -> impl Strategy<Value = Payload> {
    prop_oneof![
        6 => order().prop_map(Payload::Order),
        3 => proptest::collection::vec(order(), 1..6).prop_map(Payload::Batch),
        1 => proptest::option::of(1i64..120).prop_map(|position| {
            let max_position = position.map(Decimal::from_units);
            Payload::Limits(Limits { max_position, ..Limits::default() })
        }),
    ]
}

/// Generates the entries 1, 2, 3, … of one account.
fn ledger() -> impl Strategy<Value = Vec<StoredEntry>> {
    let entry = proptest::collection::vec(payload(), 1..4);
    proptest::collection::vec(entry, 1..25).prop_map(|entries| {
        let stored = |(n, payloads): (usize, Vec<Payload>)| {
            let group = |(i, payload): (usize, Payload)| Group {
                id: ClientId::new(&format!("c{n}-{i}")).expect("valid"),
                hash: ContentHash::of(&account(), &payload),
                payload,
            };
            let groups = payloads.into_iter().enumerate().map(group).collect();
            StoredEntry {
                account: account(),
                seq: Seq(n as u64 + 1),
                format: Entry::FORMAT,
                body: Entry { groups }.encode().into(),
            }
        };
        entries.into_iter().enumerate().map(stored).collect()
    })
}

fn in_order(entries: &[StoredEntry]) -> AccountState {
    let mut state = AccountState::empty(account());
    for entry in entries {
        assert!(matches!(state.fold(entry), Folded::Applied(_)));
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Checks that every delivery that finally includes all entries gives the same bytes, and books each order once.
    #[test]
    fn any_order_of_delivery_gives_the_same_book(entries in ledger(), picks in proptest::collection::vec(any::<u16>(), 0..200)) {
        let expect = in_order(&entries);
        let mut state = AccountState::empty(account());
        let mut orders = 0;
        let mut offer = |state: &mut AccountState, entry: &StoredEntry| {
            let (before, bytes) = (state.seq, state.hash());
            match state.fold(entry) {
                Folded::Applied(outcomes) => {
                    assert_eq!(entry.seq, before.next(), "only the next entry is applied");
                    orders += outcomes.len() as u64;
                }
                Folded::Skipped => assert!(entry.seq <= before),
                Folded::Gap { expected } => {
                    assert!(expected == before.next() && entry.seq > expected);
                    assert_eq!(state.hash(), bytes, "a gap changes nothing");
                }
                Folded::Parked(why) => panic!("{why}"),
            }
        };
        for pick in picks {
            offer(&mut state, &entries[usize::from(pick) % entries.len()]);
        }
        for entry in &entries {
            offer(&mut state, entry);
        }
        prop_assert_eq!(state.hash(), expect.hash());
        prop_assert_eq!(&state, &expect);
        prop_assert_eq!(orders, expect.booked + expect.rejected);
    }

    /// Checks that the fold of an account stops at an entry that its binary does not know, and that a newer binary
    /// continues from the same bytes.
    #[test]
    fn version_skew_parks_and_loses_nothing(entries in ledger(), at in any::<u16>()) {
        let at = usize::from(at) % entries.len();
        let newer = StoredEntry { format: Entry::FORMAT + 1, ..entries[at].clone() };
        let mut state = in_order(&entries[..at]);
        let before = state.hash();
        prop_assert!(matches!(state.fold(&newer), Folded::Parked(_)));
        for later in &entries[at + 1..] {
            prop_assert!(matches!(state.fold(later), Folded::Gap { .. }), "nothing is folded past it");
        }
        prop_assert_eq!(state.hash(), before);
        for entry in &entries[at..] {
            state.fold(entry);
        }
        prop_assert_eq!(state.hash(), in_order(&entries).hash());
    }
}
