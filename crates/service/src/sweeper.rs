//! The sweeper: carries out what `core`'s sweep wants, every so often and after every change of
//! authority.

use crate::apply::apply;
use crate::region::Region;
use futures::StreamExt;
use leeward_core::sweep::{Command, End, Event, Sweep, SweepSettings};
use leeward_model::{AccountId, Epoch, ProcessorState, Seq};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between looks at a database that is not writable yet, or a registry that cannot be read.
const PAUSE_MS: u64 = 25;
/// Published outbox rows are kept for as long as a move may publish them again, twice over.
const OUTBOX_KEPT_MS: u64 = 2 * 3_600_000;
const REOPEN_MS: u64 = 3_600_000;
/// Heads read at once.
const HEADS: usize = 8;

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    let mut authority = region.authority.subscribe();
    let sweep_ms = region.settings.sweep_ms;
    let settings = SweepSettings { pause_ms: PAUSE_MS, sweep_ms };
    let mut sweep = Sweep::new(region.name.clone(), settings);
    // What this Region has said already need not be said again, nor an hour of events be told again, only
    // because a new process goes on. Not known is not said.
    let said = region.control.processor(&region.name).await.done().flatten();
    if let Some(said) = said.filter(|said| said.reconciled) {
        sweep.has_said(said.epoch, said.run);
    }
    loop {
        let known = authority.borrow_and_update().clone();
        let mine = known.as_ref().is_some_and(|a| a.active == region.name);
        let rest_ms = if mine { pass(&region, &mut sweep).await } else { sweep_ms };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(rest_ms)) => {}
            _ = authority.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

/// One pass; how long to rest after it.
async fn pass(region: &Region, sweep: &mut Sweep) -> u64 {
    let mut command = sweep.step(Event::Begin).expect("it rests between passes");
    loop {
        if let Command::Rest { ms, end } = command {
            rested(region, end).await;
            return ms;
        }
        let event = carry_out(region, command).await;
        command = sweep.step(event).expect("each command has its own answer");
    }
}

async fn rested(region: &Region, end: End) {
    let End::Level { first } = end else { return };
    if first {
        tracing::info!("the projection equals the ledger");
    }
    let before = region.clock.wall_ms().saturating_sub(OUTBOX_KEPT_MS);
    if let Err(error) = region.store.prune_outbox(before).await {
        tracing::debug!(%error, "the outbox is pruned after the next pass");
    }
}

async fn carry_out(region: &Region, command: Command) -> Event {
    match command {
        Command::ReadAuthority => {
            Event::Authority(region.read_authority().await.flatten().map(Box::new))
        }
        Command::AskWritable => {
            let writable = region.store.role().await.is_ok_and(|role| role.writable);
            // A cluster that takes writes for the first time has no tables yet.
            Event::Writable(writable && region.store.prepare().await.is_ok())
        }
        Command::Say { epoch, run, reconciled, accounts } => {
            Event::Said(say(region, epoch, run, reconciled, accounts).await)
        }
        Command::ReopenOutbox => {
            let since = region.clock.wall_ms().saturating_sub(REOPEN_MS);
            Event::Reopened(region.store.reopen_outbox(since).await.is_ok())
        }
        Command::ReadRegistry => Event::Registry(registry(region).await),
        Command::Apply { epoch, accounts } => Event::Applied(apply(region, epoch, accounts).await),
        Command::ReadHeads(accounts) => Event::Heads(heads(region, accounts).await),
        Command::ReadWatermarks(accounts) => {
            let states = region.store.load(&accounts).await.ok();
            let at = |states: Vec<_>| states.into_iter().map(watermark).collect();
            Event::Watermarks(states.map(at))
        }
        Command::Wait { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Event::Timer
        }
        Command::Rest { .. } => unreachable!("taken by the caller"),
    }
}

fn watermark(state: leeward_core::fold::AccountState) -> (AccountId, Seq) {
    (state.account, state.seq)
}

async fn registry(region: &Region) -> Option<BTreeSet<AccountId>> {
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

async fn heads(region: &Region, accounts: Vec<AccountId>) -> BTreeMap<AccountId, Seq> {
    let reads = accounts.into_iter().map(|account| async move {
        let head = region.ledger.head(&account).await.done();
        head.map(|head| (account, head))
    });
    let read = futures::stream::iter(reads).buffer_unordered(HEADS);
    read.filter_map(std::future::ready).collect().await
}

async fn say(
    region: &Region,
    epoch: Epoch,
    run: Option<String>,
    reconciled: bool,
    accounts: u64,
) -> bool {
    // SAFE-7: a database that does not say who is parked has not said that nobody is.
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
