//! The sweeper's shell, which carries out the commands of `core::sweep` as `service` does in production.

use super::Input;
use super::applying::{Applier, Applying, Ended};
use crate::world::{Ctx, PortCall, PortReply, Purpose, SHARDS};
use leeward_core::sweep::{Command, End, Event, Sweep, SweepSettings};
use leeward_model::{AccountId, Epoch, ProcessorState, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// The longest pause before an incomplete pass is repeated.
const PAUSE_MAX_MS: u64 = 500;

#[derive(Default)]
pub(super) struct Sweeper {
    machine: Option<Sweep>,
    shard: u32,
    registry: BTreeSet<AccountId>,
    applying: Option<Applying>,
    heads: BTreeMap<AccountId, Seq>,
    heads_asked: usize,
}

impl Sweeper {
    pub(super) fn begin_if_due(&mut self, ctx: &mut Ctx<'_>, number: u64) {
        if ctx.shared().sweep.number != number {
            return;
        }
        let name = ctx.region_name().clone();
        let timing = ctx.timing();
        let settings =
            SweepSettings { pause_ms: timing.poll_ms.min(PAUSE_MAX_MS), sweep_ms: timing.sweep_ms };
        let known = ctx.shared().authority.as_ref();
        if known.is_some_and(|a| a.active != name) {
            return rest(ctx, settings.sweep_ms);
        }
        self.machine.get_or_insert_with(|| Sweep::new(name, settings));
        self.step(ctx, Event::Begin);
    }

    pub(super) fn on_timer(&mut self, ctx: &mut Ctx<'_>) {
        self.step(ctx, Event::Timer);
    }

    fn step(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        let Some(machine) = &mut self.machine else { return };
        let command = machine.step(event);
        ctx.shared().sweep.under_way = !machine.is_resting();
        if let Some(command) = command {
            self.carry_out(ctx, command);
        }
    }

    fn carry_out(&mut self, ctx: &mut Ctx<'_>, command: Command) {
        match command {
            Command::ReadAuthority => {
                ctx.call_own_region(Purpose::SweepAuthority, PortCall::Authority);
            }
            Command::AskWritable => {
                let writable = ctx.env.database.is_writable(ctx.region());
                self.step(ctx, Event::Writable(writable));
            }
            Command::Say { epoch, run, reconciled, accounts } => {
                let region = ctx.region_name().clone();
                let (remaining, parked) = (0, Vec::new());
                let state =
                    ProcessorState { region, epoch, run, reconciled, accounts, remaining, parked };
                ctx.call_own_region(Purpose::SweepReport, PortCall::PutProcessor(state));
            }
            // This world publishes no events, so the outbox counts as reopened.
            Command::ReopenOutbox => self.step(ctx, Event::Reopened(true)),
            Command::ReadRegistry => {
                self.shard = 0;
                self.registry.clear();
                ctx.call_own_region(Purpose::SweepAccounts, PortCall::Accounts(0));
            }
            Command::Apply { epoch, accounts } => self.apply(ctx, epoch, accounts),
            Command::ReadHeads(accounts) => {
                self.heads.clear();
                self.heads_asked = accounts.len();
                for account in accounts {
                    let account = ctx.account_number(&account);
                    ctx.call_own_region(Purpose::SweepHead(account), PortCall::Head(account));
                }
            }
            Command::ReadWatermarks(accounts) => {
                let watermark = |account: AccountId| {
                    let number = ctx.account_number(&account);
                    (account, ctx.env.database.watermark(ctx.region(), number))
                };
                let watermarks = accounts.into_iter().map(watermark).collect();
                self.step(ctx, Event::Watermarks(Some(watermarks)));
            }
            Command::Wait { ms } => ctx.send_after_ms(ms, Input::SweepTimer),
            Command::Rest { ms, end } => {
                if end == (End::Level { first: true }) {
                    let epoch = self.machine.as_ref().and_then(Sweep::epoch);
                    let epoch = epoch.expect("the sweep has just caught up");
                    let (now_us, region) = (ctx.env.now_us, ctx.region());
                    ctx.env.watch.observe_reconciled(now_us, region, epoch);
                }
                rest(ctx, ms);
            }
        }
    }

    pub(super) fn on_reply(
        &mut self,
        ctx: &mut Ctx<'_>,
        purpose: Purpose,
        reply: Option<PortReply>,
    ) {
        match purpose {
            Purpose::SweepAuthority => {
                let read = ctx.env.bodies.authority(reply.as_ref());
                ctx.share_authority(read.as_ref());
                let read = ctx.env.bodies.owned_authority(reply.as_ref());
                self.step(ctx, Event::Authority(read));
            }
            Purpose::SweepReport => {
                self.step(ctx, Event::Said(matches!(reply, Some(PortReply::Done))));
            }
            Purpose::SweepAccounts => self.on_accounts(ctx, reply),
            Purpose::ApplyEntries(_, number) | Purpose::ApplyPage(_, number) => {
                self.on_entries(ctx, number, reply);
            }
            Purpose::SweepHead(account) => self.on_head(ctx, account, reply.as_ref()),
            other => unreachable!("{other:?} is not a sweeper's"),
        }
    }

    fn on_accounts(&mut self, ctx: &mut Ctx<'_>, reply: Option<PortReply>) {
        let Some(PortReply::Accounts(accounts)) = reply else {
            return self.step(ctx, Event::Registry(None));
        };
        let names = accounts.iter().map(|account| ctx.env.directory.account(*account).clone());
        self.registry.extend(names);
        self.shard += 1;
        if self.shard < SHARDS {
            let call = PortCall::Accounts(self.shard);
            return ctx.call_own_region(Purpose::SweepAccounts, call);
        }
        let registry = std::mem::take(&mut self.registry);
        self.step(ctx, Event::Registry(Some(registry)));
    }

    fn apply(&mut self, ctx: &mut Ctx<'_>, epoch: Epoch, accounts: BTreeMap<AccountId, Seq>) {
        match Applying::begin(ctx, Applier::Sweep, epoch, accounts) {
            Ok(applying) => self.applying = Some(applying),
            Err(ended) => self.step(ctx, Event::Applied(ended)),
        }
    }

    fn on_entries(&mut self, ctx: &mut Ctx<'_>, number: u32, reply: Option<PortReply>) {
        let applying = self.applying.as_mut();
        let ended = applying.and_then(|applying| applying.on_entries(ctx, number, reply));
        self.end_pass(ctx, ended);
    }

    pub(super) fn commit(&mut self, ctx: &mut Ctx<'_>) {
        let ended = self.applying.as_mut().and_then(|applying| applying.on_commit(ctx));
        self.end_pass(ctx, ended);
    }

    fn end_pass(&mut self, ctx: &mut Ctx<'_>, ended: Option<Ended>) {
        let Some(ended) = ended else { return };
        self.applying = None;
        self.step(ctx, Event::Applied(ended));
    }

    fn on_head(&mut self, ctx: &mut Ctx<'_>, account: u16, reply: Option<&PortReply>) {
        if let Some(PortReply::Head(head)) = reply {
            self.heads.insert(ctx.env.directory.account(account).clone(), *head);
        }
        self.heads_asked = self.heads_asked.saturating_sub(1);
        if self.heads_asked == 0 {
            let heads = std::mem::take(&mut self.heads);
            self.step(ctx, Event::Heads(heads));
        }
    }
}

/// Plans the next sweep. Every sweep reads the authority again, whatever woke the sweeper.
fn rest(ctx: &mut Ctx<'_>, for_ms: u64) {
    let plan = &mut ctx.shared().sweep;
    plan.number += 1;
    let number = plan.number;
    ctx.send_after_ms(for_ms, Input::SweepDue(number));
}
