//! A processor: hints from the queue, entries after the watermark, the fold, and a commit against the
//! watermark. The sweeper beside it is in `sweeper`.

use super::Input;
use super::sweeper::Sweeper;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{Epoch, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds over one batch of hints. Accounts that are still behind after them are left to the sweeper.
const ROUNDS: u32 = 50;
/// The duration of a transaction on the Region's own cluster.
pub(super) const COMMIT_US: u64 = 3_000;
const RECEIVE_RETRY_MS: u64 = 200;
const RECEIVE_WAIT_MS: u64 = 5_000;

/// One account's step forward, folded and not yet committed.
pub(super) struct Delta {
    pub(super) account: u16,
    base: Seq,
    state: AccountState,
    pub(super) parked: bool,
}

#[derive(Default)]
struct Batch {
    accounts: BTreeMap<u16, Seq>,
    receipts: Vec<String>,
    epoch: Epoch,
    rounds: u32,
    deltas: Vec<Delta>,
    again: BTreeSet<u16>,
}

#[derive(Default)]
pub(crate) struct Processor {
    batch: Option<Batch>,
    sweeper: Sweeper,
}

impl Processor {
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::ReceiveDue => receive(ctx),
            Input::CommitBatch => self.commit_batch(ctx),
            Input::SweepDue(number) => self.sweeper.begin_if_due(ctx, number),
            Input::CommitSweep => self.sweeper.commit(ctx),
            Input::SweepTimer => self.sweeper.on_timer(ctx),
            Input::Reply(purpose, reply) => match purpose {
                Purpose::Receive => self.on_received(ctx, reply),
                Purpose::BatchAuthority => self.on_batch_authority(ctx, reply.as_ref()),
                Purpose::BatchEntries => self.on_batch_entries(ctx, reply),
                Purpose::BatchDelete => receive(ctx),
                sweep => self.sweeper.on_reply(ctx, sweep, reply),
            },
            _ => unreachable!("not an input of a processor"),
        }
    }

    fn on_received(&mut self, ctx: &mut Ctx<'_>, reply: Option<PortReply>) {
        let Some(PortReply::Hints(messages)) = reply else {
            return ctx.send_after_ms(RECEIVE_RETRY_MS, Input::ReceiveDue);
        };
        if messages.is_empty() {
            return receive(ctx);
        }
        self.batch = Some(Batch::from_hints(messages));
        ctx.call_own_region(Purpose::BatchAuthority, PortCall::Authority);
    }

    /// Drops the batch. Its hints come again after their visibility timeout.
    fn drop_batch(&mut self, ctx: &mut Ctx<'_>) {
        self.batch = None;
        ctx.send_after_ms(RECEIVE_RETRY_MS, Input::ReceiveDue);
    }

    /// SAFE-6: a Region that cannot read the authority, or is not active, does not fold.
    fn on_batch_authority(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let authority = ctx.env.bodies.authority(reply);
        ctx.share_authority(authority.as_ref());
        if !matches!(reply, Some(PortReply::Item(_))) {
            // SAFE-7: which Region has authority is unknown.
            return self.drop_batch(ctx);
        }
        let own = authority.filter(|a| a.active == *ctx.region_name());
        match own {
            Some(authority) => {
                self.batch.as_mut().expect("the read was for it").epoch = authority.epoch;
                self.fold_round(ctx);
            }
            // A processor without authority deletes hints: the other Region sweeps (R15).
            None => self.end_batch(ctx),
        }
    }

    fn fold_round(&mut self, ctx: &mut Ctx<'_>) {
        let region = ctx.region();
        let batch = self.batch.as_mut().expect("a batch is in work");
        batch.rounds += 1;
        if batch.rounds > ROUNDS {
            return self.end_batch(ctx);
        }
        let wanted = batch.accounts.iter();
        let keys: Vec<(u16, Seq)> = wanted
            .filter_map(|(account, hint)| {
                let at = ctx.env.database.watermark(region, *account);
                (*hint > at).then_some((*account, at.next()))
            })
            .collect();
        if keys.is_empty() {
            return self.end_batch(ctx);
        }
        ctx.call_own_region(Purpose::BatchEntries, PortCall::At(keys));
    }

    fn on_batch_entries(&mut self, ctx: &mut Ctx<'_>, reply: Option<PortReply>) {
        let Some(PortReply::Entries(entries)) = reply else { return self.drop_batch(ctx) };
        if entries.is_empty() {
            return self.end_batch(ctx);
        }
        let deltas = fold_entries(ctx, entries);
        let batch = self.batch.as_mut().expect("a batch is in work");
        batch.again = deltas.iter().filter(|d| !d.parked).map(|d| d.account).collect();
        batch.deltas = deltas;
        ctx.send_after_us(COMMIT_US, Input::CommitBatch);
    }

    fn commit_batch(&mut self, ctx: &mut Ctx<'_>) {
        let Some(batch) = self.batch.as_mut() else { return };
        let deltas = std::mem::take(&mut batch.deltas);
        if !commit_deltas(ctx, batch.epoch, deltas) {
            return self.drop_batch(ctx);
        }
        let again = std::mem::take(&mut batch.again);
        batch.accounts.retain(|account, _| again.contains(account));
        self.fold_round(ctx);
    }

    fn end_batch(&mut self, ctx: &mut Ctx<'_>) {
        let Some(batch) = self.batch.take() else { return };
        ctx.call_own_region(Purpose::BatchDelete, PortCall::DeleteHints(batch.receipts));
    }
}

impl Batch {
    fn from_hints(messages: Vec<(String, String)>) -> Batch {
        let mut batch = Batch::default();
        for (receipt, body) in messages {
            batch.receipts.push(receipt);
            for hint in body.split(',') {
                let Some((account, seq)) = hint.split_once(':') else { continue };
                let (Ok(account), Ok(seq)) = (account.parse(), seq.parse()) else { continue };
                let newest = batch.accounts.entry(account).or_insert(Seq(seq));
                *newest = (*newest).max(Seq(seq));
            }
        }
        batch
    }
}

fn receive(ctx: &mut Ctx<'_>) {
    let timeout_ms = RECEIVE_WAIT_MS + ctx.timing().call_timeout_ms;
    let call = PortCall::Receive { wait_us: RECEIVE_WAIT_MS * 1_000 };
    ctx.call(ctx.region(), Purpose::Receive, timeout_ms, call);
}

/// Folds entries on top of what this Region's database holds now.
pub(super) fn fold_entries(ctx: &mut Ctx<'_>, entries: Vec<StoredEntry>) -> Vec<Delta> {
    let region = ctx.region();
    let mut by_account: BTreeMap<u16, Vec<StoredEntry>> = BTreeMap::new();
    for entry in entries {
        let account = ctx.env.directory.account_number(entry.account.as_str());
        by_account.entry(account.expect("an account of this world")).or_default().push(entry);
    }
    let mut deltas = Vec::new();
    for (account, entries) in by_account {
        let name = ctx.env.directory.account(account);
        let mut state = ctx.env.database.state(region, account, name);
        let base = state.seq;
        let (mut folded, mut parked) = (false, false);
        for entry in &entries {
            ctx.count_step();
            match state.fold(entry) {
                Folded::Applied(_) => folded = true,
                Folded::Skipped => {}
                // SAFE-3, S10: a gap is read again.
                Folded::Gap { .. } => break,
                Folded::Parked(_) => {
                    parked = true;
                    break;
                }
            }
        }
        if folded || parked {
            deltas.push(Delta { account, base, state, parked });
        }
    }
    deltas
}

/// Commits one transaction: each account only if its watermark is where its fold began. Returns
/// `false` when the database takes no writes here.
pub(super) fn commit_deltas(ctx: &mut Ctx<'_>, epoch: Epoch, deltas: Vec<Delta>) -> bool {
    let region = ctx.region();
    let env = &mut *ctx.env;
    if !env.database.is_writable(region) || env.cloud.net().is_dark(region) {
        return false;
    }
    env.watch.checkers.authority.observe_booking(env.now_us, region, epoch);
    for Delta { account, base, state, parked } in deltas {
        if env.database.watermark(region, account) == base {
            env.database.commit(env.now_us, region, account, state, parked);
        }
    }
    env.plan_pages();
    true
}
