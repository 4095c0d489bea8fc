//! Replays, step by step, executions that broke earlier drafts of the design (docs/spec/attacks.md). Attacks on a rule
//! of a single module are beside the other tests of that module.

use crate::append::{World, account, payload};
use crate::trio::Trio;
use leeward_core::append::Answer;
use leeward_model::{Claim, ClientId, ContentHash, Mode, Payload, Seq};

fn id(text: &str) -> ClientId {
    ClientId::new(text).expect("valid")
}

/// Retries an order at a process that confirmed a head beyond the order's entry long ago, while that process is about
/// to send a shared put.
#[test]
fn s1_a_retry_in_a_shared_put_is_judged_by_its_own_claim() {
    for seed in 0..200 {
        let mut world = World::new(seed, 2, 0);
        world.submit(1, "warm", 0);
        world.settle();
        let first = world.submit(0, "x", 0);
        world.settle();
        for n in 0..5 {
            world.submit(1, &format!("between{n}"), 0);
            world.settle();
        }
        // A put is in flight, and the retry and an unrelated order wait behind it together.
        world.submit(1, "in-flight", 0);
        world.turn();
        let retry = world.submit(1, "x", 0);
        let stranger = world.submit(1, "stranger", 0);
        world.settle();
        world.check();
        let Answer::Accepted { seq, index } = world.answers[&first] else { panic!("seed {seed}") };
        assert_eq!(world.answers[&retry], Answer::Existing { seq, index }, "seed {seed}");
        assert!(matches!(world.answers[&stranger], Answer::Accepted { .. }), "seed {seed}");
    }
}

/// Attacks the single namespace of claims: an order that was first sent alone is sent again as a batch of one.
#[test]
fn s2_an_order_alone_and_in_a_batch_under_one_id_conflict() {
    let mut world = World::new(1, 2, 0);
    let alone = world.submit(0, "c1", 0);
    world.settle();
    let orders = payload(0).orders().to_vec();
    let batch = world.submit_payload(1, "c1", Payload::Batch(orders), 1_000);
    world.settle();
    assert!(matches!(world.answers[&alone], Answer::Accepted { .. }));
    assert_eq!(world.answers[&batch], Answer::Conflict);
    assert_eq!(world.ledger.entries.len(), 1);
}

/// Lets another process claim with `from` = 0 and die before it registers the account.
#[test]
fn s4_a_claim_from_zero_proves_no_registration() {
    let mut world = World::new(1, 1, 0);
    let hash = ContentHash::of(&account(), &payload(0));
    world.ledger.claims.insert(id("c1"), Claim { hash, from: Seq::ZERO });
    assert!(!world.ledger.registered);
    let ticket = world.submit(0, "c1", 0);
    // The ledger asserts that no put precedes the registration of the account.
    world.settle();
    assert_eq!(world.answers[&ticket], Answer::Accepted { seq: Seq(1), index: 0 });
    assert!(world.ledger.registered);
}

/// Checks that an order does not join a put that may still land after the order is answered.
#[test]
fn s6_no_caller_is_answered_before_the_put_of_its_order_has_ended() {
    let mut world = World::new(1, 1, 0);
    world.submit(0, "warm", 0);
    world.settle();
    // A put takes up to 50 ms.
    let hurried = world.submit_payload(0, "hurried", payload(0), 20);
    world.settle();
    assert_eq!(world.answers[&hurried], Answer::Unknown);
    assert_eq!(world.ledger.entries.len(), 1, "the order is answered with 503 and never lands");
    let again = world.submit(0, "hurried", 0);
    world.settle();
    assert_eq!(world.answers[&again], Answer::Accepted { seq: Seq(2), index: 0 });
}

/// Acknowledges an operator's pause while a sentinel decides on the basis of an authority in mode `automatic`.
#[test]
fn r3_an_acknowledged_pause_stops_a_move_that_was_being_decided() {
    let mut t = Trio::new();
    t.everyone_sees("a", "egg");
    t.before_start = Some(|authority| {
        // This change happens between the sentinel's read and its write.
        authority.version += 1;
        authority.mode = Mode::Paused;
    });
    t.ticks(20);
    assert_eq!(t.started, vec![], "SAFE-5: the write was conditional on the version it had read");
    assert_eq!((t.authority.epoch.0, t.authority.mode), (1, Mode::Paused));
}

/// Lets two sentinels decide on the same evidence. Only one run may start.
#[test]
fn r3_two_deciders_start_one_run() {
    let mut t = Trio::new();
    t.everyone_sees("a", "egg");
    t.ticks(20);
    assert_eq!(t.started.len(), 1);
    assert_eq!((t.authority.epoch.0, t.authority.budgets.moves.len()), (2, 1));
}

/// Makes the probes fail intermittently: misses, a good answer, and misses again.
#[test]
fn r12_errors_are_never_darkness() {
    let mut t = Trio::new();
    for round in 0..6 {
        let (bad, good) = if round % 2 == 0 { ("a", "b") } else { ("b", "a") };
        t.everyone_sees(bad, "eee");
        t.everyone_sees(good, "ggg");
        t.ticks(6);
        t.authority.run = None;
    }
    assert_eq!(t.started.len(), 1, "doubtful moves wait for the cooldown: {:?}", t.started);
}

/// Loses a Region after a drill and its return. The move waits for the cooldown but not for a day.
#[test]
fn s11_a_third_move_waits_and_then_goes() {
    let mut t = Trio::new();
    for (lost, well) in [("a", "b"), ("b", "a")] {
        t.down = vec![lost];
        t.everyone_sees(lost, "sss");
        t.everyone_sees(well, "ggg");
        t.ticks(6);
        t.authority.run = None;
        t.down = vec![];
        t.everyone_sees(lost, "ggg");
        t.ticks(5);
    }
    assert_eq!(t.started.len(), 2);
    t.down = vec!["a"];
    t.everyone_sees("a", "sss");
    t.ticks(8);
    assert_eq!(t.started.len(), 2);
    t.ticks(60);
    assert_eq!(t.started.len(), 3);
    assert_eq!(t.authority.active.as_str(), "b");
}
