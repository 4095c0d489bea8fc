//! One observer: probe, write what was seen, read what the others saw, decide.
//!
//! Its state is its observation item, written on condition of its own counter, so that of two
//! incarnations one ticks and the other learns that it is not the one. A decision uses only what
//! was read after this tick's own write; a tick that could not write or read decides nothing.

use crate::decide::{Evidence, Policy, decide, note};
use crate::detect::{inherit, observe};
use crate::run::{Begin, begin};
use leeward_model::{
    Authority, NoAction, Observation, ProbeReport, Region, RunKind, RunSeen, Seen, Verdict,
};
use std::collections::BTreeMap;

#[derive(Debug)]
pub enum Event {
    /// Time for a tick. `now_ms` of the step is this process's monotonic clock.
    Tick {
        at_ms: u64,
    },
    Probed(BTreeMap<Region, ProbeReport>),
    Saved(SaveReply),
    Read(Option<Box<Readings>>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SaveReply {
    Stored,
    /// The item is not what this sentinel thought: what is there now.
    Changed(Option<Box<Observation>>),
    Unknown,
}

#[derive(Debug)]
pub struct Readings {
    pub observations: Vec<Observation>,
    pub authority: Authority,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Probe,
    /// Put on condition that the item's counter is `expect` (`None`: that there is no item).
    Save {
        observation: Box<Observation>,
        expect: Option<u64>,
    },
    ReadAll,
    /// Start a run: this write of the authority is the whole of it.
    Start {
        verdict: Verdict,
        next: Box<Authority>,
        expect_version: u64,
        /// Of this process's monotonic clock: a decision that could not be written by then is over,
        /// because its evidence is (SAFE-8). The next tick decides anew.
        not_after_ms: u64,
    },
    TakeOver {
        run: String,
    },
    /// A mark in the authority that begins nothing. Lost to another write, it is noted again.
    Note {
        next: Box<Authority>,
        expect_version: u64,
    },
    /// Said on change only (SAFE-10).
    Report {
        verdict: Verdict,
    },
    /// A newer incarnation ticks.
    Leave,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Probing,
    Saving,
    Reading,
}

#[derive(Debug)]
pub struct Sentinel {
    policy: Policy,
    region: Region,
    incarnation: String,
    observation: Option<Observation>,
    /// The counter that the stored item is known to have.
    confirmed: Option<u64>,
    /// Of the last write, and of the one before it.
    answered: bool,
    answered_before: bool,
    /// Something of its own was stored: from then on it is the one, until another is.
    settled: bool,
    phase: Phase,
    last_tick_ms: Option<u64>,
    at_ms: u64,
    known_active: Option<Region>,
    /// Own counter at the last tick that read the others' items.
    last_read: Option<u64>,
    last_reported: Option<Verdict>,
}

impl Sentinel {
    pub fn new(policy: Policy, region: Region, incarnation: String) -> Sentinel {
        Sentinel {
            policy,
            region,
            incarnation,
            observation: None,
            confirmed: None,
            answered: false,
            answered_before: false,
            settled: false,
            phase: Phase::Idle,
            last_tick_ms: None,
            at_ms: 0,
            known_active: None,
            last_read: None,
            last_reported: None,
        }
    }

    pub fn observation(&self) -> Option<&Observation> {
        self.observation.as_ref()
    }

    pub fn step(&mut self, now_ms: u64, event: Event) -> Vec<Command> {
        match (event, &self.phase) {
            // A tick that finds the last one unfinished gives it up: nothing of it counts.
            (Event::Tick { at_ms }, _) => self.on_tick(now_ms, at_ms),
            // SAFE-8: a view that lay for long is not stored as one of now: whoever reads it could not tell.
            (Event::Probed(_), Phase::Probing) if self.is_late(now_ms) => {
                self.phase = Phase::Idle;
                Vec::new()
            }
            (Event::Probed(reports), Phase::Probing) => self.on_probed(reports),
            (Event::Saved(reply), Phase::Saving) => {
                if self.is_late(now_ms) {
                    self.answered_before = false;
                }
                self.on_saved(reply)
            }
            (Event::Read(readings), Phase::Reading) => self.on_read(readings),
            // A late answer to a tick that was given up.
            (Event::Probed(_) | Event::Saved(_) | Event::Read(_), _) => Vec::new(),
        }
    }

    /// Since this tick began, or the last one: longer than a machine takes that does not stand still.
    fn is_late(&self, now_ms: u64) -> bool {
        let late = |last| now_ms.saturating_sub(last) > 2 * self.policy.tick_ms + 1;
        self.last_tick_ms.is_some_and(late)
    }

    fn on_tick(&mut self, now_ms: u64, at_ms: u64) -> Vec<Command> {
        // SAFE-8: one that was paused must not add misses from before its pause to those after, and
        // what it heard before by its own ticks is as old as the pause: heard of anew, or no vote.
        if self.is_late(now_ms) {
            // Nor is the elder that it saw then the one of now.
            self.answered = false;
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
        (self.answered_before, self.answered) = (self.answered, false);
        vec![Command::Save { observation: Box::new(observation), expect: self.confirmed }]
    }

    fn on_saved(&mut self, reply: SaveReply) -> Vec<Command> {
        self.phase = Phase::Idle;
        let Some(mine) = &mut self.observation else { return Vec::new() };
        self.answered |= !matches!(reply, SaveReply::Unknown);
        match reply {
            SaveReply::Stored => {
                self.confirmed = Some(mine.counter);
                self.settled = true;
                self.phase = Phase::Reading;
                vec![Command::ReadAll]
            }
            // SAFE-7: not known; the next tick's write, conditional as ever, will say.
            SaveReply::Unknown => Vec::new(),
            SaveReply::Changed(None) => {
                self.confirmed = None;
                Vec::new()
            }
            SaveReply::Changed(Some(stored)) => self.on_other_item(*stored),
        }
    }

    /// The stored item is not the one expected: an earlier write of mine that had seemed lost, a
    /// predecessor's last word, or a successor's.
    fn on_other_item(&mut self, stored: Observation) -> Vec<Command> {
        let own = stored.incarnation == self.incarnation;
        if !own && self.settled {
            return vec![Command::Leave];
        }
        // SAFE-8: what was seen before writes that nobody answered is not what was there a tick ago.
        let known = self.confirmed.replace(stored.counter).is_some();
        let first_sight = !(known && self.answered_before);
        let mine = self.observation.as_mut().expect("saved before");
        if own {
            // SAFE-8: its counter is not set back to what was stored. Ticks whose write was not answered
            // were ticks: what was heard before them is so much older.
            mine.counter = mine.counter.max(stored.counter);
            self.settled = true;
            return Vec::new();
        }
        mine.counter = stored.counter;
        // LIVE-2: progress only grows, so that a run that is the same in both looks has stood still between them.
        mine.run.clone_from(&stored.run);
        if first_sight {
            // Whether the predecessor still ticks is not known: own counts, and its counter (S13).
            for (region, seen) in stored.seen {
                mine.seen.entry(region).or_insert(Seen { at_own_tick: 0, noticed_at: 0, ..seen });
            }
            return Vec::new();
        }
        self.succeed(stored)
    }

    /// The predecessor ticked between two ticks of this one: its counts are of now. They are taken over
    /// with its place, at once: it would always be faster, and it leaves when it finds this (S13).
    fn succeed(&mut self, elder: Observation) -> Vec<Command> {
        let mine = self.observation.as_mut().expect("saved before");
        for (region, view) in &mut mine.regions {
            if let Some(elders) = elder.regions.get(region) {
                inherit(view, elders, self.policy.misses);
            }
        }
        // SAFE-8: its own counter is among those that it reads: that is how old its reading is. One that
        // has never seen it move has not read twice, and says nothing of when anybody moved.
        let read_at = elder.seen.get(&self.region).map(|seen| seen.at_own_tick);
        self.last_read = read_at.filter(|tick| *tick > 0);
        mine.seen = elder.seen;
        mine.counter = elder.counter + 1;
        self.phase = Phase::Saving;
        vec![Command::Save { observation: Box::new(mine.clone()), expect: self.confirmed }]
    }

    fn on_read(&mut self, readings: Option<Box<Readings>>) -> Vec<Command> {
        self.phase = Phase::Idle;
        // SAFE-8: missing data is never 'healthy', and it is no evidence of the contrary either.
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
        // SAFE-8: between two reads a counter may have moved right after the first of them and
        // stood still ever since; the first sight of one says nothing about its moving.
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
            // Of a successor each minute: what has been so for long.
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
                let next = self.started(&verdict, authority, counters);
                out.push(Command::Start {
                    verdict,
                    next: Box::new(next),
                    expect_version: authority.version,
                    not_after_ms: self.last_tick_ms.unwrap_or_default() + 2 * self.policy.tick_ms,
                });
                // Should the write be lost, the next tick's verdict is said again.
                self.last_reported = None;
            }
            Verdict::TakeOver { run } => out.push(Command::TakeOver { run: run.clone() }),
            Verdict::NoAction(_) | Verdict::Alert(_) => {}
        }
        out
    }

    /// SAFE-5: the authority as it shall be.
    fn started(
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
