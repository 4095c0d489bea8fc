//! Judges the history of the authority item: SAFE-5, SAFE-6, SAFE-8 and the budgets of LIVE-3.

use super::Findings;
use super::observation_history::ObservationHistory;
use crate::faults::Site;
use crate::scenario::Lives;
use leeward_blueprint::Timing;
use leeward_cloud::RegionIx;
use leeward_model::{Authority, Epoch, Mode, Observation, Region, RegionView, Run, RunKind};
use std::collections::BTreeMap;

/// The changes in a new version of the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) version: u64,
    /// The Region that lost authority in an automatic move.
    pub(crate) moved: Option<Region>,
}

/// The number of ticks with accepted canaries after which a Region vouches for itself. No decision is older than this.
const VOUCHES_TICKS: u64 = 6;

pub(crate) struct AuthorityWatch {
    pub(super) findings: Findings,
    /// The home Region.
    home: Region,
    pub(crate) latest: Option<Authority>,
    /// The active Region of each epoch.
    epochs: BTreeMap<Epoch, Region>,
    history: ObservationHistory,
    last_move_us: Option<u64>,
    /// The time at which each automatic move began.
    moves_us: Vec<u64>,
    realigned_us: Option<u64>,
    failed_back_us: Option<u64>,
    misses: u32,
    tick_us: u64,
    cooldown_us: u64,
    failback_us: u64,
    day_us: u64,
    moves_per_day: usize,
    patience_us: u64,
}

/// Returns the shortest time in which the counters of two sentinels can advance by `ticks`. This is less than `ticks`
/// ticks for three reasons: n counts take only n - 1 ticks, a move may be written up to two ticks after its counters
/// were read, and a sentinel's clock may run fast.
fn least_us(ticks: u64, tick_us: u64) -> u64 {
    ticks.saturating_sub(3) * tick_us * 99 / 100
}

/// Subtracts the additional counts that functions make: each succession, one per minute, adds a count.
fn without_successions(ticks: u64, tick_us: u64, lives: Lives) -> u64 {
    match lives {
        Lives::Loop => ticks,
        Lives::Function => ticks * MINUTE_US / (MINUTE_US + tick_us),
    }
}

const MINUTE_US: u64 = 60_000_000;

impl AuthorityWatch {
    pub(super) fn new(t: &Timing, lives: Lives) -> AuthorityWatch {
        let tick_us = t.tick_ms.max(t.probe_timeout_ms) * 1_000;
        let least_us = |ticks| least_us(without_successions(ticks, tick_us, lives), tick_us);
        AuthorityWatch {
            findings: Findings::default(),
            home: Region::new("primary").expect("a plain name"),
            latest: None,
            epochs: BTreeMap::new(),
            // A decision is at most two ticks old when it is written.
            history: ObservationHistory::new(2 * tick_us + 3_000_000),
            last_move_us: None,
            moves_us: Vec::new(),
            realigned_us: None,
            failed_back_us: None,
            misses: t.misses,
            tick_us,
            cooldown_us: least_us(t.cooldown_ticks),
            failback_us: least_us(t.failback_ticks),
            day_us: least_us(t.day_ticks),
            moves_per_day: t.moves_per_day,
            patience_us: (2 * u64::from(t.misses) + 4) * tick_us,
        }
    }

    pub(crate) fn observe_observation(&mut self, now_us: u64, observation: &Observation) {
        self.history.store(now_us, observation);
    }

    /// Returns the sentinels whose newest item is fresh and that held this opinion of `region` when the decision that
    /// is now written was made.
    fn sentinels_holding(
        &self,
        now_us: u64,
        region: &Region,
        holds: impl Fn(&RegionView) -> bool + Copy,
    ) -> Vec<&Region> {
        let fresh =
            self.history.sentinels().filter(|(_, at_us)| now_us - at_us <= self.patience_us);
        fresh
            .map(|(sentinel, _)| sentinel)
            .filter(|sentinel| self.history.supports(now_us, sentinel, region, holds))
            .collect()
    }

    /// Checks a version of the authority. Returns its changes if the version is new.
    pub(crate) fn observe(&mut self, now_us: u64, next: &Authority) -> Option<Changed> {
        let Some(before) = self.latest.take() else {
            self.epochs.insert(next.epoch, next.active.clone());
            self.latest = Some(next.clone());
            return Some(Changed { version: next.version, moved: None });
        };
        if next.version <= before.version {
            if next.version == before.version && *next != before {
                let what =
                    format!("version {} of the authority has two different contents", next.version);
                self.findings.add(now_us, "SAFE-5", what);
            }
            self.latest = Some(before);
            return None;
        }
        self.check_succession(now_us, &before, next);
        let moved = self.check_new_run(now_us, &before, next);
        self.latest = Some(next.clone());
        Some(Changed { version: next.version, moved })
    }

    fn check_succession(&mut self, now_us: u64, before: &Authority, next: &Authority) {
        let mut wrong = |what: String| self.findings.add(now_us, "SAFE-5", what);
        if next.version != before.version + 1 {
            wrong(format!("version {} follows {}", next.version, before.version));
        }
        match next.epoch.0.checked_sub(before.epoch.0) {
            Some(0) if next.active != before.active => wrong(format!(
                "{} and {} are both active in epoch {}",
                before.active, next.active, next.epoch
            )),
            Some(0 | 1) => {}
            _ => wrong(format!("epoch {} follows {}", next.epoch, before.epoch)),
        }
        self.epochs.insert(next.epoch, next.active.clone());
    }

    /// Checks whether a new run was allowed to begin. Returns the Region that an automatic failover leaves.
    fn check_new_run(
        &mut self,
        now_us: u64,
        before: &Authority,
        next: &Authority,
    ) -> Option<Region> {
        let run = next.run.as_ref()?;
        let known = before.run.as_ref().is_some_and(|r| r.id == run.id);
        if known || !run.automatic {
            return None;
        }
        if before.mode != Mode::Automatic {
            let what = format!("run {} began automatically in mode {:?}", run.id, before.mode);
            self.findings.add(now_us, "SAFE-8", what);
        }
        if run.kind != RunKind::Failover {
            self.check_planned_start(now_us, before, run);
            return None;
        }
        let dark = next.budgets.moves.last().is_some_and(|m| m.dark);
        if before.run.is_some() && !dark {
            let what = format!("run {} superseded an open one, and no Region is dark", run.id);
            self.findings.add(now_us, "LIVE-3", what);
        }
        self.check_quorum(now_us, &run.id, &run.from);
        self.check_target(now_us, &run.id, &run.target);
        if dark {
            self.check_darkness(now_us, &run.id, &run.from);
        }
        let soon = self.last_move_us.is_some_and(|at_us| now_us - at_us < self.cooldown_us);
        if soon && !dark {
            let what = format!("run {} is doubtful and did not wait for the cooldown", run.id);
            self.findings.add(now_us, "LIVE-3", what);
        }
        if !dark {
            self.check_doubtful_move(now_us, run);
        }
        self.last_move_us = Some(now_us);
        self.moves_us.push(now_us);
        Some(run.from.clone())
    }

    /// Checks the daily limit (LIVE-3). Also checks that the platform leaves a Region that vouches for itself only if
    /// failures last longer than a burst (SAFE-8).
    fn check_doubtful_move(&mut self, now_us: u64, run: &Run) {
        let today = self.moves_us.iter().filter(|at_us| now_us - **at_us < self.day_us).count();
        if today >= self.moves_per_day {
            let what = format!("run {} is doubtful and the {}th of its day", run.id, today + 1);
            self.findings.add(now_us, "LIVE-3", what);
        }
        // The Region has accepted orders for longer than the age of any decision, and its sentinel reported this within
        // the last tick.
        let vouches = self.history.newest(&run.from).is_some_and(|(at_us, o)| {
            let view = o.regions.get(&run.from);
            now_us - at_us < self.tick_us
                && view.is_some_and(|v| u64::from(v.accepted) >= VOUCHES_TICKS)
        });
        let long = 4 * self.misses;
        if vouches
            && self.sentinels_holding(now_us, &run.from, |view| view.refused >= long).len() < 2
        {
            let what = format!("run {} leaves {}, which vouches for itself", run.id, run.from);
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// Checks that realigns and failbacks never start over an open run, against an operator's will (S9), or too soon
    /// after the last one.
    fn check_planned_start(&mut self, now_us: u64, before: &Authority, run: &Run) {
        let mut wrong = |rule: &'static str, what: &str| {
            self.findings.add(now_us, rule, format!("run {} begins {what}", run.id));
        };
        if before.run.is_some() {
            wrong("LIVE-2", "over an open run");
        }
        if before.marks.detached.is_some() {
            wrong("LIVE-2", "although the database was detached on purpose");
        }
        let soon =
            |at_us: Option<u64>, least_us: u64| at_us.is_some_and(|at| now_us - at < least_us);
        let (last, least_us) = match run.kind {
            RunKind::Realign => (&mut self.realigned_us, self.cooldown_us),
            _ => (&mut self.failed_back_us, self.failback_us),
        };
        if soon(last.replace(now_us), least_us) {
            wrong("LIVE-3", "too soon after the last of its kind");
        }
        if run.kind == RunKind::Realign {
            return self.check_realignment(now_us, run);
        }
        if run.target != self.home || before.active == self.home {
            wrong("LIVE-2", "and does not lead home");
        }
        if before.budgets.moves.last().is_none_or(|m| m.epoch != before.epoch) {
            wrong("LIVE-2", "from the Region that an operator chose");
        }
        if soon(self.last_move_us, self.failback_us) {
            wrong("LIVE-3", "too soon after the move away");
        }
    }

    /// Checks that two sentinels reported the writer outside the active Region.
    fn check_realignment(&mut self, now_us: u64, run: &Run) {
        let seeing =
            self.sentinels_holding(now_us, &run.target, |view| view.writer_elsewhere > 0).len();
        if seeing < 2 {
            let what =
                format!("run {} begins, and {seeing} sentinels see the writer elsewhere", run.id);
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// Checks that two of three sentinels, one of them outside the Region, diagnosed the Region as unhealthy.
    fn check_quorum(&mut self, now_us: u64, run: &str, from: &Region) {
        let misses = self.misses;
        let bad = |view: &RegionView| view.refused >= misses || view.silent >= misses;
        let holders = self.sentinels_holding(now_us, from, bad);
        if holders.len() < 2 || holders.iter().all(|r| *r == from) {
            let what = format!("run {run} began, and only {holders:?} report {from} as unhealthy");
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// Checks that a Region was dark: two outside sentinels received no answer at all, and the Region's own sentinel
    /// had stopped (R12).
    fn check_darkness(&mut self, now_us: u64, run: &str, from: &Region) {
        let own = self.history.newest(from);
        let ticks = own.is_some_and(|(at_us, _)| now_us - at_us < self.tick_us);
        let misses = self.misses;
        let silent = self.sentinels_holding(now_us, from, |view| view.silent >= misses);
        let outside = silent.iter().filter(|sentinel| **sentinel != from).count();
        if ticks || outside < 2 {
            let what = format!(
                "run {run} calls {from} dark; its sentinel ticks: {ticks}, outside sentinels without an answer: {outside}"
            );
            self.findings.add(now_us, "LIVE-3", what);
        }
    }

    /// Checks that two sentinels saw the target accept orders when the move was decided.
    fn check_target(&mut self, now_us: u64, run: &str, target: &Region) {
        let misses = self.misses;
        let seen = self.sentinels_holding(now_us, target, |view| view.refused < misses).len();
        if seen < 2 {
            let what =
                format!("run {run} moves to {target}, where {seen} sentinels see orders accepted");
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// Checks the commit of a batch that a Region began in an epoch.
    pub(crate) fn observe_booking(&mut self, now_us: u64, region: RegionIx, epoch: Epoch) {
        let name = region_name(region);
        let owner = self.epochs.get(&epoch);
        if owner.is_none_or(|owner| owner.as_str() != name) {
            let what = format!("{name} booked in epoch {epoch}, which is {owner:?}'s");
            self.findings.add(now_us, "SAFE-6", what);
        }
    }

    pub(crate) fn tick_us(&self) -> u64 {
        self.tick_us
    }
}

/// Returns the name of a Region as it is written in authority items.
fn region_name(region: RegionIx) -> &'static str {
    match Site::of(region) {
        Site::Primary => "primary",
        Site::Secondary => "secondary",
        Site::Witness => "witness",
    }
}
