//! Drives one pass of `core::apply` against the Region's ledger and database in the simulator. In production, `service`
//! drives such a pass.

use super::Input;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::apply::{AccountDelta, Applied, Apply, Command, Committed, Event};
use leeward_model::{AccountId, Epoch, Seq, StoredEntry};
use std::collections::{BTreeMap, VecDeque};

/// The duration of a transaction on the Region's own cluster.
const COMMIT_US: u64 = 3_000;
/// The maximum number of keys in one batch read, which DynamoDB limits.
const KEYS: usize = 100;

/// The role for which a pass is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applier {
    Batch,
    Sweep,
}

pub(super) struct Applying {
    applier: Applier,
    machine: Apply,
    epoch: Epoch,
    /// The accounts of each read of the chunk.
    asked: Vec<Vec<AccountId>>,
    reads_under_way: usize,
    found: BTreeMap<AccountId, Vec<StoredEntry>>,
    deltas: Vec<AccountDelta>,
}

/// The result of a pass; `None` if the database accepted no transaction.
pub(super) type Ended = Option<Applied>;

impl Applying {
    /// Begins a pass. Returns the result immediately if there is nothing to read.
    pub(super) fn begin(
        ctx: &mut Ctx<'_>,
        applier: Applier,
        epoch: Epoch,
        accounts: BTreeMap<AccountId, Seq>,
    ) -> Result<Applying, Ended> {
        let mut applying = Applying {
            applier,
            machine: Apply::new(accounts),
            epoch,
            asked: Vec::new(),
            reads_under_way: 0,
            found: BTreeMap::new(),
            deltas: Vec::new(),
        };
        match applying.step(ctx, Event::Begin) {
            Some(ended) => Err(ended),
            None => Ok(applying),
        }
    }

    fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) -> Option<Ended> {
        let mut commands: VecDeque<Command> = self.machine.step(event).into();
        while let Some(command) = commands.pop_front() {
            match command {
                Command::Load(accounts) => {
                    let region = ctx.region();
                    let state = |name: AccountId| {
                        let number = ctx.account_number(&name);
                        ctx.env.database.state(region, number, &name)
                    };
                    let states = accounts.into_iter().map(state).collect();
                    commands.extend(self.machine.step(Event::Loaded(Some(states))));
                }
                Command::ReadEntries { at, after } => self.read(ctx, &at, &after),
                Command::Commit(deltas) => {
                    self.deltas = deltas;
                    ctx.send_after_us(COMMIT_US, Input::Commit(self.applier));
                }
                Command::End(applied) => return Some(applied),
            }
        }
        None
    }

    fn read(&mut self, ctx: &mut Ctx<'_>, at: &[(AccountId, Seq)], after: &[(AccountId, Seq)]) {
        self.asked.clear();
        self.found.clear();
        for keys in at.chunks(KEYS) {
            let numbers = keys.iter().map(|(name, seq)| (ctx.account_number(name), *seq));
            let call = PortCall::At(numbers.collect());
            let purpose = Purpose::ApplyEntries(self.applier, self.asked.len() as u32);
            self.asked.push(keys.iter().map(|(name, _)| name.clone()).collect());
            ctx.call_own_region(purpose, call);
        }
        for (name, seq) in after {
            let call = PortCall::After(ctx.account_number(name), *seq);
            let purpose = Purpose::ApplyPage(self.applier, self.asked.len() as u32);
            self.asked.push(vec![name.clone()]);
            ctx.call_own_region(purpose, call);
        }
        self.reads_under_way = self.asked.len();
    }

    /// Takes the reply to the read with this number.
    pub(super) fn on_entries(
        &mut self,
        ctx: &mut Ctx<'_>,
        number: u32,
        reply: Option<PortReply>,
    ) -> Option<Ended> {
        if let Some(PortReply::Entries(entries)) = reply {
            let asked = std::mem::take(&mut self.asked[number as usize]);
            self.found.extend(asked.into_iter().map(|account| (account, Vec::new())));
            for entry in entries {
                ctx.count_step();
                self.found.entry(entry.account.clone()).or_default().push(entry);
            }
        }
        self.reads_under_way -= 1;
        if self.reads_under_way > 0 {
            return None;
        }
        let found = std::mem::take(&mut self.found);
        self.step(ctx, Event::Entries(found))
    }

    /// Commits the transaction, whose duration has passed.
    pub(super) fn on_commit(&mut self, ctx: &mut Ctx<'_>) -> Option<Ended> {
        let deltas = std::mem::take(&mut self.deltas);
        let committed = commit(ctx, self.epoch, deltas);
        self.step(ctx, Event::Committed(committed))
    }
}

/// Commits one transaction. An account is committed only if its watermark is still the base of its fold. Returns `None`
/// if the database in this Region accepts no writes.
fn commit(ctx: &mut Ctx<'_>, epoch: Epoch, deltas: Vec<AccountDelta>) -> Option<Vec<Committed>> {
    let region = ctx.region();
    let numbers: Vec<u16> =
        deltas.iter().map(|delta| ctx.account_number(&delta.state.account)).collect();
    let env = &mut *ctx.env;
    if !env.database.is_writable(region) || env.cloud.net().is_dark(region) {
        return None;
    }
    env.watch.checkers.authority.observe_booking(env.now_us, region, epoch);
    let mut outcomes = Vec::with_capacity(deltas.len());
    for (account, AccountDelta { base, state, parked, .. }) in numbers.into_iter().zip(deltas) {
        if env.database.watermark(region, account) == base {
            env.database.commit(env.now_us, region, account, state, parked.is_some());
            outcomes.push(Committed::Applied);
        } else {
            outcomes.push(Committed::Stale);
        }
    }
    env.plan_pages();
    Some(outcomes)
}
