//! Tests of queues: at-least-once delivery, visibility timeouts and dead-letter queues.

use crate::world::{A, MS, World};
use leeward_cloud::sqs::{Attributes, Outgoing, Received, SqsRequest, SqsResponse};
use leeward_cloud::{Place, Reply, Request, Response};

fn receive(w: &mut World, queue: &str, wait_us: u64) -> (u64, Vec<Received>) {
    let request =
        SqsRequest::Receive { queue: queue.into(), max: 10, visibility_timeout_s: None, wait_us };
    let (took, told) = w.ask(A, A, Request::Sqs(request));
    let Ok(Response::Sqs(SqsResponse::Received(list))) = told else { panic!("{told:?}") };
    (took, list)
}

fn send(queue: &str, body: &str) -> Request {
    Request::Sqs(SqsRequest::Send { queue: queue.into(), messages: vec![Outgoing::new(body)] })
}

#[test]
fn a_message_that_is_not_deleted_comes_again_and_ends_as_a_dead_letter() {
    let mut w = World::new();
    w.cloud.create_queue(A, "dead", Attributes::default());
    let redrive = Some(("dead".to_owned(), 2));
    w.cloud.create_queue(A, "q", Attributes { visibility_timeout_s: 5, redrive });
    w.ask(A, A, send("q", "m")).1.expect("sent");
    let first = receive(&mut w, "q", 0).1;
    assert_eq!((first.len(), first[0].receive_count), (1, 1));
    assert_eq!(receive(&mut w, "q", 0).1, [], "hidden");
    w.run_until(w.now_us + 5_001 * MS);
    let second = receive(&mut w, "q", 0).1;
    assert_eq!((second[0].receive_count, &second[0].id), (2, &first[0].id));
    w.run_until(w.now_us + 5_001 * MS);
    assert_eq!(receive(&mut w, "q", 0).1, []);
    assert_eq!(receive(&mut w, "dead", 0).1.len(), 1);
}

#[test]
fn a_long_poll_ends_with_the_message_or_with_its_time() {
    let mut w = World::new();
    w.cloud.create_queue(A, "q", Attributes::default());
    assert_eq!(receive(&mut w, "q", 3_000 * MS), (3_000 * MS, vec![]));
    let request = SqsRequest::Receive {
        queue: "q".into(),
        max: 1,
        visibility_timeout_s: None,
        wait_us: 9_000 * MS,
    };
    let began = w.now_us;
    let waiting = w.send(Place::Region(A), A, Request::Sqs(request));
    w.run_until(began + 700 * MS);
    w.ask(A, A, send("q", "m")).1.expect("sent");
    let (at, reply) = w.reply(waiting).expect("answered as soon as there is something");
    assert!(at <= began + 701 * MS, "{}", at - began);
    let Reply::Answer(Ok(Response::Sqs(SqsResponse::Received(list)))) = reply else { panic!() };
    assert_eq!(list[0].body, "m");
}

#[test]
fn a_message_that_is_made_visible_ends_a_long_poll() {
    let mut w = World::new();
    w.cloud.create_queue(A, "q", Attributes::default());
    w.ask(A, A, send("q", "m")).1.expect("sent");
    let receipt = receive(&mut w, "q", 0).1.remove(0).receipt;
    let request = SqsRequest::Receive {
        queue: "q".into(),
        max: 1,
        visibility_timeout_s: None,
        wait_us: 9_000 * MS,
    };
    let waiting = w.send(Place::Region(A), A, Request::Sqs(request));
    w.run_until(w.now_us + 100 * MS);
    let change = SqsRequest::ChangeVisibility { queue: "q".into(), receipt, timeout_s: 0 };
    w.ask(A, A, Request::Sqs(change)).1.expect("changed");
    let began = w.now_us;
    w.run_until(began + 10 * MS);
    let (_, reply) = w.reply(waiting).expect("answered as soon as the message is visible");
    let Reply::Answer(Ok(Response::Sqs(SqsResponse::Received(list)))) = reply else { panic!() };
    assert_eq!(list[0].body, "m");
}

#[test]
fn long_polls_leave_no_timers_behind() {
    // Each poll started another timer that came again every second, as long as a table had a time to live.
    let mut w = World::new();
    w.cloud.create_queue(A, "q", Attributes::default());
    for _ in 0..50 {
        receive(&mut w, "q", 100 * MS);
    }
    let until_us = w.now_us + 10_000 * MS;
    let mut deadlines = 0;
    while let Some(at_us) = w.cloud.next_deadline_us().filter(|at_us| *at_us <= until_us) {
        deadlines += 1;
        w.run_until(at_us);
    }
    assert!(deadlines <= 11, "{deadlines} deadlines in ten idle seconds");
}

fn code(w: &mut World, request: SqsRequest) -> Option<String> {
    w.ask(A, A, Request::Sqs(request)).1.err()
}

#[test]
fn only_receipts_are_taken_as_receipts() {
    let mut w = World::new();
    w.cloud.create_queue(A, "q", Attributes::default());
    w.ask(A, A, send("q", "m")).1.expect("sent");
    let receipt = receive(&mut w, "q", 0).1.remove(0).receipt;
    let change = |receipt: &str| SqsRequest::ChangeVisibility {
        queue: "q".into(),
        receipt: receipt.into(),
        timeout_s: 60,
    };
    assert_eq!(code(&mut w, change(&receipt)), None);
    assert_eq!(code(&mut w, change("x")), Some("ReceiptHandleIsInvalid".into()));
    let receipts = vec![receipt.clone(), "x".to_owned()];
    let delete = SqsRequest::DeleteMessages { queue: "q".into(), receipts };
    let Ok(Response::Sqs(SqsResponse::Deleted(known))) = w.ask(A, A, Request::Sqs(delete)).1 else {
        panic!("not deleted");
    };
    assert_eq!(known, [true, false]);
    let gone = Some("AWS.SimpleQueueService.MessageNotInflight".into());
    assert_eq!(code(&mut w, change(&receipt)), gone);
}

#[test]
fn dead_letters_go_to_a_queue_that_is_there() {
    let mut w = World::new();
    let attributes = Attributes { redrive: Some(("absent".into(), 2)), ..Attributes::default() };
    let create = SqsRequest::Create { queue: "q".into(), attributes };
    assert_eq!(code(&mut w, create), Some("InvalidParameterValue".into()));
}
