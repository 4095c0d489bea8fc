//! A processor, which receives hints from the queue and books them with `core::apply`. The sweeper of the same process
//! is in `sweeper`.

use super::Input;
use super::applying::{Applier, Applying, Ended};
use super::sweeper::Sweeper;
use crate::world::{Ctx, PortCall, PortReply, Purpose};
use leeward_core::apply::{Batch, BatchCommand, BatchEnd, BatchEvent};
use leeward_model::{AccountId, Authority, Seq};

const RECEIVE_RETRY_MS: u64 = 200;
const RECEIVE_WAIT_MS: u64 = 5_000;

/// The hints of one receive, while they are booked.
struct Work {
    batch: Batch,
    receipts: Vec<String>,
    applying: Option<Applying>,
}

#[derive(Default)]
pub(crate) struct Processor {
    work: Option<Work>,
    sweeper: Sweeper,
}

impl Processor {
    pub(super) fn handle(&mut self, ctx: &mut Ctx<'_>, input: Input) {
        match input {
            Input::ReceiveDue => receive(ctx),
            Input::Commit(Applier::Batch) => {
                let ended = self.applying().and_then(|applying| applying.on_commit(ctx));
                self.end_pass(ctx, ended);
            }
            Input::Commit(Applier::Sweep) => self.sweeper.commit(ctx),
            Input::SweepDue(number) => self.sweeper.begin_if_due(ctx, number),
            Input::SweepTimer => self.sweeper.on_timer(ctx),
            Input::Reply(purpose, reply) => match purpose {
                Purpose::Receive => self.on_received(ctx, reply),
                Purpose::BatchAuthority => self.on_batch_authority(ctx, reply.as_ref()),
                Purpose::ApplyEntries(Applier::Batch, number)
                | Purpose::ApplyPage(Applier::Batch, number) => {
                    let applying = self.applying();
                    let ended = applying.and_then(|a| a.on_entries(ctx, number, reply));
                    self.end_pass(ctx, ended);
                }
                Purpose::BatchDelete => receive(ctx),
                sweep => self.sweeper.on_reply(ctx, sweep, reply),
            },
            _ => unreachable!("not an input of a processor"),
        }
    }

    fn applying(&mut self) -> Option<&mut Applying> {
        self.work.as_mut()?.applying.as_mut()
    }

    fn on_received(&mut self, ctx: &mut Ctx<'_>, reply: Option<PortReply>) {
        let Some(PortReply::Hints(messages)) = reply else {
            return ctx.send_after_ms(RECEIVE_RETRY_MS, Input::ReceiveDue);
        };
        if messages.is_empty() {
            return receive(ctx);
        }
        let hints = messages.iter().flat_map(|(_, body)| body.split(','));
        let hints: Vec<(AccountId, Seq)> = hints.filter_map(|hint| read_hint(ctx, hint)).collect();
        let batch = Batch::new(ctx.region_name().clone(), hints);
        let receipts = messages.into_iter().map(|(receipt, _)| receipt).collect();
        self.work = Some(Work { batch, receipts, applying: None });
        self.step(ctx, BatchEvent::Begin);
    }

    fn step(&mut self, ctx: &mut Ctx<'_>, event: BatchEvent) {
        let Some(work) = &mut self.work else { return };
        match work.batch.step(event) {
            BatchCommand::ReadAuthority => {
                ctx.call_own_region(Purpose::BatchAuthority, PortCall::Authority);
            }
            BatchCommand::Apply { epoch, accounts } => {
                match Applying::begin(ctx, Applier::Batch, epoch, accounts) {
                    Ok(applying) => work.applying = Some(applying),
                    Err(ended) => self.step(ctx, BatchEvent::Applied(ended)),
                }
            }
            BatchCommand::End(end) => self.end(ctx, end),
        }
    }

    fn end_pass(&mut self, ctx: &mut Ctx<'_>, ended: Option<Ended>) {
        let Some(ended) = ended else { return };
        if let Some(work) = &mut self.work {
            work.applying = None;
        }
        self.step(ctx, BatchEvent::Applied(ended));
    }

    fn end(&mut self, ctx: &mut Ctx<'_>, end: BatchEnd) {
        let work = self.work.take().expect("it is in work until its end");
        match end {
            BatchEnd::Delete => {
                ctx.call_own_region(Purpose::BatchDelete, PortCall::DeleteHints(work.receipts));
            }
            // The hints return after their visibility timeout.
            BatchEnd::Keep => ctx.send_after_ms(RECEIVE_RETRY_MS, Input::ReceiveDue),
        }
    }

    fn on_batch_authority(&mut self, ctx: &mut Ctx<'_>, reply: Option<&PortReply>) {
        let read = ctx.env.bodies.authority(reply);
        ctx.share_authority(read.as_ref());
        let answered = matches!(reply, Some(PortReply::Item(_)));
        let read = answered.then(|| read.map(|read| Box::new(Authority::clone(&read))));
        self.step(ctx, BatchEvent::Authority(read));
    }
}

fn read_hint(ctx: &Ctx<'_>, hint: &str) -> Option<(AccountId, Seq)> {
    let (account, seq) = hint.split_once(':')?;
    let account = ctx.env.directory.account(account.parse().ok()?).clone();
    Some((account, Seq(seq.parse().ok()?)))
}

fn receive(ctx: &mut Ctx<'_>) {
    let timeout_ms = RECEIVE_WAIT_MS + ctx.timing().call_timeout_ms;
    let call = PortCall::Receive { wait_us: RECEIVE_WAIT_MS * 1_000 };
    ctx.call(ctx.region(), Purpose::Receive, timeout_ms, call);
}
