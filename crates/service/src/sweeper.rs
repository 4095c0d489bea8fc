//! The sweeper: every so often, and after every change of authority, it goes through the whole
//! registry and compares each account's head with its watermark. A run's reconcile is the first
//! such pass of its epoch (design.md §4).

use crate::apply::apply;
use crate::processor::authority_here;
use crate::region::Region;
use futures::StreamExt;
use leeward_model::{AccountId, Authority, Epoch, Plan, ProcessorState, Seq};
use leeward_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between looks at a database that is not writable yet, or a registry that cannot be read.
const PAUSE: Duration = Duration::from_millis(25);
/// Published outbox rows are kept for as long as a move may publish them again, twice over.
const OUTBOX_KEPT_MS: u64 = 2 * 3_600_000;
const REOPEN_MS: u64 = 3_600_000;
/// An account is level as soon as a strong read finds nothing after its watermark: a hundred accounts
/// a call. Those that still have news after this many rounds have a long backlog or orders coming
/// in; for them a head is read as the goal, and what is before it comes in pages.
const ROUNDS_BY_ABSENCE: u32 = 4;
/// Heads read at once.
const HEADS: usize = 8;

pub(crate) async fn run(region: Arc<Region>, mut stop: watch::Receiver<bool>) {
    let mut authority = region.authority.subscribe();
    let mut reconciled = Reconciled::default();
    loop {
        let known = authority.borrow_and_update().clone();
        let mine = known.as_ref().is_some_and(|a| a.active == region.name);
        if mine {
            match pass(&region, &mut reconciled).await {
                Ok(true) => {}
                // Not writable yet, or no longer ours: look again soon.
                Ok(false) | Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    if *stop.borrow() {
                        return;
                    }
                    continue;
                }
            }
        }
        let rest = tokio::time::sleep(Duration::from_millis(region.settings.sweep_ms));
        tokio::select! {
            () = rest => {}
            _ = authority.changed() => {}
            _ = stop.changed() => return,
        }
    }
}

/// What the last whole pass was said for.
#[derive(Default)]
struct Reconciled {
    epoch: Epoch,
    run: Option<String>,
}

impl Reconciled {
    /// Each epoch and each run wants to be told.
    fn is_older_than(&self, authority: &Authority) -> bool {
        match &authority.run {
            Some(run) => self.run.as_ref() != Some(&run.id),
            None => self.epoch < authority.epoch,
        }
    }
}

/// One pass; `false` when it could not be made.
async fn pass(region: &Region, reconciled: &mut Reconciled) -> Result<bool, StoreError> {
    let Some(authority) = authority_here(region).await else { return Ok(false) };
    // What is folded into a database that the run has not put in its place yet may be thrown away.
    if authority.run.as_ref().is_some_and(|run| !Plan::resumes(run.kind, run.step)) {
        return Ok(false);
    }
    if !region.store.role().await?.writable {
        return Ok(false);
    }
    let epoch = authority.epoch;
    let first = reconciled.is_older_than(&authority);
    if first {
        // "Resumed": said before the first pass, so that the run can go on to wait for its end.
        if !say(region, &authority, false, 0, 0).await {
            return Ok(false);
        }
        if epoch > Epoch(1) {
            // R10: what the old Region had marked may never have been delivered.
            let since = region.clock.wall_ms().saturating_sub(REOPEN_MS);
            region.store.reopen_outbox(since).await?;
        }
    }
    let Some(accounts) = registry(region).await else { return Ok(false) };
    let total = accounts.len() as u64;
    if !level(region, &authority, accounts).await? {
        return Ok(false);
    }
    if first {
        if !say(region, &authority, true, total, 0).await {
            return Ok(false);
        }
        *reconciled = Reconciled { epoch, run: authority.run.as_ref().map(|run| run.id.clone()) };
        tracing::info!(%epoch, accounts = total, "the projection equals the ledger");
    }
    let before = region.clock.wall_ms().saturating_sub(OUTBOX_KEPT_MS);
    region.store.prune_outbox(before).await?;
    Ok(true)
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

/// Until each account was seen at its head once, or is parked. An account that orders keep coming
/// for is level as soon as it has passed a head that was read after this began (S7).
async fn level(
    region: &Region,
    authority: &Authority,
    accounts: BTreeSet<AccountId>,
) -> Result<bool, StoreError> {
    let mut goals: BTreeMap<AccountId, Seq> = BTreeMap::new();
    let mut behind: BTreeMap<AccountId, Seq> =
        accounts.into_iter().map(|account| (account, Seq::ZERO)).collect();
    let mut round = 0u32;
    while !behind.is_empty() {
        let applied = apply(region, authority.epoch, &behind).await?;
        behind.retain(|account, _| applied.again.contains(account));
        round += 1;
        if round > ROUNDS_BY_ABSENCE {
            read_heads(region, &behind, &mut goals).await;
            let names: Vec<AccountId> = behind.keys().cloned().collect();
            for state in region.store.load(&names).await? {
                let Some(goal) = goals.get(&state.account) else { continue };
                if state.seq >= *goal {
                    behind.remove(&state.account);
                } else {
                    behind.insert(state.account.clone(), *goal);
                }
            }
        }
        if round.is_multiple_of(20) && authority_here(region).await.is_none() {
            return Ok(false);
        }
        if !behind.is_empty() && applied.entries == 0 {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(true)
}

/// A goal for each account that has none yet; a head that cannot be read is asked for again.
async fn read_heads(
    region: &Region,
    behind: &BTreeMap<AccountId, Seq>,
    goals: &mut BTreeMap<AccountId, Seq>,
) {
    let without: Vec<AccountId> =
        behind.keys().filter(|account| !goals.contains_key(*account)).cloned().collect();
    let mut heads = futures::stream::iter(without.into_iter().map(|account| async move {
        let head = region.ledger.head(&account).await.done();
        (account, head)
    }))
    .buffer_unordered(HEADS);
    while let Some((account, head)) = heads.next().await {
        goals.extend(head.map(|head| (account, head)));
    }
}

async fn say(
    region: &Region,
    authority: &Authority,
    reconciled: bool,
    accounts: u64,
    remaining: u64,
) -> bool {
    let parked = region.store.parked().await.unwrap_or_default();
    let state = ProcessorState {
        region: region.name.clone(),
        epoch: authority.epoch,
        run: authority.run.as_ref().map(|run| run.id.clone()),
        reconciled,
        accounts,
        remaining,
        parked: parked.into_keys().map(String::from).collect(),
    };
    region.control.put_processor(&state).await.done().is_some()
}
