//! Tests of multi-Region strong consistency, of its quorums, and of eventually consistent tables.

use crate::world::{A, B, MS, W, World, key, put, put_when};
use leeward_cloud::dynamodb::{DynamoRequest, Number, Returns, Value, Write};
use leeward_cloud::{Fault, Place, Reply, Request, Service};

#[test]
fn a_write_takes_the_round_trip_to_the_nearest_and_is_seen_everywhere_at_once() {
    let mut w = World::new();
    let took = w.put(A, "ledger", "x", 1).expect("stored");
    assert!((12 * MS..13 * MS).contains(&took), "{took}");
    assert_eq!(w.get(B, "ledger", "x", true), Ok(Some(1)));
    assert_eq!(
        w.put(B, "ledger", "x", 2),
        Err("ConditionalCheckFailedException".into()),
        "conditions see the latest version in any Region"
    );
}

#[test]
fn a_witness_serves_nothing_and_a_third_replica_does() {
    let mut w = World::new();
    assert_eq!(w.put(W, "ledger", "x", 1), Err("ResourceNotFoundException".into()));
    assert!(w.put(W, "control", "x", 1).is_ok());
}

#[test]
fn an_isolated_replica_refuses_and_reads_eventually() {
    let mut w = World::new();
    w.put(A, "ledger", "x", 1).expect("stored");
    let now = w.now_us + 100 * MS;
    w.run_until(now);
    for other in [B, W] {
        w.cloud.set_cut(now, A, other, true);
        w.cloud.set_cut(now, other, A, true);
    }
    assert_eq!(w.put(A, "ledger", "y", 1), Err("InternalServerError".into()));
    assert_eq!(w.get(A, "ledger", "x", true), Err("InternalServerError".into()));
    w.ask(B, B, put_when("ledger", "x", 2, None)).1.expect("B and the witness continue");
    assert_eq!(w.get(A, "ledger", "x", false), Ok(Some(1)), "as it was before the cut");
    assert_eq!(w.get(B, "ledger", "x", true), Ok(Some(2)));
}

#[test]
fn a_loss_is_followed_by_a_moment_of_re_forming_and_a_return_by_catching_up() {
    let mut w = World::new();
    w.put(A, "ledger", "x", 1).expect("stored");
    let now = w.now_us;
    w.cloud.set_dark(now, A, true);
    let took = w.put(B, "ledger", "y", 1).expect("B and the witness");
    assert!((500 * MS..600 * MS).contains(&took), "re-forming: {took}");
    let took = w.put(B, "ledger", "z", 1).expect("stored");
    assert!((60 * MS..62 * MS).contains(&took), "the witness is farther: {took}");
    let now = w.now_us;
    w.cloud.set_dark(now, A, false);
    assert_eq!(w.put(A, "ledger", "q", 1), Err("InternalServerError".into()), "catching up");
    w.run_until(now + 1_001 * MS);
    assert!(w.put(A, "ledger", "q", 1).is_ok());
    assert_eq!(w.get(A, "ledger", "z", true), Ok(Some(1)));
}

#[test]
fn two_regions_at_one_item_at_once_conflict() {
    let mut w = World::new();
    let first = w.send(Place::Region(A), A, put_when("ledger", "x", 1, None));
    let second = w.send(Place::Region(B), B, put_when("ledger", "x", 2, None));
    w.run_until(1_000 * MS);
    let (_, Reply::Answer(Ok(_))) = w.reply(first).expect("answered") else { panic!("first") };
    let (_, Reply::Answer(Err(error))) = w.reply(second).expect("answered") else {
        panic!("second")
    };
    assert_eq!(error.code, "ReplicatedWriteConflictException");
    assert_eq!(w.get(B, "ledger", "x", true), Ok(Some(1)));
}

#[test]
fn a_lost_reply_has_its_effect_and_a_dark_region_answers_nobody() {
    let mut w = World::new();
    let lost = Fault { lost_reply_percent: 100, ..Fault::default() };
    w.cloud.set_fault(A, Service::DynamoDb, lost);
    assert_eq!(w.put(A, "ledger", "x", 7), Err("silence".into()));
    w.cloud.set_fault(A, Service::DynamoDb, Fault::default());
    assert_eq!(w.get(A, "ledger", "x", true), Ok(Some(7)));
    let throttled = Fault { throttle_percent: 100, ..Fault::default() };
    w.cloud.set_fault(A, Service::DynamoDb, throttled);
    let code = "ProvisionedThroughputExceededException";
    assert_eq!(w.put(A, "ledger", "y", 1), Err(code.into()));
    w.cloud.set_fault(A, Service::DynamoDb, Fault::default());
    assert_eq!(w.get(A, "ledger", "y", true), Ok(None));
    let now = w.now_us;
    w.cloud.set_dark(now, A, true);
    assert_eq!(w.put(A, "ledger", "z", 1), Err("silence".into()));
}

#[test]
fn a_one_way_cut_lets_the_effect_through_and_not_the_answer() {
    let mut w = World::new();
    let now = w.now_us;
    w.cloud.set_cut(now, A, W, true);
    let (_, told) = w.ask(W, A, put("control", "x", 1));
    assert_eq!(told.err(), Some("silence".into()));
    assert_eq!(w.get(B, "control", "x", true), Ok(Some(1)));
}

#[test]
fn eventual_tables_lag_and_take_the_last_writer() {
    let mut w = World::new();
    w.ask(A, A, put_when("sessions", "x", 1, None)).1.expect("stored");
    assert_eq!(w.get(B, "sessions", "x", true), Ok(None), "not there yet");
    w.run_until(w.now_us + 300 * MS);
    assert_eq!(w.get(B, "sessions", "x", true), Ok(Some(1)));
    w.ask(A, A, put_when("sessions", "x", 2, None)).1.expect("stored");
    w.ask(B, B, put_when("sessions", "x", 3, None)).1.expect("stored");
    w.run_until(w.now_us + 1_000 * MS);
    assert_eq!(w.get(A, "sessions", "x", true), Ok(Some(3)), "the later write wins silently");
    assert_eq!(w.get(B, "sessions", "x", true), Ok(Some(3)));
}

/// Checks that TTL deletes an item after the second that its attribute names, by the wall-clock time of the world.
#[test]
fn an_eventual_table_forgets_what_has_expired() {
    let mut w = World::new();
    let expires_s = 1_000_000 + 3;
    let mut item = key("x");
    item.insert("n".into(), Value::N(Number::from_u64(1)));
    item.insert("ttl".into(), Value::N(Number::from_u64(expires_s)));
    let write = Write::Put {
        table: "sessions".into(),
        item: item.into(),
        condition: None,
        old_on_failure: false,
        returns: Returns::None,
    };
    w.ask(A, A, Request::Dynamo(DynamoRequest::Write(write))).1.expect("stored");
    w.run_until(2_000 * MS);
    assert_eq!(w.get(B, "sessions", "x", true), Ok(Some(1)), "not yet");
    w.run_until(6_000 * MS);
    for region in [A, B] {
        assert_eq!(w.get(region, "sessions", "x", true), Ok(None));
    }
}

#[test]
fn the_same_calls_make_the_same_world() {
    let run = || {
        let mut w = World::new();
        let faults = Fault { lost_reply_percent: 30, error_percent: 20, ..Fault::default() };
        w.cloud.set_fault(A, Service::DynamoDb, faults);
        (0..200)
            .map(|n| format!("{:?}", w.put(A, "ledger", &format!("k{n}"), n)))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}
