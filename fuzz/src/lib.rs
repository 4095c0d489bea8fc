//! Fuzz targets for every decoder of untrusted bytes. A target must not panic, and it asserts what the decoder
//! guarantees for accepted input.
//!
//! Two programs run the same targets. `cargo fuzz run NAME` needs a nightly toolchain and is guided by coverage.
//! `tests/corpus.rs` needs only the stable toolchain: it runs each target on its files in `corpus/` and on thousands of
//! mutations of each file, which are the same in every run. Inputs that the fuzzer finds are added to `corpus/`.

mod model;
mod protocols;

pub use model::{entry, item};
pub use protocols::{dns, wire};

use leeward_blueprint::{Blueprint, Timing};
use leeward_model::{AccountId, ClientId, ContentHash, Entry, Group, Payload, Seq, StoredEntry};
use leeward_service::validate;
use std::path::Path;

/// A target. It must not panic for any input.
pub type Target = fn(&[u8]);

/// The targets, with the names of their folders in `corpus/`.
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

/// Parses the input as `leeward.toml`. An error must have a message, and a valid blueprint must have a timing budget.
pub fn blueprint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Blueprint::parse(text, "leeward.toml") {
        Ok(blueprint) => {
            for profile in
                [leeward_blueprint::TimingProfile::Aws, leeward_blueprint::TimingProfile::Local]
            {
                leeward_blueprint::Budget::of(&Timing::of(profile, &blueprint.timing));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Parses the input of `leeward simulate --scenario`. An accepted scenario must be equal after a round trip.
pub fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(scenario) = leeward_sim::Scenario::parse(text, "scenario.toml") {
        let again = leeward_sim::Scenario::parse(&scenario.to_text(), "scenario.toml");
        assert_eq!(again.expect("its own text"), scenario);
    }
}

/// Parses the input of `leeward orders submit`, as JSON lines if it begins with a brace and as CSV otherwise.
pub fn orders_file(data: &[u8]) {
    let name = if data.starts_with(b"{") { "orders.ndjson" } else { "orders.csv" };
    for record in leeward_client::parse_records(Path::new(name), data).into_iter().flatten() {
        match record {
            Ok(order) => drop(validate::order(&order)),
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

/// Validates a body of the orders API. An accepted request must become an entry that can be read back and folded
/// (SAFE-3).
pub fn order_body(data: &[u8]) {
    let Ok(body) = serde_json::from_slice(data) else { return };
    if let Ok(request) = validate::order(&body) {
        check_accepted(
            &request.account,
            request.client_order_id,
            Payload::Order(request.order.into()),
        );
    }
    if let Ok(request) = validate::batch(&body) {
        let orders = request.orders.into_iter().map(Into::into).collect();
        check_accepted(&request.account, request.client_batch_id, Payload::Batch(orders));
    }
    if let Ok(request) = validate::limits(&body) {
        let account = AccountId::new("acct").expect("valid");
        check_accepted(&account, request.client_change_id, Payload::Limits(request.limits));
    }
}

fn check_accepted(account: &AccountId, id: ClientId, payload: Payload) {
    let hash = ContentHash::of(account, &payload);
    let entry = Entry { groups: vec![Group { id, hash, payload }] };
    let body = entry.encode().into();
    let stored = StoredEntry { account: account.clone(), seq: Seq(1), format: Entry::FORMAT, body };
    assert_eq!(stored.decode().as_ref(), Some(&entry), "an accepted order is lost");
    model::check_fold(&stored);
}
