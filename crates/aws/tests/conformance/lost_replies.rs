//! Calls that take effect although their responses are lost. A repeated call finds the effect of the first.

use crate::check::{Kind, assert_kind, done, eventually};
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

struct LostReplies {
    cloud: LocalCloud,
    hasty: Ports,
}

impl LostReplies {
    /// Starts a Region that carries out every call and loses every response.
    async fn start(name: &str) -> LostReplies {
        let cloud = LocalCloud::start(name).await;
        cloud.break_all(HOME_IX, Fault { lost_reply_percent: 100, ..Fault::default() });
        let hasty = cloud.seen_from(HOME_IX, HASTY);
        LostReplies { cloud, hasty }
    }

    /// Lets responses arrive again.
    fn heal(&self) -> &Ports {
        self.cloud.break_all(HOME_IX, Fault::default());
        &self.cloud.ports
    }
}

/// A repeated put shows whether the previous one took effect (SAFE-7).
#[tokio::test]
async fn a_repeated_ledger_put_finds_the_first() {
    let lossy = LostReplies::start("lossy_ledger").await;
    let (ours, id) = (account("acct"), client_id("1"));
    let (mine, claimed) = (entry(&ours, "1"), claim("mine", 0));
    let ledger = &lossy.hasty.ledger;
    let (claim, put, register) = tokio::join!(
        ledger.put_claim(&ours, &id, &claimed),
        ledger.put_entry(&ours, Seq(1), &mine, HASTY),
        ledger.register(&ours),
    );
    assert_kind(UNKNOWN, claim);
    assert_kind(UNKNOWN, put);
    assert_kind(UNKNOWN, register);

    let ledger = &lossy.heal().ledger;
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
async fn a_repeated_control_swap_finds_the_first() {
    let lossy = LostReplies::start("lossy_control").await;
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
    let control = &lossy.hasty.control;
    let (swap, observed, audit, put) = tokio::join!(
        control.swap_authority(&authority, None),
        control.swap_observation(&seen, None),
        control.put_audit(&record),
        control.put_processor(&state),
    );
    assert_kind(UNKNOWN, swap);
    assert_kind(UNKNOWN, observed);
    assert_kind(UNKNOWN, audit);
    assert_kind(UNKNOWN, put);

    let control = &lossy.heal().control;
    let again = done(control.swap_authority(&authority, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(authority))));
    let again = done(control.swap_observation(&seen, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(seen))));
    let again = done(control.put_audit(&record).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(record))));
    assert_eq!(done(control.processor(&home).await), Some(state));
}

#[tokio::test]
async fn a_repeated_session_write_finds_the_first() {
    let lossy = LostReplies::start("lossy_sessions").await;
    let first = session("s", 1);
    assert_kind(UNKNOWN, lossy.hasty.sessions.swap_session(&first, None).await);
    let sessions = &lossy.heal().sessions;
    let again = done(sessions.swap_session(&first, None).await);
    assert_eq!(again, Swap::Changed(Some(Box::new(first))));

    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    lossy.cloud.break_all(HOME_IX, fault);
    assert_kind(UNKNOWN, lossy.hasty.sessions.delete_session("s", 1).await);
    let sessions = &lossy.heal().sessions;
    assert_eq!(done(sessions.session("s").await), None);
    assert_eq!(done(sessions.delete_session("s", 1).await), Swap::Stored);
}

#[tokio::test]
async fn hints_and_notices_are_sent_despite_lost_replies() {
    let lossy = LostReplies::start("lossy_queue").await;
    let hints = [Hint { account: account("acct"), seq: Seq(1) }];
    let (sent, told) = tokio::join!(
        lossy.hasty.queue.send(&lossy.hasty.home, &hints),
        lossy.hasty.notify.notify(&lossy.hasty.home, "subject", "message"),
    );
    assert_kind(UNKNOWN, sent);
    assert_kind(UNKNOWN, told);
    let ports = lossy.heal();
    assert_eq!(done(ports.queue.receive(Duration::ZERO).await)[0].hints, hints);
    let topic = &ports.names.notices;
    let notices = lossy.cloud.engine.with(|cloud, _| cloud.notices(HOME_IX, topic));
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].subject.as_deref(), Some("subject"));
}

/// A receive whose response is lost hides the message; SQS delivers it again after the visibility timeout.
#[tokio::test]
async fn a_lost_receive_loses_no_hint() {
    let cloud = LocalCloud::start("lossy_receive").await;
    let hints = [Hint { account: account("acct"), seq: Seq(1) }];
    done(cloud.ports.queue.send(&cloud.ports.home, &hints).await);
    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    cloud.engine.with(|cloud, _| cloud.set_fault(HOME_IX, Service::Sqs, fault));
    assert_kind(UNKNOWN, cloud.seen_from(HOME_IX, HASTY).queue.receive(Duration::ZERO).await);
    cloud.break_all(HOME_IX, Fault::default());
    let batches = done(cloud.ports.queue.receive(Duration::from_secs(8)).await);
    assert_eq!(batches[0].hints, hints);
}

#[tokio::test]
async fn a_failover_continues_after_a_lost_reply() {
    let cloud = LocalCloud::start("lossy_database").await;
    let fault = Fault { lost_reply_percent: 100, ..Fault::default() };
    let away = cloud.ports.away.clone();
    cloud.break_all(AWAY_IX, fault);
    assert_kind(UNKNOWN, cloud.seen_from(HOME_IX, HASTY).database.failover(&away).await);
    cloud.break_all(AWAY_IX, Fault::default());
    let look = || async {
        let view = done(cloud.ports.database.describe(&away).await);
        (view.writer.as_ref() == Some(&away)).then_some(())
    };
    eventually("the writer moves", look).await;
}
