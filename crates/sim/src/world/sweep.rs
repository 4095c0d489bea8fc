//! The sweeper: after every change of authority, and every so often, each registered account's head
//! against its watermark. The first pass of an epoch is a run's reconcile (design.md §4).

use super::calls::Purpose;
use super::processor::{COMMIT_US, Delta};
use super::tables::SHARDS;
use super::{Ask, Input, ProcessIx, Role, Told, World};
use leeward_cloud::RegionIx;
use leeward_model::{Authority, Epoch, Plan, ProcessorState, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// An account that nothing is found for after its watermark is level; for one that orders keep
/// coming for, a head is read as the goal after this many rounds (S7).
const ROUNDS_BY_ABSENCE: u32 = 4;

#[derive(Default, PartialEq)]
enum Phase {
    #[default]
    Resting,
    Authority,
    /// Says "resumed", then "reconciled".
    Saying(bool),
    Accounts,
    Levelling,
    Committing,
}

#[derive(Default)]
pub(crate) struct Sweep {
    phase: Phase,
    authority: Option<Box<Authority>>,
    reconciled: Epoch,
    reconciled_run: Option<String>,
    shard: u32,
    accounts: BTreeSet<u16>,
    behind: BTreeMap<u16, Seq>,
    goals: BTreeMap<u16, Seq>,
    heads_asked: usize,
    rounds: u32,
    deltas: Vec<Delta>,
    /// Only the newest plan to sweep counts.
    number: u64,
}

impl Sweep {
    /// Each epoch and each run wants to be told once.
    fn is_first(&self, authority: &Authority) -> bool {
        match &authority.run {
            Some(run) => self.reconciled_run.as_ref() != Some(&run.id),
            None => self.reconciled < authority.epoch,
        }
    }
}

impl World {
    /// The authority changed as far as this Region knows: no reason to wait.
    pub(super) fn wake_sweeper(&mut self, region: RegionIx) {
        let of_region = |ix: &ProcessIx| {
            let p = &self.processes[*ix];
            p.region == region && matches!(p.role, Role::Processor(_)) && p.up
        };
        let Some(ix) = (0..self.processes.len()).find(of_region) else { return };
        let sweep = &mut self.processor(ix).sweep;
        if sweep.phase == Phase::Resting {
            sweep.number += 1;
            let number = sweep.number;
            self.send(ix, 0, Input::Sweep(number));
        }
    }

    pub(super) fn sweep_due(&mut self, ix: ProcessIx, number: u64) {
        let region = self.processes[ix].region;
        let sweep = &mut self.processor(ix).sweep;
        if sweep.phase != Phase::Resting || sweep.number != number {
            return;
        }
        let name = &self.names[usize::from(region.0)];
        let known = self.shared[usize::from(region.0)].authority.as_ref();
        if known.is_some_and(|a| a.active != *name) {
            return self.rest(ix, self.scenario.timing.sweep_ms);
        }
        self.processor(ix).sweep.phase = Phase::Authority;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        self.ask(ix, region, Purpose::SweepAuthority, limit_ms, Ask::Authority);
    }

    /// Sleeps; `sweep_due` asks again whatever woke it.
    fn rest(&mut self, ix: ProcessIx, for_ms: u64) {
        let sweep = &mut self.processor(ix).sweep;
        sweep.phase = Phase::Resting;
        sweep.number += 1;
        let number = sweep.number;
        self.send_after_ms(ix, for_ms, Input::Sweep(number));
    }

    /// Not now: the database is not writable yet, or something did not answer.
    fn soon(&mut self, ix: ProcessIx) {
        let pause_ms = self.scenario.timing.poll_ms.min(500);
        self.rest(ix, pause_ms);
    }

    pub(super) fn sweep_told(&mut self, ix: ProcessIx, purpose: Purpose, told: Option<Told>) {
        match purpose {
            Purpose::SweepAuthority => self.on_sweep_authority(ix, told.as_ref()),
            Purpose::SweepSay => self.on_said(ix, &told),
            Purpose::SweepAccounts => self.on_accounts(ix, told),
            Purpose::SweepEntries => self.on_sweep_entries(ix, told),
            Purpose::SweepHead(account) => self.on_sweep_head(ix, account, &told),
            other => unreachable!("{other:?} is not of a sweep"),
        }
    }

    fn on_sweep_authority(&mut self, ix: ProcessIx, told: Option<&Told>) {
        let region = self.processes[ix].region;
        let read = self.bodies.authority(told);
        self.note_authority(region, read.as_ref());
        let name = self.names[usize::from(region.0)].clone();
        let Some(authority) = read else { return self.soon(ix) };
        if authority.active != name {
            return self.rest(ix, self.scenario.timing.sweep_ms);
        }
        if !self.database.is_writable(region) {
            return self.soon(ix);
        }
        if authority.run.as_ref().is_some_and(|run| !Plan::resumes(run.kind, run.step)) {
            return self.soon(ix);
        }
        let sweep = &mut self.processor(ix).sweep;
        let first = sweep.is_first(&authority);
        sweep.authority = Some(Box::new(authority));
        if first {
            self.say(ix, false);
        } else {
            self.read_accounts(ix);
        }
    }

    fn say(&mut self, ix: ProcessIx, reconciled: bool) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let name = self.names[usize::from(region.0)].clone();
        let sweep = &mut self.processor(ix).sweep;
        sweep.phase = Phase::Saying(reconciled);
        let authority = sweep.authority.as_ref().expect("read before");
        let state = ProcessorState {
            region: name,
            epoch: authority.epoch,
            run: authority.run.as_ref().map(|run| run.id.clone()),
            reconciled,
            accounts: sweep.accounts.len() as u64,
            remaining: 0,
            parked: Vec::new(),
        };
        self.ask(ix, region, Purpose::SweepSay, limit_ms, Ask::PutProcessor(state));
    }

    fn on_said(&mut self, ix: ProcessIx, told: &Option<Told>) {
        let sweep = &mut self.processor(ix).sweep;
        let Phase::Saying(reconciled) = sweep.phase else { return };
        if !matches!(told, Some(Told::Done)) {
            return self.soon(ix);
        }
        if !reconciled {
            return self.read_accounts(ix);
        }
        let authority = sweep.authority.as_ref().expect("read before");
        let (epoch, run) = (authority.epoch, authority.run.as_ref().map(|run| run.id.clone()));
        (sweep.reconciled, sweep.reconciled_run) = (epoch, run);
        let (now_us, region) = (self.now_us, self.processes[ix].region);
        self.reconciled(now_us, region, epoch);
        self.rest(ix, self.scenario.timing.sweep_ms);
    }

    fn read_accounts(&mut self, ix: ProcessIx) {
        let sweep = &mut self.processor(ix).sweep;
        (sweep.shard, sweep.phase) = (0, Phase::Accounts);
        sweep.accounts.clear();
        self.read_shard(ix);
    }

    fn read_shard(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let shard = self.processor(ix).sweep.shard;
        self.ask(ix, region, Purpose::SweepAccounts, limit_ms, Ask::Accounts(shard));
    }

    fn on_accounts(&mut self, ix: ProcessIx, told: Option<Told>) {
        let Some(Told::Accounts(accounts)) = told else { return self.soon(ix) };
        let sweep = &mut self.processor(ix).sweep;
        sweep.accounts.extend(accounts);
        sweep.shard += 1;
        if sweep.shard < SHARDS {
            return self.read_shard(ix);
        }
        sweep.behind = sweep.accounts.iter().map(|a| (*a, Seq::ZERO)).collect();
        sweep.goals.clear();
        sweep.rounds = 0;
        self.level(ix);
    }

    /// Asks for the entry after each watermark, a hundred accounts a call.
    fn level(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let accounts: Vec<u16> = self.processor(ix).sweep.behind.keys().copied().collect();
        if accounts.is_empty() {
            return self.levelled(ix);
        }
        let keys: Vec<(u16, Seq)> = accounts
            .iter()
            .take(100)
            .map(|a| (*a, self.database.watermark(region, *a).next()))
            .collect();
        self.processor(ix).sweep.phase = Phase::Levelling;
        self.ask(ix, region, Purpose::SweepEntries, limit_ms, Ask::At(keys));
    }

    fn on_sweep_entries(&mut self, ix: ProcessIx, told: Option<Told>) {
        let Some(Told::Entries(entries)) = told else { return self.soon(ix) };
        let asked: Vec<u16> = self.processor(ix).sweep.behind.keys().take(100).copied().collect();
        let found: BTreeSet<u16> =
            entries.iter().filter_map(|entry| self.account_number(&entry.account)).collect();
        let deltas = self.fold_entries(ix, entries);
        let sweep = &mut self.processor(ix).sweep;
        for account in asked {
            // SAFE-2: nothing at watermark + 1 means that the watermark is the head; what is parked
            // waits for a person. Something that a batch of hints has booked meanwhile is something.
            let parked = deltas.iter().any(|d| d.account == account && d.parked);
            if parked || !found.contains(&account) {
                sweep.behind.remove(&account);
            }
        }
        if deltas.is_empty() {
            return self.level(ix);
        }
        sweep.deltas = deltas;
        sweep.phase = Phase::Committing;
        self.send(ix, COMMIT_US, Input::SweepCommit);
    }

    pub(super) fn commit_sweep(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let sweep = &mut self.processor(ix).sweep;
        if sweep.phase != Phase::Committing {
            return;
        }
        let deltas = std::mem::take(&mut sweep.deltas);
        let epoch = sweep.authority.as_ref().expect("read before").epoch;
        sweep.rounds += 1;
        let rounds = sweep.rounds;
        if !self.commit(ix, epoch, deltas) {
            return self.soon(ix);
        }
        let goals = self.processor(ix).sweep.goals.clone();
        for (account, goal) in goals {
            if self.database.watermark(region, account) >= goal {
                self.processor(ix).sweep.behind.remove(&account);
            }
        }
        if rounds > ROUNDS_BY_ABSENCE {
            return self.read_heads(ix);
        }
        self.level(ix);
    }

    fn read_heads(&mut self, ix: ProcessIx) {
        let region = self.processes[ix].region;
        let limit_ms = self.scenario.timing.call_timeout_ms;
        let sweep = &mut self.processor(ix).sweep;
        let without: Vec<u16> =
            sweep.behind.keys().filter(|a| !sweep.goals.contains_key(*a)).copied().collect();
        sweep.heads_asked = without.len();
        if without.is_empty() {
            return self.level(ix);
        }
        for account in without {
            self.ask(ix, region, Purpose::SweepHead(account), limit_ms, Ask::Head(account));
        }
    }

    fn on_sweep_head(&mut self, ix: ProcessIx, account: u16, told: &Option<Told>) {
        let sweep = &mut self.processor(ix).sweep;
        if let Some(Told::Head(head)) = told {
            sweep.goals.insert(account, *head);
        }
        sweep.heads_asked = sweep.heads_asked.saturating_sub(1);
        if sweep.heads_asked == 0 && sweep.phase == Phase::Committing {
            self.level(ix);
        }
    }

    fn levelled(&mut self, ix: ProcessIx) {
        let sweep = &self.processor(ix).sweep;
        let authority = sweep.authority.as_ref().expect("read before");
        if sweep.is_first(authority) {
            self.say(ix, true);
        } else {
            self.rest(ix, self.scenario.timing.sweep_ms);
        }
    }
}
