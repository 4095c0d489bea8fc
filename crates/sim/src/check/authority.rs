//! The authority item's history: SAFE-5, SAFE-6, SAFE-8 and the budgets of LIVE-3.

use super::Findings;
use leeward_blueprint::Timing;
use leeward_cloud::RegionIx;
use leeward_model::{Authority, Epoch, Mode, Observation, Region, RunKind};
use std::collections::BTreeMap;

/// What a new version of the authority changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) version: u64,
    /// The Region that lost authority, in an automatic move.
    pub(crate) moved: Option<Region>,
}

pub(crate) struct AuthorityWatch {
    pub(super) findings: Findings,
    pub(crate) latest: Option<Authority>,
    /// Which Region each epoch belongs to.
    epochs: BTreeMap<Epoch, Region>,
    /// The newest stored observation of each sentinel, and when it was stored.
    observations: BTreeMap<Region, (u64, Observation)>,
    /// When a sentinel's stored view last called a Region bad.
    held_us: BTreeMap<(Region, Region), u64>,
    last_move_us: Option<u64>,
    misses: u32,
    tick_us: u64,
    cooldown_us: u64,
    patience_us: u64,
}

impl AuthorityWatch {
    pub(super) fn new(t: &Timing) -> AuthorityWatch {
        let tick_us = t.tick_ms.max(t.probe_timeout_ms) * 1_000;
        AuthorityWatch {
            findings: Findings::default(),
            latest: None,
            epochs: BTreeMap::new(),
            observations: BTreeMap::new(),
            held_us: BTreeMap::new(),
            last_move_us: None,
            misses: t.misses,
            tick_us,
            // n counts lie within n - 1 ticks, a move is written up to two ticks after the counters that
            // it is decided by were read, and clocks drift.
            cooldown_us: t.cooldown_ticks.saturating_sub(3) * tick_us * 99 / 100,
            patience_us: u64::from(t.misses) * 2 * tick_us + 20 * t.call_timeout_ms * 1_000,
        }
    }

    pub(crate) fn observation(&mut self, now_us: u64, observation: &Observation) {
        let region = observation.sentinel.clone();
        let newer = self
            .observations
            .get(&region)
            .is_none_or(|(_, there)| there.counter < observation.counter);
        if !newer {
            return;
        }
        if let Some((_, before)) = self.observations.get(&region) {
            for (of, view) in &before.regions {
                if view.refused >= self.misses || view.silent >= self.misses {
                    self.held_us.insert((region.clone(), of.clone()), now_us);
                }
            }
        }
        self.observations.insert(region, (now_us, observation.clone()));
    }

    /// A version goes to a disk; `Some` when it was not seen before.
    pub(crate) fn observe(&mut self, now_us: u64, next: &Authority) -> Option<Changed> {
        let Some(before) = self.latest.take() else {
            self.epochs.insert(next.epoch, next.active.clone());
            self.latest = Some(next.clone());
            return Some(Changed { version: next.version, moved: None });
        };
        if next.version <= before.version {
            if next.version == before.version && *next != before {
                let what = format!("version {} of the authority is two things", next.version);
                self.findings.add(now_us, "SAFE-5", what);
            }
            self.latest = Some(before);
            return None;
        }
        self.compare(now_us, &before, next);
        let moved = self.begun(now_us, &before, next);
        self.latest = Some(next.clone());
        Some(Changed { version: next.version, moved })
    }

    fn compare(&mut self, now_us: u64, before: &Authority, next: &Authority) {
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

    /// A run that was not there before: was it allowed to begin?
    fn begun(&mut self, now_us: u64, before: &Authority, next: &Authority) -> Option<Region> {
        let run = next.run.as_ref()?;
        let known = before.run.as_ref().is_some_and(|r| r.id == run.id);
        if known || !run.automatic {
            return None;
        }
        if before.mode != Mode::Automatic {
            let what = format!("run {} began by itself in mode {:?}", run.id, before.mode);
            self.findings.add(now_us, "SAFE-8", what);
        }
        if run.kind != RunKind::Failover {
            return None;
        }
        let dark = next.budgets.moves.last().is_some_and(|m| m.dark);
        if before.run.is_some() && !dark {
            let what = format!("run {} began over an open one, and nothing is dark", run.id);
            self.findings.add(now_us, "LIVE-3", what);
        }
        self.quorum(now_us, &run.id, &run.from);
        self.somewhere_to_go(now_us, &run.id, &run.target);
        if dark {
            self.darkness(now_us, &run.id, &run.from);
        }
        let soon = self.last_move_us.is_some_and(|at_us| now_us - at_us < self.cooldown_us);
        if soon && !dark {
            let what = format!("run {} is doubtful and did not wait for the cooldown", run.id);
            self.findings.add(now_us, "LIVE-3", what);
        }
        self.last_move_us = Some(now_us);
        Some(run.from.clone())
    }

    /// Two of three, one of them outside, from what they wrote a short while ago.
    fn quorum(&mut self, now_us: u64, run: &str, from: &Region) {
        let misses = self.misses;
        // A decision may be two ticks old when it is written, and no older.
        let since_us = now_us.saturating_sub(2 * self.tick_us + 3_000_000);
        let holds = |(region, (at_us, o)): &(&Region, &(u64, Observation))| {
            let fresh = now_us - at_us <= self.patience_us;
            let view = o.regions.get(from);
            let now = view.is_some_and(|v| v.refused >= misses || v.silent >= misses);
            let held = self.held_us.get(&((*region).clone(), from.clone()));
            // Who sees no Region at all is the one that is cut off.
            let sick = o.regions.values().all(|v| v.silent > 0);
            fresh && !sick && (now || held.is_some_and(|at_us| *at_us >= since_us))
        };
        let holders: Vec<&Region> =
            self.observations.iter().filter(holds).map(|(region, _)| region).collect();
        if holders.len() < 2 || holders.iter().all(|r| *r == from) {
            let what = format!("run {run} began and only {holders:?} hold {from} for bad");
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// Dark is what two outside sentinels hear nothing of at all, and whose own has stopped (R12).
    fn darkness(&mut self, now_us: u64, run: &str, from: &Region) {
        let own = self.observations.get(from);
        let ticks = own.is_some_and(|(at_us, _)| now_us - at_us < self.tick_us);
        let silent = |(region, (_, o)): &(&Region, &(u64, Observation))| {
            *region != from && o.regions.get(from).is_some_and(|v| v.silent >= self.misses)
        };
        let outside = self.observations.iter().filter(silent).count();
        if ticks || outside < 2 {
            let what = format!(
                "run {run} calls {from} dark; its sentinel ticks: {ticks}, {outside} outside hear nothing"
            );
            self.findings.add(now_us, "LIVE-3", what);
        }
    }

    /// Somebody sees orders accepted where the move goes.
    fn somewhere_to_go(&mut self, now_us: u64, run: &str, target: &Region) {
        let since_us = now_us.saturating_sub(self.patience_us);
        let accepts = |(_, (at_us, o)): &(&Region, &(u64, Observation))| {
            *at_us >= since_us && o.regions.get(target).is_some_and(|v| v.refused < self.misses)
        };
        let seen = self.observations.iter().filter(accepts).count();
        if seen < 2 {
            let what = format!("run {run} moves to {target}, where {seen} see orders accepted");
            self.findings.add(now_us, "SAFE-8", what);
        }
    }

    /// A Region committed a batch that it began under this epoch.
    pub(crate) fn booked(&mut self, now_us: u64, region: RegionIx, epoch: Epoch) {
        let names = ["primary", "secondary", "witness"];
        let name = names[usize::from(region.0)];
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
