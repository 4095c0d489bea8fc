//! The outcomes that callers receive when the cloud misbehaves (SAFE-7). The tests make every call of every port, so
//! that no call interprets errors in its own way.

use crate::check::{Kind, kind};
use crate::local::{AWAY_IX, HASTY, HOME_IX, LocalCloud, PATIENT};
use crate::ports::{HOME, Ports, account, region};
use crate::samples::{claim, client_id, entry, observation, session};
use leeward_cloud::{Fault, Service};
use leeward_model::{AuditKind, AuditRecord, Authority, Epoch, ProcessorState, RunKind, Seq};
use leeward_ports::{Events, Hint, OrderEvent, StateMachine};
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The time that a busy machine may add to a limit.
const SLACK: Duration = Duration::from_millis(1_500);

pub(crate) type Call = fn(Arc<Ports>) -> Pin<Box<dyn Future<Output = Kind> + Send>>;

macro_rules! calls {
    ($($port:ident.$method:ident: |$ports:ident| $call:expr,)+) => {
        &[$((
            concat!(stringify!($port), ".", stringify!($method)),
            |$ports| Box::pin(async move { kind(&$call.await) }),
        ),)+]
    };
}

pub(crate) const CALLS: &[(&str, Call)] = calls! {
    ledger.head: |p| p.ledger.head(&account("a")),
    ledger.register: |p| p.ledger.register(&account("a")),
    ledger.put_claim: |p| p.ledger.put_claim(&account("a"), &client_id("1"), &claim("h", 0)),
    ledger.claim: |p| p.ledger.claim(&account("a"), &client_id("1")),
    ledger.put_entry: |p|
        p.ledger.put_entry(&account("a"), Seq(1), &entry(&account("a"), "1"), p.limit()),
    ledger.entries_after: |p| p.ledger.entries_after(&account("a"), Seq::ZERO, 10),
    ledger.entries_at: |p| p.ledger.entries_at(&[(account("a"), Seq(1))]),
    ledger.accounts: |p| p.ledger.accounts(None),
    control.authority: |p| p.control.authority(),
    control.swap_authority: |p|
        p.control.swap_authority(&Authority::initial(region(HOME)), Some(1)),
    control.observations: |p| p.control.observations(),
    control.swap_observation: |p| p.control.swap_observation(&observation(&region(HOME), 1), None),
    control.processor: |p| p.control.processor(&region(HOME)),
    control.put_processor: |p| p.control.put_processor(&processor()),
    control.audit_head: |p| p.control.audit_head("s-1"),
    control.put_audit: |p| p.control.put_audit(&AuditRecord::link("s-1", None, 0, AuditKind::Intent, "x")),
    control.audit_chain: |p| p.control.audit_chain("s-1", 0),
    sessions.session: |p| p.sessions.session("s"),
    sessions.swap_session: |p| p.sessions.swap_session(&session("s", 1), None),
    sessions.delete_session: |p| p.sessions.delete_session("s", 1),
    queue.send: |p| p.queue.send(&p.home, &[Hint { account: account("a"), seq: Seq(1) }]),
    queue.receive: |p| p.queue.receive(Duration::ZERO),
    queue.delete: |p| p.queue.delete(&["receipt".to_owned()]),
    events.publish: |p| p.events.publish(&[event()]),
    notify.notify: |p| p.notify.notify(&p.home, "subject", "message"),
    database.describe: |p| p.database.describe(&p.home),
    database.failover: |p| p.database.failover(&p.away),
};

/// Calls of services that the local cloud does not have, and further changes of the global cluster, which a healthy
/// cloud would refuse during the failover in `CALLS`.
pub(crate) const ELSEWHERE: &[(&str, Call)] = calls! {
    database.switchover: |p| p.database.switchover(&p.home, &p.away),
    database.remove: |p| p.database.remove(&p.away),
    machines.start: |p| p.elsewhere.machines.start(&p.home, "run-1", RunKind::Failover),
    bus.publish: |p| p.elsewhere.bus.publish(&[event()]),
    parameters.read: |p| p.elsewhere.parameters.read("/leeward/platform"),
    secrets.read: |p| p.elsewhere.secrets.read("grants"),
    files.put: |p| p.elsewhere.files.put("a/b.json", "{}"),
    sts.assume: |p| leeward_aws::assume(&p.elsewhere.config, &p.home, "role", "session"),
    lambda.invoke: |p| leeward_aws::invoke(&p.elsewhere.config, &p.home, "f", &Value::Null),
};

fn processor() -> ProcessorState {
    let (region, epoch, parked) = (region(HOME), Epoch(1), Vec::new());
    ProcessorState { region, epoch, run: None, reconciled: true, accounts: 0, remaining: 0, parked }
}

fn event() -> OrderEvent {
    OrderEvent {
        account: account("a"),
        seq: Seq(1),
        index: 0,
        client_order_id: client_id("1"),
        status: "booked".into(),
        epoch: Epoch(1),
    }
}

/// Makes all calls concurrently and asserts that each has the expected outcome within its time limit.
pub(crate) async fn all_are(expect: Kind, ports: Ports) {
    these_are(expect, ports, CALLS).await;
}

pub(crate) async fn these_are(expect: Kind, ports: Ports, calls: &[(&'static str, Call)]) {
    let (longest, ports) = (ports.limit() + SLACK, Arc::new(ports));
    let mut running = JoinSet::new();
    for &(name, call) in calls {
        let answer = call(ports.clone());
        running.spawn(async move {
            let began = Instant::now();
            (name, answer.await, began.elapsed())
        });
    }
    let answers = running.join_all().await;
    let wrong: Vec<_> = answers.iter().filter(|(_, kind, _)| *kind != expect).collect();
    assert!(wrong.is_empty(), "not {expect:?}: {wrong:?}");
    let late: Vec<_> = answers.iter().filter(|(.., took)| *took > longest).collect();
    assert!(late.is_empty(), "exceeded their time limit: {late:?}");
}

/// Without a fault the same calls succeed, so the other outcomes are due to the faults.
#[tokio::test]
async fn without_a_fault_all_calls_are_done() {
    let cloud = LocalCloud::start("no_fault").await;
    all_are(Kind::Done, cloud.seen_from(HOME_IX, PATIENT)).await;
}

async fn with_fault(name: &str, expect: Kind, fault: Fault) {
    let cloud = LocalCloud::start(name).await;
    cloud.break_all(HOME_IX, fault);
    cloud.break_all(AWAY_IX, fault);
    all_are(expect, cloud.seen_from(HOME_IX, HASTY)).await;
}

#[tokio::test]
async fn errors_are_unknown() {
    let fault = Fault { error_percent: 100, ..Fault::default() };
    with_fault("errors", Kind::Unknown, fault).await;
}

#[tokio::test]
async fn throttling_is_transient() {
    let fault = Fault { throttle_percent: 100, ..Fault::default() };
    with_fault("throttling", Kind::Transient, fault).await;
}

#[tokio::test]
async fn a_silent_cloud_is_unknown_in_time() {
    with_fault("silence", Kind::Unknown, Fault { dead: true, ..Fault::default() }).await;
}

#[tokio::test]
async fn lost_replies_are_unknown_in_time() {
    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    with_fault("lost_replies", Kind::Unknown, fault).await;
}

#[tokio::test]
async fn slow_answers_are_unknown_in_time() {
    let slow_us = 3 * HASTY.as_micros() as u64;
    with_fault("slow", Kind::Unknown, Fault { slow_us, ..Fault::default() }).await;
}

#[tokio::test]
async fn a_dark_region_is_unknown_in_time() {
    let cloud = LocalCloud::start("darkness").await;
    cloud.set_dark(HOME_IX, true);
    all_are(Kind::Unknown, cloud.seen_from(HOME_IX, HASTY)).await;
}

/// An attempt to put an entry has its own limit, shorter than that of other calls.
#[tokio::test]
async fn a_put_of_an_entry_has_its_own_limit() {
    let cloud = LocalCloud::start("own_limit").await;
    let fault = Fault { dead: true, ..Fault::default() };
    cloud.engine.with(|cloud, _| cloud.set_fault(HOME_IX, Service::DynamoDb, fault));
    let ours = account("a");
    let began = Instant::now();
    let put = cloud.ports.ledger.put_entry(&ours, Seq(1), &entry(&ours, "1"), HASTY).await;
    assert_eq!(kind(&put), Kind::Unknown, "{put:?}");
    let took = began.elapsed();
    assert!(took >= HASTY && took < HASTY + SLACK, "{took:?}");
}
