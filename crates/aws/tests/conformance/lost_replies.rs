//! The effect is there and the answer is not: whoever repeats the call finds its own effect.

use crate::check::{Kind, done, eventually, is};
use crate::local::{AWAY_IX, HASTY, HOME_IX, LocalCloud, PATIENT};
use crate::ports::{HOME, Ports, account, region};
use crate::samples::{claim, client_id, entry, observation, session};
use leeward_cloud::{Fault, Service};
use leeward_model::{
    AuditKind, AuditRecord, Authority, Entry, Epoch, ProcessorState, Seq, StoredEntry,
};
use leeward_ports::{ClaimPut, EntryPut, Hint, Swap};
use std::time::Duration;

const UNKNOWN: Kind = Kind::Unknown;

struct Deaf {
    cloud: LocalCloud,
    hasty: Ports,
}

impl Deaf {
    /// A Region that does all that it is asked and never says so.
    async fn start(name: &str) -> Deaf {
        let cloud = LocalCloud::start(name).await;
        cloud.break_all(HOME_IX, Fault { lost_reply_percent: 100, ..Fault::default() });
        let hasty = cloud.seen_from(HOME_IX, HASTY);
        Deaf { cloud, hasty }
    }

    /// Answers are heard again.
    fn heal(&self) -> &Ports {
        self.cloud.break_all(HOME_IX, Fault::default());
        &self.cloud.ports
    }
}

/// SAFE-7: the same put again says whether the one before took effect.
#[tokio::test]
async fn a_ledger_put_is_found_again() {
    let deaf = Deaf::start("deaf_ledger").await;
    let (ours, id) = (account("acct"), client_id("1"));
    let (mine, claimed) = (entry(&ours, "1"), claim("mine", 0));
    let ledger = &deaf.hasty.ledger;
    let (claim, put, register) = tokio::join!(
        ledger.put_claim(&ours, &id, &claimed),
        ledger.put_entry(&ours, Seq(1), &mine, HASTY),
        ledger.register(&ours),
    );
    is(UNKNOWN, claim);
    is(UNKNOWN, put);
    is(UNKNOWN, register);

    let ledger = &deaf.heal().ledger;
    assert_eq!(done(ledger.put_claim(&ours, &id, &claimed).await), ClaimPut::Held(claimed));
    let body = mine.encode().as_str().into();
    let there = StoredEntry { account: ours.clone(), seq: Seq(1), format: Entry::FORMAT, body };
    let again = ledger.put_entry(&ours, Seq(1), &mine, PATIENT).await;
    assert_eq!(done(again), EntryPut::Occupied(there));
    assert_eq!(done(ledger.head(&ours).await), Seq(1));
    let mut accounts = Vec::new();
    let mut from = None;
    loop {
        let page = done(ledger.accounts(from).await);
        accounts.extend(page.accounts);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(accounts, [ours]);
}

#[tokio::test]
async fn a_control_swap_is_found_again() {
    let deaf = Deaf::start("deaf_control").await;
    let authority = Authority::initial(region(HOME));
    let seen = observation(&region(HOME), 1);
    let record = AuditRecord::link("s-1", None, 0, AuditKind::Intent, "move");
    let (home, epoch, parked) = (region(HOME), Epoch(1), Vec::new());
    let state = ProcessorState {
        region: home.clone(),
        epoch,
        run: None,
        reconciled: true,
        accounts: 0,
        remaining: 0,
        parked,
    };
    let control = &deaf.hasty.control;
    let (swap, observed, audit, put) = tokio::join!(
        control.swap_authority(&authority, None),
        control.swap_observation(&seen, None),
        control.put_audit(&record),
        control.put_processor(&state),
    );
    is(UNKNOWN, swap);
    is(UNKNOWN, observed);
    is(UNKNOWN, audit);
    is(UNKNOWN, put);

    let control = &deaf.heal().control;
    let again = done(control.swap_authority(&authority, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(authority))));
    let again = done(control.swap_observation(&seen, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(seen))));
    let again = done(control.put_audit(&record).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(record))));
    assert_eq!(done(control.processor(&home).await), Some(state));
}

#[tokio::test]
async fn a_session_write_is_found_again() {
    let deaf = Deaf::start("deaf_sessions").await;
    let first = session("s", 1);
    is(UNKNOWN, deaf.hasty.sessions.swap_session(&first, None).await);
    let sessions = &deaf.heal().sessions;
    let again = done(sessions.swap_session(&first, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(first))));

    let lossy = Fault { lost_reply_percent: 100, ..Fault::default() };
    deaf.cloud.break_all(HOME_IX, lossy);
    is(UNKNOWN, deaf.hasty.sessions.delete_session("s", 1).await);
    let sessions = &deaf.heal().sessions;
    assert_eq!(done(sessions.session("s").await), None);
    assert_eq!(done(sessions.delete_session("s", 1).await), Swap::Stored);
}

#[tokio::test]
async fn hints_and_notices_went_out() {
    let deaf = Deaf::start("deaf_queue").await;
    let hints = [Hint { account: account("acct"), seq: Seq(1) }];
    let (sent, told) = tokio::join!(
        deaf.hasty.queue.send(&deaf.hasty.home, &hints),
        deaf.hasty.notify.notify(&deaf.hasty.home, "subject", "message"),
    );
    is(UNKNOWN, sent);
    is(UNKNOWN, told);
    let ports = deaf.heal();
    assert_eq!(done(ports.queue.receive(Duration::ZERO).await)[0].hints, hints);
    let topic = &ports.names.notices;
    let notices = deaf.cloud.engine.with(|cloud, _| cloud.notices(HOME_IX, topic));
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].subject.as_deref(), Some("subject"));
}

/// A receive whose answer was lost took the message: it comes again when its time is over.
#[tokio::test]
async fn a_lost_receive_loses_no_hint() {
    let cloud = LocalCloud::start("deaf_receive").await;
    let hints = [Hint { account: account("acct"), seq: Seq(1) }];
    done(cloud.ports.queue.send(&cloud.ports.home, &hints).await);
    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    cloud.engine.with(|cloud, _| cloud.set_fault(HOME_IX, Service::Sqs, fault));
    is(UNKNOWN, cloud.seen_from(HOME_IX, HASTY).queue.receive(Duration::ZERO).await);
    cloud.break_all(HOME_IX, Fault::default());
    let batches = done(cloud.ports.queue.receive(Duration::from_secs(8)).await);
    assert_eq!(batches[0].hints, hints);
}

#[tokio::test]
async fn a_failover_goes_on_unheard() {
    let cloud = LocalCloud::start("deaf_database").await;
    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    let away = cloud.ports.away.clone();
    cloud.break_all(AWAY_IX, fault);
    is(UNKNOWN, cloud.seen_from(HOME_IX, HASTY).database.failover(&away).await);
    cloud.break_all(AWAY_IX, Fault::default());
    let look = || async {
        let view = done(cloud.ports.database.describe(&away).await);
        (view.writer.as_ref() == Some(&away)).then_some(())
    };
    eventually("the writer moves", look).await;
}
