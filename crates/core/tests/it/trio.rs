//! Three complete sentinels that share items. A test sets what each of them sees.

use leeward_core::decide::Policy;
use leeward_core::sentinel::{Command, Event, Readings, SaveReply, Sentinel};
use leeward_model::{Authority, Observation, ProbeAnswer, ProbeReport, Region, Verdict};
use std::collections::BTreeMap;

pub(crate) const NAMES: [&str; 3] = ["a", "b", "w"];

pub(crate) fn region(name: &str) -> Region {
    Region::new(name).expect("valid")
}

pub(crate) fn policy() -> Policy {
    Policy {
        tick_ms: 100,
        misses: 3,
        fresh_ticks: 3,
        cooldown_ticks: 50,
        day_ticks: 1_000,
        moves_per_day: 2,
        takeover_ticks: 10,
        failback_ticks: 60,
        regions: [region("a"), region("b")],
    }
}

pub(crate) struct Trio {
    pub(crate) sentinels: BTreeMap<Region, Sentinel>,
    pub(crate) items: BTreeMap<Region, Observation>,
    pub(crate) authority: Authority,
    pub(crate) now_ms: u64,
    /// The view that an observer has of a Region, `sees[(observer, seen)]`: three letters for api, ledger and control.
    pub(crate) sees: BTreeMap<(String, String), String>,
    /// Incarnations that have stopped.
    pub(crate) left: Vec<String>,
    pub(crate) down: Vec<&'static str>,
    /// Sentinels whose reads get no reply.
    pub(crate) unread: Vec<&'static str>,
    /// Sentinels whose writes get no reply, although the first such write takes effect.
    pub(crate) unwritten: Vec<&'static str>,
    pub(crate) verdicts: Vec<(Region, Verdict)>,
    pub(crate) started: Vec<Verdict>,
    /// The Region whose database is being copied.
    pub(crate) resyncing: Option<&'static str>,
    /// A change of the authority that happens just before the write of the next start arrives.
    pub(crate) before_start: Option<fn(&mut Authority)>,
}

impl Trio {
    pub(crate) fn new() -> Trio {
        let sentinels = NAMES
            .iter()
            .map(|n| (region(n), Sentinel::new(policy(), region(n), format!("{n}-1"))))
            .collect();
        let mut trio = Trio {
            sentinels,
            items: BTreeMap::new(),
            authority: Authority::initial(region("a")),
            now_ms: 0,
            sees: BTreeMap::new(),
            left: vec![],
            down: vec![],
            unread: vec![],
            unwritten: vec![],
            verdicts: vec![],
            started: vec![],
            resyncing: None,
            before_start: None,
        };
        trio.ticks(10);
        trio
    }

    pub(crate) fn see(&mut self, observer: &str, seen: &str, letters: &str) {
        self.sees.insert((observer.into(), seen.into()), letters.into());
    }

    pub(crate) fn everyone_sees(&mut self, seen: &str, letters: &str) {
        for name in NAMES {
            self.see(name, seen, letters);
        }
    }

    pub(crate) fn probe(&self, observer: &Region) -> BTreeMap<Region, ProbeReport> {
        let answer = |c: char| match c {
            'g' => ProbeAnswer::Good,
            'e' => ProbeAnswer::Error("500".into()),
            _ => ProbeAnswer::Silence,
        };
        ["a", "b"]
            .into_iter()
            .map(|name| {
                let key = (observer.to_string(), name.to_string());
                let letters = self.sees.get(&key).map_or("ggg", String::as_str);
                let l: Vec<char> = letters.chars().collect();
                let writer = (l[2] == 'g').then(|| region(l.get(3).map_or("a", |_| "b")));
                let report = ProbeReport {
                    member: self.resyncing != Some(name),
                    resyncing: self.resyncing == Some(name),
                    api: answer(l[0]),
                    ledger: answer(l[1]),
                    control: answer(l[2]),
                    writer: writer.filter(|_| l.len() > 3),
                };
                (region(name), report)
            })
            .collect()
    }

    pub(crate) fn tick_one(&mut self, name: &Region) {
        let now = self.now_ms;
        let reports = self.probe(name);
        let mut queue = vec![Event::Tick { at_ms: now }];
        while let Some(event) = queue.pop() {
            let sentinel = self.sentinels.get_mut(name).expect("known");
            for command in sentinel.step(now, event) {
                match command {
                    Command::Probe => queue.push(Event::Probed(reports.clone())),
                    Command::Save { observation, expect } => {
                        let there = self.items.get(name);
                        let reply = if there.map(|o| o.counter) == expect {
                            self.items.insert(name.clone(), *observation);
                            SaveReply::Stored
                        } else {
                            SaveReply::Changed(there.cloned().map(Box::new))
                        };
                        let answered = !self.unwritten.iter().any(|n| *n == name.as_str());
                        queue.push(Event::Saved(if answered { reply } else { SaveReply::Unknown }));
                    }
                    Command::ReadAll => {
                        let readings = Readings {
                            observations: self.items.values().cloned().collect(),
                            authority: self.authority.clone(),
                        };
                        let answered = !self.unread.iter().any(|n| *n == name.as_str());
                        queue.push(Event::Read(answered.then(|| Box::new(readings))));
                    }
                    Command::Start { verdict, next, expect_version, .. } => {
                        if let Some(change) = self.before_start.take() {
                            change(&mut self.authority);
                        }
                        // SAFE-5: if several sentinels decide, only one write succeeds.
                        if self.authority.version == expect_version {
                            self.authority = *next;
                            self.started.push(verdict);
                        }
                    }
                    Command::Report { verdict } => self.verdicts.push((name.clone(), verdict)),
                    Command::TakeOver { .. } => {}
                    Command::Note { next, expect_version } => {
                        if self.authority.version == expect_version {
                            self.authority = *next;
                        }
                    }
                    Command::Leave => {
                        let there = self.sentinels[name].observation();
                        self.left.extend(there.map(|o| o.incarnation.clone()));
                    }
                }
            }
        }
    }

    pub(crate) fn ticks(&mut self, n: u32) {
        for _ in 0..n {
            self.now_ms += 100;
            for name in NAMES {
                if !self.down.contains(&name) {
                    self.tick_one(&region(name));
                }
            }
        }
    }

    pub(crate) fn said(&self, verdict: &Verdict) -> bool {
        self.verdicts.iter().any(|(_, v)| v == verdict)
    }
}
