//! The sentinel: in each tick it probes the Regions, writes its observation, reads the observations of the other
//! sentinels, and decides.
//!
//! The sentinel's state is its observation item. It writes the item on the condition that the stored counter is the one
//! it expects, so only one of two incarnations keeps ticking, and the other one notices. A decision uses only items
//! that were read after this tick's own write. A sentinel that could not write or read in a tick decides nothing in
//! that tick.

use crate::decide::{Evidence, Policy, decide, note};
use crate::detect::{inherit, observe};
use crate::run::{Begin, begin};
use leeward_model::{
    Authority, NoAction, Observation, ProbeReport, Region, RunKind, RunSeen, Seen, Verdict,
};
use std::collections::BTreeMap;

/// An input of a sentinel.
#[derive(Debug)]
pub enum Event {
    /// It is time for a tick.
    Tick {
        /// The wall-clock time in milliseconds since 1970, for display.
        at_ms: u64,
    },
    /// The results of the probes.
    Probed(BTreeMap<Region, ProbeReport>),
    /// The reply to the write of the observation.
    Saved(SaveReply),
    /// All items from strong reads; `None` if they could not be read.
    Read(Option<Box<Readings>>),
}

/// The reply to the conditional write of an observation.
#[derive(Debug, Clone, PartialEq)]
pub enum SaveReply {
    /// The observation is stored.
    Stored,
    /// The stored item is not the expected one. Contains the stored item; `None` if there is no item.
    Changed(Option<Box<Observation>>),
    /// The outcome is unknown.
    Unknown,
}

/// The items that a decision uses.
#[derive(Debug)]
pub struct Readings {
    /// The observations of all sentinels.
    pub observations: Vec<Observation>,
    /// The authority.
    pub authority: Authority,
}

/// An output of a sentinel.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Probe all Regions.
    Probe,
    /// Write the observation on the condition that the stored counter is `expect`.
    Save {
        /// The observation.
        observation: Box<Observation>,
        /// The expected counter; `None` if there must be no item.
        expect: Option<u64>,
    },
    /// Read all observations and the authority strongly.
    ReadAll,
    /// Start a run. One conditional write of the authority starts the run completely.
    Start {
        /// The verdict.
        verdict: Verdict,
        /// The authority in which the run has begun.
        next: Box<Authority>,
        /// The version that the stored authority must have.
        expect_version: u64,
        /// The time, on this process's monotonic clock, after which the write must not be sent, because the evidence is
        /// stale (SAFE-8). The next tick decides again.
        not_after_ms: u64,
    },
    /// Take over the open run.
    TakeOver {
        /// The id of the run.
        run: String,
    },
    /// Write marks into the authority. If the write loses a race, a later tick repeats it.
    Note {
        /// The authority with the marks.
        next: Box<Authority>,
        /// The version that the stored authority must have.
        expect_version: u64,
    },
    /// Append the verdict to the audit log. A verdict is reported only if it differs from the last one (SAFE-10).
    Report {
        /// The verdict.
        verdict: Verdict,
    },
    /// Stop, because a newer incarnation ticks.
    Leave,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Probing,
    Saving,
    Reading,
}

/// The machine of one incarnation of a sentinel.
#[derive(Debug)]
pub struct Sentinel {
    policy: Policy,
    region: Region,
    incarnation: String,
    observation: Option<Observation>,
    /// The counter that the stored item is known to have.
    confirmed: Option<u64>,
    /// Whether the last write got a reply, whatever the reply was.
    last_write_acknowledged: bool,
    /// Whether the write before the last one got a reply.
    previous_write_acknowledged: bool,
    /// Whether a write of this incarnation was stored. From then on the incarnation owns the item, until another
    /// incarnation writes it.
    owns_item: bool,
    phase: Phase,
    last_tick_ms: Option<u64>,
    at_ms: u64,
    known_active: Option<Region>,
    /// This sentinel's counter at the last tick in which it read the other sentinels' items.
    last_read: Option<u64>,
    last_reported: Option<Verdict>,
}

impl Sentinel {
    /// Creates an incarnation that has not ticked yet. `incarnation` is its unique id.
    pub fn new(policy: Policy, region: Region, incarnation: String) -> Sentinel {
        Sentinel {
            policy,
            region,
            incarnation,
            observation: None,
            confirmed: None,
            last_write_acknowledged: false,
            previous_write_acknowledged: false,
            owns_item: false,
            phase: Phase::Idle,
            last_tick_ms: None,
            at_ms: 0,
            known_active: None,
            last_read: None,
            last_reported: None,
        }
    }

    /// Returns the newest observation; `None` before the first tick.
    pub fn observation(&self) -> Option<&Observation> {
        self.observation.as_ref()
    }

    /// Takes one event and returns the next commands. `now_ms` is the time on this process's monotonic clock.
    pub fn step(&mut self, now_ms: u64, event: Event) -> Vec<Command> {
        match (event, &self.phase) {
            // If the last tick is unfinished, this tick abandons it, and none of the last tick's results count.
            (Event::Tick { at_ms }, _) => self.on_tick(now_ms, at_ms),
            // SAFE-8: a late view must not be stored as a current one, because other sentinels could not tell the
            // difference.
            (Event::Probed(_), Phase::Probing) if self.is_late(now_ms) => {
                self.phase = Phase::Idle;
                Vec::new()
            }
            (Event::Probed(reports), Phase::Probing) => self.on_probed(reports),
            (Event::Saved(reply), Phase::Saving) => {
                if self.is_late(now_ms) {
                    self.previous_write_acknowledged = false;
                }
                self.on_saved(reply)
            }
            (Event::Read(readings), Phase::Reading) => self.on_read(readings),
            // This is a late reply to a tick that was abandoned.
            (Event::Probed(_) | Event::Saved(_) | Event::Read(_), _) => Vec::new(),
        }
    }

    /// Returns whether so much time has passed since the last tick began that this process must have been paused.
    fn is_late(&self, now_ms: u64) -> bool {
        let late = |last| now_ms.saturating_sub(last) > 2 * self.policy.tick_ms + 1;
        self.last_tick_ms.is_some_and(late)
    }

    fn on_tick(&mut self, now_ms: u64, at_ms: u64) -> Vec<Command> {
        // SAFE-8: a sentinel that was paused must not add misses from before the pause to those after it. The counters
        // that it saw are as old as the pause, so each counter must be seen to move again before it counts as fresh.
        if self.is_late(now_ms) {
            // A predecessor that was seen before the pause is not current either.
            self.last_write_acknowledged = false;
            self.last_read = None;
            if let Some(observation) = &mut self.observation {
                observation.regions.clear();
                observation.seen.clear();
            }
        }
        self.last_tick_ms = Some(now_ms);
        self.at_ms = at_ms;
        self.phase = Phase::Probing;
        vec![Command::Probe]
    }

    fn on_probed(&mut self, reports: BTreeMap<Region, ProbeReport>) -> Vec<Command> {
        let before = self.observation.as_ref();
        let regions = reports
            .into_iter()
            .map(|(region, report)| {
                let previous = before.and_then(|o| o.regions.get(&region));
                let active = self.known_active.as_ref();
                let view = observe(previous, report, self.policy.misses, active, self.at_ms);
                (region, view)
            })
            .collect();
        let observation = Observation {
            format: Observation::FORMAT,
            sentinel: self.region.clone(),
            incarnation: self.incarnation.clone(),
            counter: before.map_or(0, |o| o.counter) + 1,
            regions,
            seen: before.map(|o| o.seen.clone()).unwrap_or_default(),
            epoch: before.map(|o| o.epoch).unwrap_or_default(),
            run: before.and_then(|o| o.run.clone()),
            at_ms: self.at_ms,
        };
        self.observation = Some(observation.clone());
        self.phase = Phase::Saving;
        self.previous_write_acknowledged = std::mem::take(&mut self.last_write_acknowledged);
        vec![Command::Save { observation: Box::new(observation), expect: self.confirmed }]
    }

    fn on_saved(&mut self, reply: SaveReply) -> Vec<Command> {
        self.phase = Phase::Idle;
        let Some(mine) = &mut self.observation else { return Vec::new() };
        self.last_write_acknowledged |= !matches!(reply, SaveReply::Unknown);
        match reply {
            SaveReply::Stored => {
                self.confirmed = Some(mine.counter);
                self.owns_item = true;
                self.phase = Phase::Reading;
                vec![Command::ReadAll]
            }
            // SAFE-7: the outcome is unknown. The conditional write of the next tick resolves it.
            SaveReply::Unknown => Vec::new(),
            SaveReply::Changed(None) => {
                self.confirmed = None;
                Vec::new()
            }
            SaveReply::Changed(Some(stored)) => self.on_other_item(*stored),
        }
    }

    /// Handles a stored item that is not the expected one. The item is either an earlier write of this incarnation
    /// whose reply was lost, or a write of a predecessor or successor.
    fn on_other_item(&mut self, stored: Observation) -> Vec<Command> {
        let own = stored.incarnation == self.incarnation;
        if !own && self.owns_item {
            return vec![Command::Leave];
        }
        // SAFE-8: only if the previous write got a reply did this incarnation see the item within the last tick.
        let known = self.confirmed.replace(stored.counter).is_some();
        let first_sight = !(known && self.previous_write_acknowledged);
        let mine = self.observation.as_mut().expect("saved before");
        if own {
            // SAFE-8: the counter is not set back to the stored one. Ticks whose write got no reply count too, because
            // they make earlier observations older.
            mine.counter = mine.counter.max(stored.counter);
            self.owns_item = true;
            return Vec::new();
        }
        mine.counter = stored.counter;
        // LIVE-2: progress only grows, so a run that is equal in two reads made no progress between them.
        mine.run.clone_from(&stored.run);
        if first_sight {
            // The predecessor may no longer tick, so this incarnation takes over its counter but not its counts (S13).
            for (region, seen) in stored.seen {
                mine.seen.entry(region).or_insert(Seen { at_own_tick: 0, noticed_at: 0, ..seen });
            }
            return Vec::new();
        }
        self.succeed(stored)
    }

    /// Takes over from a predecessor that ticked between two ticks of this incarnation and whose counts are therefore
    /// current. This incarnation writes the item immediately, in the same tick, because otherwise the predecessor would
    /// win every race. The predecessor stops when its next write fails (S13).
    fn succeed(&mut self, elder: Observation) -> Vec<Command> {
        let mine = self.observation.as_mut().expect("saved before");
        for (region, view) in &mut mine.regions {
            if let Some(elders) = elder.regions.get(region) {
                inherit(view, elders, self.policy.misses);
            }
        }
        // SAFE-8: the predecessor also recorded its own counter, which dates its last read. A predecessor that never
        // saw its own counter move has not read twice, and does not know when any other counter moved.
        let read_at = elder.seen.get(&self.region).map(|seen| seen.at_own_tick);
        self.last_read = read_at.filter(|tick| *tick > 0);
        mine.seen = elder.seen;
        mine.counter = elder.counter + 1;
        self.phase = Phase::Saving;
        vec![Command::Save { observation: Box::new(mine.clone()), expect: self.confirmed }]
    }

    fn on_read(&mut self, readings: Option<Box<Readings>>) -> Vec<Command> {
        self.phase = Phase::Idle;
        // SAFE-8: missing data is evidence neither of health nor of a failure.
        let Some(readings) = readings else { return Vec::new() };
        let Readings { observations, authority } = *readings;
        let observations: BTreeMap<Region, Observation> =
            observations.into_iter().map(|o| (o.sentinel.clone(), o)).collect();
        self.note_counters(&observations);
        self.note_run(&authority);
        self.known_active = Some(authority.active.clone());
        let me = self.observation.as_mut().expect("saved before reading");
        me.epoch = authority.epoch;
        let run_still_ticks =
            me.run.as_ref().map_or(0, |run| me.counter.saturating_sub(run.since_counter));
        let evidence = Evidence {
            me: self.observation.as_ref().expect("set above"),
            observations: &observations,
            authority: &authority,
            run_still_ticks,
        };
        let verdict = decide(&self.policy, &evidence);
        let noted = note(&self.policy, &evidence);
        let counters = evidence.counters();
        let starts = matches!(verdict, Verdict::Start { .. });
        let mut out = self.act(verdict, &authority, counters);
        if let Some(next) = noted.filter(|_| !starts) {
            out.push(Command::Note { next: Box::new(next), expect_version: authority.version });
        }
        out
    }

    fn note_counters(&mut self, observations: &BTreeMap<Region, Observation>) {
        let me = self.observation.as_mut().expect("saved before reading");
        // SAFE-8: a counter that differs between two reads may have moved right after the first of them and stood still
        // since then. A counter that is seen for the first time has not been seen to move.
        let moved_at = self.last_read.map_or(0, |last| last + 1).min(me.counter);
        for (region, other) in observations {
            let seen = me.seen.get(region);
            if seen.is_none_or(|seen| seen.counter != other.counter) {
                let at_own_tick = if seen.is_none() { 0 } else { moved_at };
                let noticed_at = me.counter;
                let seen = Seen { counter: other.counter, at_own_tick, noticed_at };
                me.seen.insert(region.clone(), seen);
            }
        }
        self.last_read = Some(me.counter);
    }

    fn note_run(&mut self, authority: &Authority) {
        let me = self.observation.as_mut().expect("saved before reading");
        let (counter, before) = (me.counter, me.run.take());
        me.run = authority.run.as_ref().map(|run| {
            let same = |seen: &RunSeen| {
                (&seen.id, seen.step, seen.attempt, seen.progress)
                    == (&run.id, run.step, run.attempt, run.progress)
            };
            before.filter(same).unwrap_or_else(|| RunSeen {
                id: run.id.clone(),
                step: run.step,
                attempt: run.attempt,
                progress: run.progress,
                since_counter: counter,
            })
        });
    }

    fn act(
        &mut self,
        verdict: Verdict,
        authority: &Authority,
        counters: BTreeMap<Region, u64>,
    ) -> Vec<Command> {
        let mut out = Vec::new();
        if self.last_reported.as_ref() != Some(&verdict) {
            // The first verdict of an incarnation is not reported if it is a usual one, because an incarnation may live
            // for only a minute.
            let usual =
                matches!(verdict, Verdict::NoAction(NoAction::AllWell | NoAction::FailbackWaits));
            let quiet = self.last_reported.is_none() && usual;
            if !quiet {
                out.push(Command::Report { verdict: verdict.clone() });
            }
            self.last_reported = Some(verdict.clone());
        }
        match &verdict {
            Verdict::Start { .. } => {
                let next = self.authority_after(&verdict, authority, counters);
                out.push(Command::Start {
                    verdict,
                    next: Box::new(next),
                    expect_version: authority.version,
                    not_after_ms: self.last_tick_ms.unwrap_or_default() + 2 * self.policy.tick_ms,
                });
                // If the write loses its race, the verdict of the next tick is reported again.
                self.last_reported = None;
            }
            Verdict::TakeOver { run } => out.push(Command::TakeOver { run: run.clone() }),
            Verdict::NoAction(_) | Verdict::Alert(_) => {}
        }
        out
    }

    /// Returns the authority to write, in which the verdict's run is open (SAFE-5).
    fn authority_after(
        &self,
        verdict: &Verdict,
        authority: &Authority,
        counters: BTreeMap<Region, u64>,
    ) -> Authority {
        let Verdict::Start { kind, from, target, class, reason } = verdict else {
            unreachable!("only called with Start")
        };
        let counter = self.observation.as_ref().map_or(0, |o| o.counter);
        let epoch = authority.epoch.0 + u64::from(*kind == RunKind::Failover);
        begin(
            authority,
            Begin {
                id: format!("{kind}-{epoch}-{}-{counter}", self.region),
                kind: *kind,
                from: from.clone(),
                target: target.clone(),
                class: *class,
                reason: reason.clone(),
                automatic: Some(counters),
                by: self.incarnation.clone(),
                at_ms: self.at_ms,
            },
        )
    }
}
