//! The view of a world that the judges of [`crate::check`] have, and the measurements of the world.

use super::directory::PerRegion;
use super::env::Env;
use super::{CONTROL, LEDGER, World};
use crate::check::Checkers;
use crate::faults::{Fault, Part, Site};
use crate::nodes::OPERATOR;
use crate::outcome::{Outcome, Violation};
use crate::scenario::{Kind, Scenario};
use crate::trace::Trace;
use leeward_cloud::dynamodb::Item;
use leeward_cloud::{Persist, RegionIx, Service};
use leeward_model::{Authority, Epoch, Region, RunEnd, RunKind};

/// The number of ticks after a fault of a Region for which a move away from the Region has a cause.
const CAUSE_TICKS: u64 = 8;

/// The loss of a Region whose effects are being measured.
#[derive(Debug, Default)]
struct Loss {
    began_us: Option<u64>,
    site: Option<Site>,
    epoch: Epoch,
}

/// The judges, the outcome and the trace of a world.
pub(crate) struct Watch {
    pub(crate) checkers: Checkers,
    pub(crate) outcome: Outcome,
    pub(crate) trace: Trace,
    loss: Loss,
    losses: usize,
    epoch: Epoch,
    /// The head of each account when the newest epoch began.
    heads_at_fence: Vec<(String, u64)>,
    last_run: Option<String>,
    /// The index of the newest write that the judges have seen. Other replicas of this write contain nothing new.
    seen_write: u64,
    /// For each Region, the time until which a move away from the Region has a cause.
    has_cause_until_us: PerRegion<u64>,
}

impl Watch {
    pub(super) fn new(scenario: &Scenario, transcript: bool) -> Watch {
        Watch {
            checkers: Checkers::new(scenario),
            outcome: Outcome::default(),
            trace: Trace::new(transcript),
            loss: Loss::default(),
            losses: 0,
            epoch: Epoch(1),
            heads_at_fence: Vec::new(),
            last_run: None,
            seen_write: 0,
            has_cause_until_us: PerRegion::default(),
        }
    }

    pub(super) fn losses(&self) -> usize {
        self.losses
    }

    pub(crate) fn take_violations(&mut self, now_us: u64) {
        if !self.checkers.have_found() {
            return;
        }
        for violation in self.checkers.take() {
            self.add_violation(now_us, violation);
        }
    }

    pub(super) fn report_violation(&mut self, now_us: u64, rule: &'static str, what: String) {
        self.add_violation(now_us, Violation { rule, at_ms: now_us / 1_000, what });
    }

    fn add_violation(&mut self, now_us: u64, violation: Violation) {
        self.trace.log(now_us, || format!("VIOLATION {}: {}", violation.rule, violation.what));
        self.outcome.violations.push(violation);
    }

    /// Returns whether acceptance in this Region ends the measured loss, which is so only in the surviving Region.
    pub(crate) fn counts_acceptance(&self, from: RegionIx) -> bool {
        self.loss.site.is_some_and(|site| site.ix() != from)
    }

    pub(crate) fn observe_reconciled(&mut self, now_us: u64, region: RegionIx, epoch: Epoch) {
        self.trace.log(now_us, || format!("{:?} reconciled in epoch {epoch}", Site::of(region)));
        if let Some(began_us) = self.loss_before(epoch) {
            self.outcome.processing_ms.push((now_us - began_us) / 1_000);
        }
    }

    /// Returns when the loss began to which the change to this epoch responds.
    fn loss_before(&self, epoch: Epoch) -> Option<u64> {
        self.loss.began_us.filter(|_| self.loss.epoch.0 + 1 == epoch.0)
    }

    fn log_authority(&mut self, now_us: u64, latest: &Authority) {
        self.trace.log(now_us, || {
            let run = latest.run.as_ref().map_or_else(String::new, |run| {
                let parked = run.parked.as_deref().map(|why| format!(" parked: {why}"));
                format!(
                    ", run {} at {} attempt {} by {}{}",
                    run.id,
                    run.step,
                    run.attempt,
                    run.executor,
                    parked.unwrap_or_default()
                )
            });
            format!(
                "authority {}: epoch {}, {} active, {:?}{run}",
                latest.version, latest.epoch, latest.active, latest.mode
            )
        });
    }

    fn observe_epoch(&mut self, now_us: u64, latest: &Authority) {
        if latest.epoch <= self.epoch {
            return;
        }
        self.epoch = latest.epoch;
        match latest.run.as_ref().map(|run| run.kind) {
            Some(RunKind::Switchover | RunKind::Failback) => self.outcome.planned += 1,
            _ => self.outcome.failovers += 1,
        }
        self.heads_at_fence = self.checkers.ledger.heads();
        if let Some(began_us) = self.loss_before(latest.epoch) {
            self.outcome.detect_ms.push((now_us - began_us) / 1_000);
        }
    }

    fn note_cause(&mut self, until_us: u64, site: Site) {
        let until = &mut self.has_cause_until_us[site.ix()];
        *until = (*until).max(until_us);
    }
}

impl Env {
    pub(super) fn persist(&mut self, persist: Persist) {
        self.observe_write(&persist);
        self.disks.write(self.now_us, persist);
    }

    /// Shows the judges each version of every item, in the order of the writes.
    fn observe_write(&mut self, persist: &Persist) {
        let Some(item) = &persist.item else { return };
        if persist.index <= self.watch.seen_write {
            return;
        }
        self.watch.seen_write = persist.index;
        if persist.table == CONTROL {
            self.observe_control(item);
        } else if persist.table == LEDGER {
            self.watch.checkers.ledger.observe(self.now_us, &persist.key, item);
        }
        self.watch.take_violations(self.now_us);
    }

    fn observe_control(&mut self, item: &Item) {
        let (now_us, checkers) = (self.now_us, &mut self.watch.checkers);
        if let Some(authority) = self.bodies.authority_in(item) {
            if let Some(changed) = checkers.authority.observe(now_us, authority) {
                checkers.audit.observe_authority(now_us, authority);
                checkers.planned.observe_authority(now_us, authority, OPERATOR);
                self.watch.trace.add_word(changed.version);
                self.on_authority_changed(changed.moved);
            }
        } else if let Some(observation) = self.bodies.observation_in(item) {
            checkers.authority.observe_observation(now_us, observation);
        } else if let Some(record) = self.bodies.audit_in(item) {
            checkers.audit.observe(now_us, record);
        }
    }

    fn on_authority_changed(&mut self, moved_from: Option<Region>) {
        let latest = self.watch.checkers.authority.latest.as_ref().expect("just seen").clone();
        let now_us = self.now_us;
        self.watch.log_authority(now_us, &latest);
        self.check_completed_run(&latest);
        self.watch.observe_epoch(now_us, &latest);
        if let Some(from) = moved_from {
            for fault in self.list_active_faults() {
                self.note_cause(&fault);
            }
            let region = self.directory.region_of(&from);
            if now_us > self.watch.has_cause_until_us[region] {
                self.watch.outcome.false_moves += 1;
                self.watch.trace.log(now_us, || format!("FALSE MOVE away from {from}"));
            }
        }
    }

    /// Checks that a failover that is reported as complete has booked all entries that were in the ledger when the
    /// failover began (docs/spec/order-path.md: nothing weaker counts).
    fn check_completed_run(&mut self, latest: &Authority) {
        let Some(last) = &latest.marks.last_run else { return };
        let watch = &mut self.watch;
        let new = watch.last_run.as_ref() != Some(&last.id);
        watch.last_run = Some(last.id.clone());
        if new {
            watch.outcome.runs.push(last.clone());
        }
        if !new || last.end != RunEnd::Completed || last.epoch != watch.epoch {
            return;
        }
        let target = self.directory.region_of(&last.target);
        for (account, head) in std::mem::take(&mut watch.heads_at_fence) {
            let number = self.directory.account_number(&account).expect("an account of this world");
            let seq = self.database.watermark(target, number).0;
            if seq < head {
                let what = format!("{} is complete with {account} at {seq} of {head}", last.id);
                watch.report_violation(self.now_us, "LIVE-2", what);
            }
        }
    }

    /// Records faults that sometimes or always keep a Region from accepting orders, so that a move away from the Region
    /// is justified.
    pub(crate) fn note_cause(&mut self, fault: &Fault) {
        let watch = &mut self.watch;
        let until_us = self.now_us + CAUSE_TICKS * watch.checkers.authority.tick_us();
        match fault {
            Fault::Dark { site }
            | Fault::Isolated { site }
            | Fault::Lossy { site, .. }
            | Fault::OrderPath { site, .. }
            | Fault::Service { site, service: Service::DynamoDb, .. }
            | Fault::Crash { site, part: Part::Api }
            | Fault::Pause { site, part: Part::Api } => watch.note_cause(until_us, *site),
            // Quorums need links, and every write waits for the disks, so these faults affect every Region.
            Fault::OneWay { .. }
            | Fault::Slow { .. }
            | Fault::Reorder { .. }
            | Fault::Repeats { .. }
            | Fault::DiskStall { .. } => {
                Site::ALL.into_iter().for_each(|site| watch.note_cause(until_us, site));
            }
            _ => {}
        }
    }
}

impl World {
    /// Begins to measure how long customers wait, if the lost Region is the active one.
    pub(crate) fn measure_loss(&mut self, site: Site) {
        let env = &mut self.env;
        let Some(authority) = &env.watch.checkers.authority.latest else { return };
        let active = env.directory.region_of(&authority.active);
        if env.scenario.kind == Kind::Swarm || active != site.ix() {
            return;
        }
        env.watch.losses += 1;
        env.watch.loss =
            Loss { began_us: Some(env.now_us), site: Some(site), epoch: authority.epoch };
        self.clients.on_region_lost(env.now_us);
    }

    pub(crate) fn end_measurement(&mut self, site: Site) {
        if self.env.watch.loss.site == Some(site) {
            self.clients.on_region_back(&mut self.env);
        }
    }
}
