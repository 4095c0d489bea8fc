//! The sweeper, which carries out the commands of `core::sweep` periodically and after every change of the authority.

use crate::processor::apply;
use crate::region::RegionRuntime;
use futures::StreamExt;
use leeward_core::sweep::{Command, End, Event, Sweep, SweepSettings};
use leeward_model::{AccountId, Epoch, ProcessorState, Seq};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The delay before the sweep retries when the database is not writable yet, or when the registry cannot be read.
const PAUSE_MS: u64 = 25;
/// The age at which published outbox rows are deleted, which is twice the period that a move may publish again.
const OUTBOX_RETENTION_MS: u64 = 2 * 3_600_000;
/// The length of the period before a move whose events the new active Region publishes again.
const REOPEN_MS: u64 = 3_600_000;
/// The maximum number of concurrent reads of heads.
const HEADS_MAX: usize = 8;

pub(crate) async fn run(region: Arc<RegionRuntime>, mut stop: watch::Receiver<bool>) {
    let mut authority = region.authority.subscribe();
    let sweep_ms = region.settings.timing.sweep_ms;
    let settings = SweepSettings { pause_ms: PAUSE_MS, sweep_ms };
    let mut sweep = Sweep::new(region.name.clone(), settings);
    // A new process must neither repeat its predecessor's report nor publish an hour of events again. If the report
    // cannot be read, the process assumes that there is none.
    let reported = region.control.processor(&region.name).await.done().flatten();
    if let Some(report) = reported.filter(|report| report.reconciled) {
        sweep.has_said(report.epoch, report.run);
    }
    loop {
        let known = authority.borrow_and_update().clone();
        let active = known.as_ref().is_some_and(|a| a.active == region.name);
        let rest_ms = if active { run_pass(&region, &mut sweep).await } else { sweep_ms };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(rest_ms)) => {}
            _ = authority.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

/// Runs one pass, and returns the time to rest after it.
async fn run_pass(region: &RegionRuntime, sweep: &mut Sweep) -> u64 {
    let mut command = sweep.step(Event::Begin).expect("a machine at rest accepts Begin");
    loop {
        if let Command::Rest { ms, end } = command {
            finish_pass(region, end).await;
            return ms;
        }
        let event = carry_out(region, command).await;
        command = sweep.step(event).expect("the event answers the command");
    }
}

async fn finish_pass(region: &RegionRuntime, end: End) {
    let End::Level { first } = end else { return };
    if first {
        tracing::info!("the projection equals the ledger");
    }
    let before = region.clock.wall_ms().saturating_sub(OUTBOX_RETENTION_MS);
    if let Err(error) = region.store.prune_outbox(before).await {
        tracing::debug!(%error, "the outbox could not be pruned; the next pass tries again");
    }
}

async fn carry_out(region: &RegionRuntime, command: Command) -> Event {
    match command {
        Command::ReadAuthority => {
            Event::Authority(region.read_authority().await.flatten().map(Box::new))
        }
        Command::AskWritable => {
            let writable = region.store.role().await.is_ok_and(|role| role.writable);
            // A cluster that accepts writes for the first time has no tables yet, so they are created first.
            Event::Writable(writable && region.store.prepare().await.is_ok())
        }
        Command::Say { epoch, run, reconciled, accounts } => {
            Event::Said(report_state(region, epoch, run, reconciled, accounts).await)
        }
        Command::ReopenOutbox => {
            let since = region.clock.wall_ms().saturating_sub(REOPEN_MS);
            Event::Reopened(region.store.reopen_outbox(since).await.is_ok())
        }
        Command::ReadRegistry => Event::Registry(read_registry(region).await),
        Command::Apply { epoch, accounts } => Event::Applied(apply(region, epoch, accounts).await),
        Command::ReadHeads(accounts) => Event::Heads(read_heads(region, accounts).await),
        Command::ReadWatermarks(accounts) => {
            let states = region.store.load(&accounts).await.ok();
            let at = |states: Vec<_>| states.into_iter().map(watermark).collect();
            Event::Watermarks(states.map(at))
        }
        Command::Wait { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Event::Timer
        }
        Command::Rest { .. } => unreachable!("the caller handles Rest"),
    }
}

fn watermark(state: leeward_core::fold::AccountState) -> (AccountId, Seq) {
    (state.account, state.seq)
}

async fn read_registry(region: &RegionRuntime) -> Option<BTreeSet<AccountId>> {
    let mut all = BTreeSet::new();
    let mut from = None;
    loop {
        let page = region.ledger.accounts(from).await.done()?;
        all.extend(page.accounts);
        from = page.next;
        if from.is_none() {
            return Some(all);
        }
    }
}

async fn read_heads(region: &RegionRuntime, accounts: Vec<AccountId>) -> BTreeMap<AccountId, Seq> {
    let reads = accounts.into_iter().map(|account| async move {
        let head = region.ledger.head(&account).await.done();
        head.map(|head| (account, head))
    });
    let read = futures::stream::iter(reads).buffer_unordered(HEADS_MAX);
    read.filter_map(std::future::ready).collect().await
}

async fn report_state(
    region: &RegionRuntime,
    epoch: Epoch,
    run: Option<String>,
    reconciled: bool,
    accounts: u64,
) -> bool {
    // SAFE-7: if the parked accounts cannot be read, they are unknown and must not be reported as none.
    let Ok(parked) = region.store.parked().await else { return false };
    let state = ProcessorState {
        region: region.name.clone(),
        epoch,
        run,
        reconciled,
        accounts,
        remaining: 0,
        parked: parked.into_keys().map(String::from).collect(),
    };
    region.control.put_processor(&state).await.done().is_some()
}
