//! The sweeper's shell: carries out what `core`'s sweep wants, as `service` does with real processes.

use super::calls::Purpose;
use super::processor::{COMMIT_US, Delta};
use super::tables::SHARDS;
use super::{Ask, Input, ProcessIx, Role, Told, World};
use leeward_cloud::RegionIx;
use leeward_core::apply::Applied;
use leeward_core::sweep::{Command, End, Event, Sweep, SweepSettings};
use leeward_model::{AccountId, ProcessorState, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// Keys of one batch read, by DynamoDB's limit. Whoever is not asked about is asked about again.
const KEYS: usize = 100;

#[derive(Default)]
pub(crate) struct Sweeper {
    machine: Option<Sweep>,
    /// Only the newest plan to sweep counts.
    number: u64,
    shard: u32,
    registry: BTreeSet<AccountId>,
    /// Of the round under way: those asked about, and what was folded.
    asked: Vec<u16>,
    again: BTreeSet<AccountId>,
    deltas: Vec<Delta>,
    heads: BTreeMap<AccountId, Seq>,
    heads_asked: usize,
}

impl World {
    fn sweeper(&mut self, ix: ProcessIx) -> &mut Sweeper {
        &mut self.processor(ix).sweeper
    }

    /// The authority changed as far as this Region knows: no reason to wait.
    pub(super) fn wake_sweeper(&mut self, region: RegionIx) {
        let of_region = |ix: &ProcessIx| {
            let p = &self.processes[*ix];
            p.region == region && matches!(p.role, Role::Processor(_)) && p.up
        };
        let Some(ix) = (0..self.processes.len()).find(of_region) else { return };
        let sweeper = self.sweeper(ix);
        if sweeper.machine.as_ref().is_none_or(Sweep::is_resting) {
            sweeper.number += 1;
            let number = sweeper.number;
            self.send(ix, 0, Input::Sweep(number));
        }
    }

    pub(super) fn sweep_due(&mut self, ix: ProcessIx, number: u64) {
        let region = self.processes[ix].region;
        if self.sweeper(ix).number != number {
            return;
        }
        let name = self.names[usize::from(region.0)].clone();
        let timing = &self.scenario.timing;
        let settings =
            SweepSettings { pause_ms: timing.poll_ms.min(500), sweep_ms: timing.sweep_ms };
        let known = self.shared[usize::from(region.0)].authority.as_ref();
        if known.is_some_and(|a| a.active != name) {
            return self.rest(ix, settings.sweep_ms);
        }
        self.sweeper(ix).machine.get_or_insert_with(|| Sweep::new(name, settings));
        self.step_sweep(ix, Event::Begin);
    }

    /// Sleeps; `sweep_due` asks again whatever woke it.
    fn rest(&mut self, ix: ProcessIx, for_ms: u64) {
        let sweeper = self.sweeper(ix);
        sweeper.number += 1;
        let number = sweeper.number;
        self.send_after_ms(ix, for_ms, Input::Sweep(number));
    }

    fn step_sweep(&mut self, ix: ProcessIx, event: Event) {
        let Some(machine) = &mut self.sweeper(ix).machine else { return };
        if let Some(command) = machine.step(event) {
            self.carry_out_sweep(ix, command);
        }
    }

    fn carry_out_sweep(&mut self, ix: ProcessIx, command: Command) {
        let region = self.processes[ix].region;
        match command {
            Command::ReadAuthority => self.sweep_ask(ix, Purpose::SweepAuthority, Ask::Authority),
            Command::AskWritable => {
                let writable = self.database.is_writable(region);
                self.step_sweep(ix, Event::Writable(writable));
            }
            Command::Say { epoch, run, reconciled, accounts } => {
                let region = self.names[usize::from(region.0)].clone();
                let (remaining, parked) = (0, Vec::new());
                let state =
                    ProcessorState { region, epoch, run, reconciled, accounts, remaining, parked };
                self.sweep_ask(ix, Purpose::SweepSay, Ask::PutProcessor(state));
            }
            // Nothing is published in this world.
            Command::ReopenOutbox => self.step_sweep(ix, Event::Reopened(true)),
            Command::ReadRegistry => {
                let sweeper = self.sweeper(ix);
                sweeper.shard = 0;
                sweeper.registry.clear();
                self.sweep_ask(ix, Purpose::SweepAccounts, Ask::Accounts(0));
            }
            Command::Apply { accounts, .. } => self.apply_sweep(ix, accounts),
            Command::ReadHeads(accounts) => {
                let sweeper = self.sweeper(ix);
                sweeper.heads.clear();
                sweeper.heads_asked = accounts.len();
                for account in accounts {
                    let account = self.account_number(&account).expect("an account of ours");
                    self.sweep_ask(ix, Purpose::SweepHead(account), Ask::Head(account));
                }
            }
            Command::ReadWatermarks(accounts) => {
                let at = |account: AccountId| {
                    let number = self.account_number(&account).expect("an account of ours");
                    (account, self.database.watermark(region, number))
                };
                let at = accounts.into_iter().map(at).collect();
                self.step_sweep(ix, Event::Watermarks(Some(at)));
            }
            Command::Wait { ms } => self.send_after_ms(ix, ms, Input::SweepTimer),
            Command::Rest { ms, end } => {
                if end == (End::Level { first: true }) {
                    let epoch = self.sweeper(ix).machine.as_ref().and_then(Sweep::epoch);
                    let epoch = epoch.expect("it has just been level");
                    self.reconciled(self.now_us, region, epoch);
                }
                self.rest(ix, ms);
            }
        }
    }

    fn sweep_ask(&mut self, ix: ProcessIx, purpose: Purpose, ask: Ask) {
        let region = self.processes[ix].region;
        self.ask(ix, region, purpose, self.scenario.timing.call_timeout_ms, ask);
    }

    pub(super) fn sweep_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        match purpose {
            Purpose::SweepAuthority => {
                let read = self.bodies.authority(told.as_ref());
                self.note_authority(self.processes[ix].region, read.as_ref());
                let read = self.bodies.owned_authority(told.as_ref());
                self.step_sweep(ix, Event::Authority(read));
            }
            Purpose::SweepSay => {
                self.step_sweep(ix, Event::Said(matches!(told, Some(Told::Done))));
            }
            Purpose::SweepAccounts => self.on_sweep_accounts(ix, told),
            Purpose::SweepEntries => self.on_sweep_entries(ix, told),
            Purpose::SweepHead(account) => self.on_sweep_head(ix, account, &told),
            other => unreachable!("{other:?} is not of a sweep"),
        }
    }

    fn on_sweep_accounts(&mut self, ix: ProcessIx, told: Option<Told>) {
        let Some(Told::Accounts(accounts)) = told else {
            return self.step_sweep(ix, Event::Registry(None));
        };
        let names: Vec<AccountId> =
            accounts.iter().map(|account| self.accounts[usize::from(*account)].clone()).collect();
        let sweeper = self.sweeper(ix);
        sweeper.registry.extend(names);
        sweeper.shard += 1;
        let shard = sweeper.shard;
        if shard < SHARDS {
            return self.sweep_ask(ix, Purpose::SweepAccounts, Ask::Accounts(shard));
        }
        let registry = std::mem::take(&mut sweeper.registry);
        self.step_sweep(ix, Event::Registry(Some(registry)));
    }

    /// Asks for the entry after each watermark.
    fn apply_sweep(&mut self, ix: ProcessIx, accounts: BTreeMap<AccountId, Seq>) {
        let region = self.processes[ix].region;
        let number = |account| self.account_number(account).expect("an account of ours");
        let asked: Vec<u16> = accounts.keys().take(KEYS).map(number).collect();
        let after = |account: &u16| (*account, self.database.watermark(region, *account).next());
        let keys: Vec<(u16, Seq)> = asked.iter().map(after).collect();
        let sweeper = self.sweeper(ix);
        sweeper.again = accounts.into_keys().skip(KEYS).collect();
        sweeper.asked = asked;
        self.sweep_ask(ix, Purpose::SweepEntries, Ask::At(keys));
    }

    fn on_sweep_entries(&mut self, ix: ProcessIx, told: Option<Told>) {
        let asked = std::mem::take(&mut self.sweeper(ix).asked);
        let Some(Told::Entries(entries)) = told else {
            let unread: Vec<AccountId> =
                asked.iter().map(|account| self.accounts[usize::from(*account)].clone()).collect();
            self.sweeper(ix).again.extend(unread);
            return self.applied_sweep(ix, 0);
        };
        let found: Vec<AccountId> = entries.iter().map(|entry| entry.account.clone()).collect();
        let deltas = self.fold_entries(ix, entries);
        let parked: Vec<AccountId> = deltas
            .iter()
            .filter(|delta| delta.parked)
            .map(|delta| self.accounts[usize::from(delta.account)].clone())
            .collect();
        let sweeper = self.sweeper(ix);
        // Something that a batch of hints has booked meanwhile is something as well.
        sweeper.again.extend(found);
        sweeper.again.retain(|account| !parked.contains(account));
        if deltas.is_empty() {
            return self.applied_sweep(ix, 0);
        }
        sweeper.deltas = deltas;
        self.send(ix, COMMIT_US, Input::SweepCommit);
    }

    pub(super) fn commit_sweep(&mut self, ix: ProcessIx) {
        let deltas = std::mem::take(&mut self.sweeper(ix).deltas);
        let Some(epoch) = self.sweeper(ix).machine.as_ref().and_then(Sweep::epoch) else { return };
        let entries = deltas.len();
        if !self.commit(ix, epoch, deltas) {
            return self.step_sweep(ix, Event::Applied(None));
        }
        self.applied_sweep(ix, entries);
    }

    fn applied_sweep(&mut self, ix: ProcessIx, entries: usize) {
        let again = std::mem::take(&mut self.sweeper(ix).again);
        self.step_sweep(ix, Event::Applied(Some(Applied { entries, again })));
    }

    pub(super) fn sweep_timer(&mut self, ix: ProcessIx) {
        self.step_sweep(ix, Event::Timer);
    }

    fn on_sweep_head(&mut self, ix: ProcessIx, account: u16, told: &Option<Told>) {
        let name = self.accounts[usize::from(account)].clone();
        let sweeper = self.sweeper(ix);
        if let Some(Told::Head(head)) = told {
            sweeper.heads.insert(name, *head);
        }
        sweeper.heads_asked = sweeper.heads_asked.saturating_sub(1);
        if sweeper.heads_asked == 0 {
            let heads = std::mem::take(&mut sweeper.heads);
            self.step_sweep(ix, Event::Heads(heads));
        }
    }
}
