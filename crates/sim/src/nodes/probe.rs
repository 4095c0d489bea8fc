//! The probes of a sentinel. Each round probes both Regions on three independent paths.

use super::Input;
use super::executor::{EXECUTION_SLOT, RunExecutor};
use crate::faults::Site;
use crate::world::{self, Ctx, PortCall, PortReply, Purpose};
use leeward_cloud::RegionIx;
use leeward_core::detect::{PathReply, classify, classify_status, report};
use leeward_model::{DatabaseView, ProbeAnswer, ProbeReport, Reached, Region};
use std::collections::BTreeMap;

pub(super) type Reports = BTreeMap<Region, ProbeReport>;

/// The answers of one Region that have arrived so far.
#[derive(Debug, Default)]
struct Paths {
    api: Option<ProbeAnswer>,
    ledger: Option<ProbeAnswer>,
    control: Option<(ProbeAnswer, DatabaseView)>,
}

impl Paths {
    fn are_complete(&self) -> bool {
        self.api.is_some() && self.ledger.is_some() && self.control.is_some()
    }

    fn into_report(self, region: &Region) -> ProbeReport {
        let (control, view) = self.control.expect("all paths are in");
        let (api, ledger) =
            (self.api.expect("all paths are in"), self.ledger.expect("all paths are in"));
        report(region, api, ledger, control, view)
    }
}

/// The round of probes in progress.
#[derive(Default)]
pub(super) struct Prober {
    round: u32,
    under_way: bool,
    paths: [Paths; 2],
}

impl Prober {
    /// Begins a round. It sends each Region a canary order, a read of the ledger and a request to the control plane.
    pub(super) fn begin(&mut self, ctx: &mut Ctx<'_>, executor: &mut RunExecutor) {
        let timeout_ms = ctx.timing().probe_timeout_ms;
        let own = ctx.region();
        self.round += 1;
        self.paths = Default::default();
        self.under_way = true;
        let round = self.round;
        ctx.send_after_ms(timeout_ms, Input::ProbeTimeout(round));
        for site in Site::PAIR {
            let to = site.ix();
            let slot = round << 1 | u32::from(to.0);
            let (life, n) = executor.next_canary();
            ctx.send_canary(to, slot & !EXECUTION_SLOT, life, n);
            if !ctx.env.blinds_observer(own, to) {
                let purpose = Purpose::ProbeLedger(round, to);
                ctx.call(to, purpose, timeout_ms, PortCall::Authority);
            }
            if !ctx.env.blinds_observer(own, to) {
                let purpose = Purpose::ProbeControl(round, to);
                ctx.call(to, purpose, timeout_ms, PortCall::Describe);
            }
        }
    }

    fn path(&mut self, of: RegionIx) -> &mut Paths {
        &mut self.paths[usize::from(of.0)]
    }

    fn is_current(&self, round: u32) -> bool {
        self.round == round && self.under_way
    }

    pub(super) fn on_canary(
        &mut self,
        ctx: &mut Ctx<'_>,
        slot: u32,
        answer: world::Answer,
    ) -> Option<Reports> {
        let (round, of) = (slot >> 1, RegionIx((slot & 1) as u8));
        let accepted = answer.is_accepted();
        if accepted && ctx.region() == of {
            ctx.shared().last_good_canary_us = Some(ctx.env.now_us);
        }
        if self.round & !EXECUTION_SLOT != round {
            return None;
        }
        let answer = classify_status(if accepted { 202 } else { 503 });
        self.path(of).api = Some(answer);
        self.finish_if_complete(ctx)
    }

    pub(super) fn on_ledger(
        &mut self,
        ctx: &Ctx<'_>,
        round: u32,
        of: RegionIx,
        reply: Option<&PortReply>,
    ) -> Option<Reports> {
        if !self.is_current(round) {
            return None;
        }
        self.path(of).ledger = Some(classify_reply(reply));
        self.finish_if_complete(ctx)
    }

    pub(super) fn on_control(
        &mut self,
        ctx: &Ctx<'_>,
        round: u32,
        of: RegionIx,
        reply: Option<PortReply>,
    ) -> Option<Reports> {
        if !self.is_current(round) {
            return None;
        }
        self.path(of).control = Some(match reply {
            Some(PortReply::Database(view)) => (ProbeAnswer::Good, *view),
            other => (classify_reply(other.as_ref()), DatabaseView::default()),
        });
        self.finish_if_complete(ctx)
    }

    /// Records silence on every path from which no answer has arrived.
    pub(super) fn on_timeout(&mut self, ctx: &Ctx<'_>, round: u32) -> Option<Reports> {
        if !self.is_current(round) {
            return None;
        }
        for paths in &mut self.paths {
            paths.api.get_or_insert(ProbeAnswer::Silence);
            paths.ledger.get_or_insert(ProbeAnswer::Silence);
            paths.control.get_or_insert((ProbeAnswer::Silence, DatabaseView::default()));
        }
        self.finish_if_complete(ctx)
    }

    fn finish_if_complete(&mut self, ctx: &Ctx<'_>) -> Option<Reports> {
        if !self.under_way || !self.paths.iter().all(Paths::are_complete) {
            return None;
        }
        self.under_way = false;
        let paths = std::mem::take(&mut self.paths);
        let regions = ctx.env.directory.regions();
        let reported =
            |(region, paths): (&Region, Paths)| (region.clone(), paths.into_report(region));
        Some(regions.iter().zip(paths).map(reported).collect())
    }
}

/// Classifies a reply as `aws` does. A missing reply is an unknown outcome, without any sign of the other side.
fn classify_reply(reply: Option<&PortReply>) -> ProbeAnswer {
    let unknown = |reached, why: &str| PathReply::Unknown { reached, why: why.to_owned() };
    classify(match reply {
        None => unknown(Reached::No, "no answer in time"),
        Some(PortReply::Error) => unknown(Reached::Yes, "500"),
        Some(PortReply::Refused(why)) => PathReply::Refused(why.clone()),
        Some(_) => PathReply::Done,
    })
}
