//! Processors: hints from the queue, entries after the watermark, the fold, a commit against the
//! watermark. The sweeper beside it is in `sweep`.

use super::calls::Purpose;
use super::sweep::Sweeper;
use super::{Ask, Input, ProcessIx, Role, Told, World};
use leeward_core::fold::{AccountState, Folded};
use leeward_model::{Epoch, Seq, StoredEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds over one batch of hints: what is still behind then is the sweeper's.
const ROUNDS: u32 = 50;
/// A transaction on the Region's own cluster.
pub(super) const COMMIT_US: u64 = 3_000;

/// One account's step forward, folded and not yet committed.
pub(super) struct Delta {
    pub(super) account: u16,
    pub(super) base: Seq,
    pub(super) state: AccountState,
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
    pub(super) sweeper: Sweeper,
}

impl World {
    pub(super) fn processor(&mut self, ix: ProcessIx) -> &mut Processor {
        match &mut self.processes[ix].role {
            Role::Processor(processor) => processor,
            _ => unreachable!("only asked of a processor"),
        }
    }

    pub(super) fn processor_input(&mut self, ix: ProcessIx, input: Input) {
        match input {
            Input::Receive => self.receive(ix),
            Input::Commit => self.commit_batch(ix),
            Input::Sweep(number) => self.sweep_due(ix, number),
            Input::SweepCommit => self.commit_sweep(ix),
            Input::SweepTimer => self.sweep_timer(ix),
            Input::Told(purpose, told) => match purpose {
                Purpose::Receive => self.on_received(ix, told),
                Purpose::BatchAuthority => self.on_batch_authority(ix, told.as_ref()),
                Purpose::BatchEntries => self.on_batch_entries(ix, told),
                Purpose::BatchDelete => self.receive(ix),
                sweep => self.sweep_told(ix, sweep, told),
            },
            _ => unreachable!("not for a processor"),
        }
    }

    fn receive(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = 5_000 + self.scenario.timing.call_timeout_ms;
        let ask = Ask::Receive { wait_us: 5_000_000 };
        self.ask(ix, region, Purpose::Receive, limit_ms, ask);
    }

    fn on_received(&mut self, ix: ProcessIx, told: Option<Told>) {
        let Some(Told::Hints(messages)) = told else {
            return self.send_after_ms(ix, 200, Input::Receive);
        };
        if messages.is_empty() {
            return self.receive(ix);
        }
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
        self.processor(ix).batch = Some(batch);
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        self.ask(ix, region, Purpose::BatchAuthority, limit_ms, Ask::Authority);
    }

    /// SAFE-6: whoever cannot read the authority here, or is not active, does not fold.
    fn on_batch_authority(&mut self, ix: ProcessIx, told: Option<&Told>) {
        let region = self.processes[ix].region;
        let authority = self.bodies.authority(told);
        self.note_authority(region, authority.as_ref());
        if !matches!(told, Some(Told::Item(_))) {
            // SAFE-7: who has authority is not known. The hints come again.
            self.processor(ix).batch = None;
            return self.send_after_ms(ix, 200, Input::Receive);
        }
        let mine = authority.filter(|a| a.active == self.names[usize::from(region.0)]);
        match mine {
            Some(authority) => {
                let processor = self.processor(ix);
                processor.batch.as_mut().expect("asked for it").epoch = authority.epoch;
                self.fold_round(ix);
            }
            // A processor without authority deletes hints: the other Region sweeps (R15).
            None => self.end_batch(ix),
        }
    }

    fn fold_round(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let batch = self.processor(ix).batch.as_mut().expect("in work");
        batch.rounds += 1;
        if batch.rounds > ROUNDS {
            return self.end_batch(ix);
        }
        let wanted: Vec<(u16, Seq)> = batch.accounts.iter().map(|(a, s)| (*a, *s)).collect();
        let keys: Vec<(u16, Seq)> = wanted
            .into_iter()
            .filter_map(|(account, hint)| {
                let at = self.database.watermark(region, account);
                (hint > at).then_some((account, at.next()))
            })
            .collect();
        if keys.is_empty() {
            return self.end_batch(ix);
        }
        self.ask(ix, region, Purpose::BatchEntries, limit_ms, Ask::At(keys));
    }

    fn on_batch_entries(&mut self, ix: ProcessIx, told: Option<Told>) {
        let Some(Told::Entries(entries)) = told else {
            // The hints come again after their visibility timeout.
            self.processor(ix).batch = None;
            return self.send_after_ms(ix, 200, Input::Receive);
        };
        if entries.is_empty() {
            return self.end_batch(ix);
        }
        let deltas = self.fold_entries(ix, entries);
        let batch = self.processor(ix).batch.as_mut().expect("in work");
        batch.again = deltas.iter().filter(|d| !d.parked).map(|d| d.account).collect();
        batch.deltas = deltas;
        self.send(ix, COMMIT_US, Input::Commit);
    }

    /// Folds entries on top of what this Region's database holds now.
    pub(super) fn fold_entries(&mut self, ix: ProcessIx, entries: Vec<StoredEntry>) -> Vec<Delta> {
        let region = self.processes[ix].region;
        let mut by_account: BTreeMap<u16, Vec<StoredEntry>> = BTreeMap::new();
        for entry in entries {
            let account = self.account_number(&entry.account).expect("an account of ours");
            by_account.entry(account).or_default().push(entry);
        }
        let mut deltas = Vec::new();
        for (account, entries) in by_account {
            let name = &self.accounts[usize::from(account)];
            let mut state = self.database.state(region, account, name);
            let base = state.seq;
            let (mut folded, mut parked) = (false, false);
            for entry in &entries {
                self.outcome.steps += 1;
                match state.fold(entry) {
                    Folded::Applied(_) => folded = true,
                    Folded::Skipped => {}
                    // SAFE-3, S10: read again.
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

    fn commit_batch(&mut self, ix: ProcessIx) {
        let Some(batch) = self.processor(ix).batch.as_mut() else { return };
        let (deltas, epoch) = (std::mem::take(&mut batch.deltas), batch.epoch);
        if !self.commit(ix, epoch, deltas) {
            self.processor(ix).batch = None;
            return self.send_after_ms(ix, 200, Input::Receive);
        }
        let batch = self.processor(ix).batch.as_mut().expect("in work");
        let again = std::mem::take(&mut batch.again);
        batch.accounts.retain(|account, _| again.contains(account));
        self.fold_round(ix);
    }

    /// One transaction: each account only if its watermark is where the fold began; `false` when
    /// the database takes no writes here.
    pub(super) fn commit(&mut self, ix: ProcessIx, epoch: Epoch, deltas: Vec<Delta>) -> bool {
        let region = self.processes[ix].region;
        if !self.database.is_writable(region) || self.cloud.net().is_dark(region) {
            return false;
        }
        self.checkers.authority.booked(self.now_us, region, epoch);
        for delta in deltas {
            if self.database.watermark(region, delta.account) != delta.base {
                continue;
            }
            self.database.commit(self.now_us, region, delta.account, delta.state, delta.parked);
        }
        self.plan_pages();
        true
    }

    fn end_batch(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let Some(batch) = self.processor(ix).batch.take() else { return };
        let ask = Ask::DeleteHints(batch.receipts);
        self.ask(ix, region, Purpose::BatchDelete, limit_ms, ask);
    }
}
