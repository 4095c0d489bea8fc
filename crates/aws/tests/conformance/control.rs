//! The control table: each change is a compare-and-swap, and the losing call returns the current item.

use crate::check::{Kind, assert_kind, done, kind};
use crate::ports::{AWAY, HOME, Ports, WITNESS, region};
use crate::samples::observation;
use leeward_model::{
    AuditKind, AuditRecord, Authority, Budgets, ChainHead, Counters, Epoch, FinishedRun, Marks,
    Mode, MoveMark, Observation, ProcessorState, Run, RunKind, Step, StepMark, Tries,
};
use leeward_ports::Swap;
use std::collections::BTreeMap;
use std::fmt::Debug;

#[track_caller]
fn changed<T: Debug>(swap: Swap<T>) -> Option<T> {
    match swap {
        Swap::Changed(there) => there.map(|there| *there),
        Swap::Stored => panic!("stored, against the condition"),
    }
}

/// Only a caller that read a version can replace it (SAFE-5).
pub(crate) async fn authority_is_swapped_by_version(ports: &Ports) {
    let control = &ports.control;
    let first = Authority::initial(region(HOME));
    let second = Authority { epoch: Epoch(2), active: region(AWAY), ..first.next() };
    let third = Authority { mode: Mode::Paused, ..second.next() };
    assert_eq!(done(control.authority().await), None);
    assert_eq!(changed(done(control.swap_authority(&second, Some(1)).await)), None);
    assert_eq!(done(control.authority().await), None, "a refused swap stored something");

    assert_eq!(done(control.swap_authority(&first, None).await), Swap::Stored);
    assert_eq!(done(control.authority().await).as_ref(), Some(&first));
    let there = changed(done(control.swap_authority(&third, None).await));
    assert_eq!(there.as_ref(), Some(&first));

    assert_eq!(done(control.swap_authority(&second, Some(1)).await), Swap::Stored);
    for stale in [Some(1), Some(3), Some(0), None] {
        let there = changed(done(control.swap_authority(&third, stale).await));
        assert_eq!(there.as_ref(), Some(&second), "{stale:?}");
    }
    assert_eq!(done(control.authority().await).as_ref(), Some(&second));
    assert_eq!(done(control.swap_authority(&third, Some(2)).await), Swap::Stored);
    assert_eq!(done(control.authority().await), Some(third));
}

pub(crate) async fn one_of_many_swaps_wins(ports: &Ports) {
    let control = &ports.control;
    let mut now = Authority::initial(region(HOME));
    assert_eq!(done(control.swap_authority(&now, None).await), Swap::Stored);
    for _ in 0..5 {
        let rival = |n: u64| Authority { epoch: Epoch(100 * now.version + n), ..now.next() };
        let rivals = [rival(0), rival(1), rival(2), rival(3)];
        let expect = Some(now.version);
        let swap = |n: usize| control.swap_authority(&rivals[n], expect);
        let met: [_; 4] = tokio::join!(swap(0), swap(1), swap(2), swap(3)).into();
        let met = met.map(done);
        let winners: Vec<usize> = (0..4).filter(|n| met[*n] == Swap::Stored).collect();
        let [winner] = winners[..] else { panic!("{} swaps from one version", winners.len()) };
        for lost in met.into_iter().filter(|met| *met != Swap::Stored) {
            assert_eq!(changed(lost).as_ref(), Some(&rivals[winner]));
        }
        now = rivals[winner].clone();
        assert_eq!(done(control.authority().await).as_ref(), Some(&now));
    }
}

fn eventful() -> Authority {
    let counters: Counters =
        [HOME, AWAY, WITNESS].iter().zip(1..).map(|(name, n)| (region(name), n)).collect();
    let history = vec![StepMark { step: Step::Fence, executor: "s-1".into(), done_at_ms: 5 }];
    let run = Run {
        id: "run-7".into(),
        kind: RunKind::Failover,
        from: region(HOME),
        target: region(AWAY),
        epoch: Epoch(7),
        step: Step::Reconcile,
        attempt: 3,
        executor: "s-2".into(),
        progress: u64::MAX,
        tries: Tries { waited_ms: 5_000, polls: 4, calls: 2, failures: 1, idle_looks: 3 },
        parked: Some("waits for \"someone\" – ünïcode".into()),
        paused: true,
        reason: "dark".into(),
        automatic: true,
        history: history.clone(),
    };
    let last_run = FinishedRun {
        id: "run-6".into(),
        kind: RunKind::Failback,
        from: region(AWAY),
        target: region(HOME),
        epoch: Epoch(6),
        end: leeward_model::RunEnd::Completed,
        why: Some("a reason".into()),
        history,
    };
    let moved =
        MoveMark { epoch: Epoch(7), from: region(HOME), dark: true, counters: counters.clone() };
    Authority {
        format: Authority::FORMAT,
        version: 1,
        epoch: Epoch(7),
        active: region(AWAY),
        mode: Mode::Observe,
        budgets: Budgets { moves: vec![moved] },
        marks: Marks {
            detached: Some(region(HOME)),
            realigned: Some(counters.clone()),
            home_whole: Some(counters.clone()),
            failed_back: Some(counters),
            last_run: Some(last_run),
            operations: vec!["op-1".into(), "op-2".into()],
        },
        chain_heads: BTreeMap::from([("s-1".into(), ChainHead { seq: 9, hash: "ab".into() })]),
        run: Some(run),
        drain: Some(region(AWAY)),
    }
}

pub(crate) async fn authority_comes_back_whole(ports: &Ports) {
    let whole = eventful();
    assert_eq!(done(ports.control.swap_authority(&whole, None).await), Swap::Stored);
    assert_eq!(done(ports.control.authority().await), Some(whole));
}

/// The compare-and-swap of a second incarnation of a sentinel fails and returns the observation of the first one.
pub(crate) async fn observations_are_swapped_by_counter(ports: &Ports) {
    let control = &ports.control;
    assert_eq!(done(control.observations().await), []);
    for name in [HOME, AWAY, WITNESS] {
        let first = observation(&region(name), 1);
        assert_eq!(done(control.swap_observation(&first, None).await), Swap::Stored);
    }
    let at = |counter| observation(&region(HOME), counter);
    assert_eq!(done(control.swap_observation(&at(2), Some(1)).await), Swap::Stored);
    let twin = Observation { incarnation: "second".into(), ..at(2) };
    for stale in [Some(1), None, Some(9)] {
        let there = changed(done(control.swap_observation(&twin, stale).await));
        assert_eq!(there, Some(at(2)), "{stale:?}");
    }
    assert_eq!(done(control.swap_observation(&at(10), Some(2)).await), Swap::Stored);

    let mut all = done(control.observations().await);
    all.sort_by(|a, b| a.sentinel.cmp(&b.sentinel));
    let mut expect = vec![at(10), observation(&region(AWAY), 1), observation(&region(WITNESS), 1)];
    expect.sort_by(|a, b| a.sentinel.cmp(&b.sentinel));
    assert_eq!(all, expect);
}

fn processor(name: &str, epoch: u64, accounts: u64) -> ProcessorState {
    ProcessorState {
        region: region(name),
        epoch: Epoch(epoch),
        run: None,
        reconciled: accounts == 0,
        accounts,
        remaining: accounts,
        parked: vec!["acct".into()],
    }
}

pub(crate) async fn an_older_epoch_never_overwrites(ports: &Ports) {
    let control = &ports.control;
    let home = region(HOME);
    assert_eq!(done(control.processor(&home).await), None);
    let steps = [
        (processor(HOME, 9, 5), processor(HOME, 9, 5)),
        // A state under the same epoch replaces the earlier one.
        (processor(HOME, 9, 0), processor(HOME, 9, 0)),
        (processor(HOME, 8, 7), processor(HOME, 9, 0)),
        // Epochs compare as numbers, not as text.
        (processor(HOME, 10, 3), processor(HOME, 10, 3)),
        (processor(HOME, 9, 8), processor(HOME, 10, 3)),
    ];
    for (put, there) in steps {
        done(control.put_processor(&put).await);
        assert_eq!(done(control.processor(&home).await), Some(there));
    }
    done(control.put_processor(&processor(AWAY, 1, 1)).await);
    assert_eq!(done(control.processor(&region(AWAY)).await), Some(processor(AWAY, 1, 1)));
    assert_eq!(done(control.processor(&home).await), Some(processor(HOME, 10, 3)));
}

async fn chain(ports: &Ports, writer: &str, count: u64, what: &str) -> Vec<AuditRecord> {
    let mut chain: Vec<AuditRecord> = Vec::new();
    for n in 0..count {
        let head = chain.last().map(AuditRecord::head);
        let record = AuditRecord::link(writer, head.as_ref(), n, AuditKind::Intent, what);
        assert_eq!(done(ports.control.put_audit(&record).await), Swap::Stored);
        assert_eq!(done(ports.control.audit_head(writer).await), Some(record.head()));
        chain.push(record);
    }
    chain
}

/// An audit chain grows only at its end, and a stored record cannot be replaced (SAFE-10).
pub(crate) async fn an_audit_chain_only_grows(ports: &Ports) {
    let control = &ports.control;
    assert_eq!(done(control.audit_head("s-1").await), None);
    assert_eq!(done(control.audit_chain("s-1", 0).await), []);
    let ours = chain(ports, "s-1", 12, "move").await;
    let other = chain(ports, "s-1:other", 2, "else").await;

    let forged = AuditRecord { what: "nothing".into(), ..ours[4].clone() };
    for record in [&forged, &ours[4]] {
        let there = changed(done(control.put_audit(record).await));
        assert_eq!(there.as_ref(), Some(&ours[4]));
    }
    let read = done(control.audit_chain("s-1", 0).await);
    assert_eq!(read, ours);
    assert_eq!(AuditRecord::first_broken(&read), None);
    assert_eq!(done(control.audit_chain("s-1", 9).await), ours[9..]);
    assert_eq!(done(control.audit_chain("s-1", 12).await), []);
    assert_eq!(done(control.audit_chain("s-1:other", 0).await), other);
}

/// A read returns the complete chain, because a part of it would look like a truncated chain (SAFE-10).
pub(crate) async fn an_audit_chain_is_read_whole(ports: &Ports) {
    // The chain is larger than one page of the service, which holds one mebibyte.
    let ours = chain(ports, "s-1", 5, &"x".repeat(300 * 1024)).await;
    let read = done(ports.control.audit_chain("s-1", 0).await);
    assert_eq!(read.len(), ours.len());
    assert!(read == ours, "the chain came back changed");
}

/// An item that another binary wrote and this one cannot read must not be reported as absent.
pub(crate) async fn an_unreadable_item_is_not_absent(ports: &Ports) {
    let (control, home) = (&ports.control, region(HOME));
    let first = format!("{:020}", 1);
    for (pk, sk) in [("authority", "authority"), ("processors", HOME), ("audit#s-1", &first)] {
        ports.raw.put_item(&ports.names.control, pk, sk, Some((9, "{}"))).await;
    }
    let authority = control.authority().await;
    assert_ne!(kind(&authority), Kind::Done, "{authority:?}");
    let swap = control.swap_authority(&Authority::initial(home.clone()), None).await;
    assert_ne!(kind(&swap), Kind::Done, "{swap:?}");
    let processor = control.processor(&home).await;
    assert_ne!(kind(&processor), Kind::Done, "{processor:?}");
    let chain = control.audit_chain("s-1", 0).await;
    assert_ne!(kind(&chain), Kind::Done, "{chain:?}");
    // SAFE-10: a caller that finds no head starts another chain.
    let head = control.audit_head("s-1").await;
    assert_ne!(kind(&head), Kind::Done, "{head:?}");
}

pub(crate) async fn without_a_table_control_rejects(ports: &Ports) {
    let control = ports.without_resources().control;
    let (home, rejected) = (region(HOME), Kind::Rejected);
    let authority = Authority::initial(home.clone());
    assert_kind(rejected, control.authority().await);
    assert_kind(rejected, control.swap_authority(&authority, None).await);
    assert_kind(rejected, control.swap_authority(&authority, Some(1)).await);
    assert_kind(rejected, control.observations().await);
    assert_kind(rejected, control.swap_observation(&observation(&home, 1), None).await);
    assert_kind(rejected, control.processor(&home).await);
    assert_kind(rejected, control.put_processor(&processor(HOME, 1, 1)).await);
    assert_kind(rejected, control.audit_head("s-1").await);
    assert_kind(
        rejected,
        control.put_audit(&AuditRecord::link("s-1", None, 0, AuditKind::Intent, "move")).await,
    );
    assert_kind(rejected, control.audit_chain("s-1", 0).await);
}
