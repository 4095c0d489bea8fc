//! Every decoder that meets a stranger's bytes, as a function of bytes that must not panic and must
//! keep what it promises of what it takes.
//!
//! The same functions are driven twice: by `cargo fuzz run NAME` (nightly toolchain, coverage guides
//! it), and on stable by `tests/corpus.rs`, which runs the files of `corpus/` and thousands of
//! mutations of each, always the same ones. What the fuzzer finds is put into `corpus/` and stays.

mod model;
mod protocols;

pub use model::{entry, item};
pub use protocols::{dns, wire};

use leeward_blueprint::{Blueprint, Timing};
use leeward_model::{AccountId, ClientId, ContentHash, Entry, Group, Payload, Seq, StoredEntry};
use leeward_service::validate;
use std::path::Path;

/// Must not panic, whatever it is given.
pub type Target = fn(&[u8]);

/// By the names of their folders in `corpus/`.
pub const TARGETS: [(&str, Target); 8] = [
    ("blueprint", blueprint),
    ("scenario", scenario),
    ("orders_file", orders_file),
    ("order_body", order_body),
    ("item", item),
    ("entry", entry),
    ("dns", dns),
    ("wire", wire),
];

/// `leeward.toml`: refused in words, or something that the budget can be worked out of.
pub fn blueprint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Blueprint::parse(text, "leeward.toml") {
        Ok(blueprint) => {
            for profile in [leeward_blueprint::Profile::Aws, leeward_blueprint::Profile::Local] {
                leeward_blueprint::Budget::of(&Timing::of(profile, &blueprint.timing));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// `leeward simulate --scenario`: what is taken is written as it was read.
pub fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(scenario) = leeward_sim::Scenario::parse(text, "scenario.toml") {
        let again = leeward_sim::Scenario::parse(&scenario.to_text(), "scenario.toml");
        assert_eq!(again.expect("its own text"), scenario);
    }
}

/// `leeward orders submit`: JSON lines when it begins like them, CSV otherwise.
pub fn orders_file(data: &[u8]) {
    let name = if data.starts_with(b"{") { "orders.ndjson" } else { "orders.csv" };
    for record in leeward_client::parse_records(Path::new(name), data).into_iter().flatten() {
        match record {
            Ok(order) => drop(validate::order(&order)),
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

/// A body of the orders API. What passes becomes an entry, is read back the same, and folds (SAFE-3).
pub fn order_body(data: &[u8]) {
    let Ok(body) = serde_json::from_slice(data) else { return };
    if let Ok(request) = validate::order(&body) {
        accepted(&request.account, request.client_order_id, Payload::Order(request.order.into()));
    }
    if let Ok(request) = validate::batch(&body) {
        let orders = request.orders.into_iter().map(Into::into).collect();
        accepted(&request.account, request.client_batch_id, Payload::Batch(orders));
    }
    if let Ok(request) = validate::limits(&body) {
        let account = AccountId::new("acct").expect("valid");
        accepted(&account, request.client_change_id, Payload::Limits(request.limits));
    }
}

fn accepted(account: &AccountId, id: ClientId, payload: Payload) {
    let hash = ContentHash::of(account, &payload);
    let entry = Entry { groups: vec![Group { id, hash, payload }] };
    let body = entry.encode().into();
    let stored = StoredEntry { account: account.clone(), seq: Seq(1), format: Entry::FORMAT, body };
    assert_eq!(stored.decode().as_ref(), Some(&entry), "an accepted order is lost");
    model::folds(&stored);
}
