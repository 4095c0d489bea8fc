//! From three observations and the authority to one verdict.
//!
//! Detection is always on; acting is gated here, in this order: is my own view sound, does a quorum
//! hold the active Region for bad, is there somewhere to go, do mode, open run and budgets allow
//! it. Each gate has its own `NoAction`, so that the log says which one held a move back.

mod budget;
mod failback;
mod quorum;

use leeward_model::settings::TimingSettings;
use leeward_model::{
    Alert, Authority, Class, Counters, Mode, NoAction, Observation, Region, RunKind, Verdict,
};
use std::collections::BTreeMap;

/// The thresholds of detection and decision. Times are in ticks (LIVE-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub tick_ms: u64,
    /// Consecutive ticks that make a diagnosis.
    pub misses: u32,
    /// A counter that did not move within this many of the observer's ticks is stale.
    pub fresh_ticks: u64,
    pub cooldown_ticks: u64,
    pub day_ticks: u64,
    pub moves_per_day: usize,
    /// A run whose progress stood still for this many ticks is taken over.
    pub takeover_ticks: u64,
    /// How long home must have been well before the platform goes back by itself; 0: never.
    pub failback_ticks: u64,
    /// The two Regions that can be active, home first.
    pub regions: [Region; 2],
}

impl Policy {
    /// A tick is no shorter than the probes in it; who is silent for as long as a diagnosis takes is
    /// stale.
    pub fn of(regions: [Region; 2], timing: &TimingSettings) -> Policy {
        Policy {
            tick_ms: timing.tick_ms.max(timing.probe_timeout_ms),
            misses: timing.misses,
            fresh_ticks: u64::from(timing.misses),
            cooldown_ticks: timing.cooldown_ticks,
            day_ticks: timing.day_ticks,
            moves_per_day: timing.moves_per_day,
            takeover_ticks: timing.takeover_ticks,
            failback_ticks: timing.failback_ticks,
            regions,
        }
    }

    pub fn other(&self, region: &Region) -> &Region {
        if *region == self.regions[0] { &self.regions[1] } else { &self.regions[0] }
    }
}

/// What a decision sees: all of it read in this tick (SAFE-8).
#[derive(Debug)]
pub struct Evidence<'a> {
    pub me: &'a Observation,
    pub observations: &'a BTreeMap<Region, Observation>,
    pub authority: &'a Authority,
    /// This sentinel's ticks since the open run last moved.
    pub run_still_ticks: u64,
}

impl Evidence<'_> {
    pub fn counters(&self) -> Counters {
        self.observations.iter().map(|(region, o)| (region.clone(), o.counter)).collect()
    }
}

pub fn decide(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    if quorum::own_view_sick(evidence.me) {
        // SAFE-8: a sentinel that sees nobody is itself cut off; it abstains.
        return Verdict::NoAction(NoAction::OwnViewSick);
    }
    let active = &evidence.authority.active;
    let target = policy.other(active);
    match quorum::active_is_bad(policy, evidence) {
        Some(class) => match decide_move(policy, evidence, active, target, class) {
            start @ Verdict::Start { .. } => start,
            held_back => orphaned(policy, evidence).unwrap_or(held_back),
        },
        None => decide_calm(policy, evidence),
    }
}

/// What this sentinel writes into the authority's marks beside its verdict; `None`: nothing.
pub fn note(policy: &Policy, evidence: &Evidence<'_>) -> Option<Authority> {
    // Executors write the item while a run is open, and a sick view is no view (SAFE-8).
    if evidence.authority.run.is_some() || quorum::own_view_sick(evidence.me) {
        return None;
    }
    let home_whole = failback::mark(policy, evidence)?;
    let mut next = evidence.authority.next();
    next.marks.home_whole = home_whole;
    Some(next)
}

/// LIVE-2: whatever holds a new move back, be it that there is nowhere to go or that a person has paused
/// what is automatic, an open run that nobody carries on is taken over.
fn orphaned(policy: &Policy, evidence: &Evidence<'_>) -> Option<Verdict> {
    evidence.authority.run.as_ref()?;
    let watched = watch_run(policy, evidence);
    matches!(watched, Verdict::TakeOver { .. }).then_some(watched)
}

fn decide_move(
    policy: &Policy,
    evidence: &Evidence<'_>,
    active: &Region,
    target: &Region,
    class: Class,
) -> Verdict {
    if quorum::is_bad(policy, evidence, target) {
        return Verdict::Alert(Alert::BothRegionsDown);
    }
    if !quorum::accepts(policy, evidence, target) {
        return Verdict::NoAction(NoAction::TargetNotReady);
    }
    match evidence.authority.mode {
        Mode::Automatic => {}
        Mode::Observe => return Verdict::Alert(Alert::WouldHaveMoved),
        Mode::Paused => return Verdict::NoAction(NoAction::ModePaused),
    }
    // Over an open or parked run only away from a dark Region (R5).
    if evidence.authority.run.is_some() && class != Class::Dark {
        return watch_run(policy, evidence);
    }
    if let Err(verdict) = budget::allows(policy, evidence, class) {
        return verdict;
    }
    Verdict::Start {
        kind: RunKind::Failover,
        from: active.clone(),
        target: target.clone(),
        class,
        reason: quorum::reason(policy, evidence, active),
    }
}

fn decide_calm(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    if evidence.authority.run.is_some() {
        return watch_run(policy, evidence);
    }
    match quorum::writer_elsewhere(policy, evidence) {
        Some(writer) => decide_realign(policy, evidence, writer),
        None => failback::decide(policy, evidence),
    }
}

fn decide_realign(policy: &Policy, evidence: &Evidence<'_>, writer: Region) -> Verdict {
    // S9: a person did that on purpose.
    if evidence.authority.marks.detached.is_some() {
        return Verdict::NoAction(NoAction::DatabaseDetached);
    }
    // What cannot be promoted is waited for, not parked on: an old primary is copied anew first.
    let own = evidence.me.regions.get(&evidence.authority.active);
    if own.is_some_and(|view| view.resyncing) {
        return Verdict::NoAction(NoAction::DatabaseResyncing);
    }
    if let Some(held_back) = by_mode(evidence.authority.mode) {
        return held_back;
    }
    if !budget::realign_allowed(policy, evidence) {
        return Verdict::NoAction(NoAction::CoolingDown);
    }
    let active = evidence.authority.active.clone();
    Verdict::Start {
        kind: RunKind::Realign,
        reason: format!("the database's writer is in {writer}, authority names {active}"),
        from: writer,
        target: active,
        class: Class::Doubtful,
    }
}

/// What the mode has against starting something that is no emergency.
fn by_mode(mode: Mode) -> Option<Verdict> {
    match mode {
        Mode::Automatic => None,
        Mode::Observe => Some(Verdict::NoAction(NoAction::ModeObserve)),
        Mode::Paused => Some(Verdict::NoAction(NoAction::ModePaused)),
    }
}

/// An open run belongs to its executor until its progress stands still. The target's own sentinel
/// is first in line; the others wait twice as long.
fn watch_run(policy: &Policy, evidence: &Evidence<'_>) -> Verdict {
    let run = evidence.authority.run.as_ref().expect("only asked with an open run");
    if run.parked.is_some() {
        return Verdict::Alert(Alert::RunParked);
    }
    if run.paused {
        return Verdict::NoAction(NoAction::RunInProgress);
    }
    let patience = match run.target == evidence.me.sentinel {
        // An operator's run begins with nobody at it.
        true if run.attempt == 0 && !run.automatic => 0,
        true => 1,
        false => 2,
    };
    if evidence.run_still_ticks >= policy.takeover_ticks * patience {
        return Verdict::TakeOver { run: run.id.clone() };
    }
    Verdict::NoAction(NoAction::RunInProgress)
}
