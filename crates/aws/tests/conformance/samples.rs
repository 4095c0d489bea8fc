//! Sample orders, entries, claims, sessions and observations.

use leeward_model::{
    AccountId, Claim, ClientId, ContentHash, Decimal, Diagnosis, Entry, Epoch, Group,
    MAX_ENTRY_ORDERS, Observation, Order, OrderType, Payload, ProbeAnswer, Region, RegionView, Seq,
    Session, Side, Symbol, TimeInForce,
};
use std::collections::BTreeMap;

pub(crate) fn client_id(text: &str) -> ClientId {
    ClientId::new(text).expect("a client's id")
}

pub(crate) fn order(quantity: &str) -> Order {
    Order {
        symbol: Symbol::new("ACME").expect("a symbol"),
        side: Side::Buy,
        order_type: OrderType::Limit,
        quantity: Decimal::parse(quantity).expect("a quantity"),
        limit_price: Some(Decimal::parse("9999999999.12345678").expect("a price")),
        time_in_force: TimeInForce::Gtc,
    }
}

fn entry_of(account: &AccountId, id: &str, payload: Payload) -> Entry {
    let hash = ContentHash::of(account, &payload);
    Entry { groups: vec![Group { id: client_id(id), hash, payload }] }
}

pub(crate) fn entry(account: &AccountId, id: &str) -> Entry {
    entry_of(account, id, Payload::Order(order("1.5")))
}

/// Returns an entry with the maximum number of orders.
pub(crate) fn largest_entry(account: &AccountId, id: &str) -> Entry {
    let orders = vec![order("9999999999.87654321"); MAX_ENTRY_ORDERS];
    entry_of(account, id, Payload::Batch(orders))
}

pub(crate) fn claim(content: &str, from: u64) -> Claim {
    Claim { hash: ContentHash::from_text(content), from: Seq(from) }
}

pub(crate) fn session(id: &str, version: u64) -> Session {
    Session {
        id: id.to_owned(),
        owner: "trader".into(),
        content_type: "text/plain; charset=\"utf-8\"".into(),
        body_hex: format!("{version:02x}").repeat(8),
        version,
        expires_at_s: 4_000_000_000 + version,
    }
}

pub(crate) fn observation(sentinel: &Region, counter: u64) -> Observation {
    let view = RegionView {
        api: ProbeAnswer::Good,
        ledger: ProbeAnswer::Error("500".into()),
        control: ProbeAnswer::Silence,
        silent: 0,
        refused: 1,
        accepted: 2,
        writer_elsewhere: 3,
        writer: Some(sentinel.clone()),
        resyncing: true,
        member: true,
        diagnosis: Diagnosis::Healthy,
        since_at_ms: 4,
    };
    Observation {
        format: Observation::FORMAT,
        sentinel: sentinel.clone(),
        incarnation: "first".into(),
        counter,
        regions: BTreeMap::from([(sentinel.clone(), view)]),
        seen: BTreeMap::new(),
        epoch: Epoch(1),
        run: None,
        at_ms: counter * 1_000,
    }
}
