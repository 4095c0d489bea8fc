//! Sweep: every so often, and after every change of authority, each registered account's head against
//! its watermark. A run's reconcile is the first whole pass that was begun for it (docs/spec/order-path.md).
//!
//! An account is level as soon as a strong read finds nothing after its watermark: a ledger has no
//! gap (SAFE-2). For one that orders keep coming for, a head is read as the goal after some rounds,
//! and it is level once past that (S7). What is parked waits for a person and holds nobody up. What
//! a pass could not read is asked for again; nothing that is not known counts as level (SAFE-7).
//!
//! Rejected: an index of what is open (R6: it lags, and says "nothing" when it means "not yet").

use crate::apply::Applied;
use leeward_model::{AccountId, Authority, Epoch, Plan, Region, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds in which absence alone says that an account is level: a hundred accounts a call. Whoever
/// has news after that has a long backlog, or orders coming in.
const ROUNDS_BY_ABSENCE: u32 = 4;
/// Rounds after which somebody who levels a long backlog looks again whether it is still theirs.
const ROUNDS_UNCHECKED: u32 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SweepSettings {
    /// Before looking again at what was not writable, not readable or not all there.
    pub pause_ms: u64,
    /// Between two passes.
    pub sweep_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// Time for a pass.
    Begin,
    /// Strong read in this Region; `None`: not known, or there is none.
    Authority(Option<Box<Authority>>),
    /// Whether this Region's database takes writes; `false` also when it does not say.
    Writable(bool),
    Said(bool),
    Reopened(bool),
    /// All registered accounts; `None`: not known.
    Registry(Option<BTreeSet<AccountId>>),
    /// `None`: the database did not take it.
    Applied(Option<Applied>),
    /// Those heads that could be read.
    Heads(BTreeMap<AccountId, Seq>),
    /// `None`: the database did not say.
    Watermarks(Option<BTreeMap<AccountId, Seq>>),
    Timer,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    ReadAuthority,
    AskWritable,
    /// Into this Region's processor item: for whom, and whether all has been read since.
    Say {
        epoch: Epoch,
        run: Option<String>,
        reconciled: bool,
        accounts: u64,
    },
    /// R10: what the old Region had marked as published may never have been delivered.
    ReopenOutbox,
    ReadRegistry,
    /// Read after the watermark, fold, commit; with a head where one is known.
    Apply {
        epoch: Epoch,
        accounts: BTreeMap<AccountId, Seq>,
    },
    ReadHeads(Vec<AccountId>),
    ReadWatermarks(Vec<AccountId>),
    Wait {
        ms: u64,
    },
    /// The pass is over.
    Rest {
        ms: u64,
        end: End,
    },
}

/// How a pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Authority names another Region.
    NotMine,
    /// Something was not there yet, or did not answer.
    NotYet,
    /// The projection equals the ledger; `first`: for the first time for this epoch and run.
    Level { first: bool },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Phase {
    Resting,
    Authority,
    Writable,
    Saying {
        reconciled: bool,
    },
    Reopening,
    Registry,
    Applying,
    Heads,
    Watermarks,
    /// Still ours?
    Checking,
    Pausing,
}

/// See the module's text. A new process begins with a new one, and says everything again that it is not told
/// has been said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sweep {
    region: Region,
    settings: SweepSettings,
    phase: Phase,
    /// What the last whole pass was said for.
    said: (Epoch, Option<String>),
    authority: Option<Box<Authority>>,
    accounts: u64,
    behind: BTreeMap<AccountId, Seq>,
    goals: BTreeMap<AccountId, Seq>,
    rounds: u32,
    booked: usize,
}

impl Sweep {
    pub fn new(region: Region, settings: SweepSettings) -> Sweep {
        Sweep {
            region,
            settings,
            phase: Phase::Resting,
            said: (Epoch::default(), None),
            authority: None,
            accounts: 0,
            behind: BTreeMap::new(),
            goals: BTreeMap::new(),
            rounds: 0,
            booked: 0,
        }
    }

    /// A predecessor in this Region has said that all was read for this epoch and run.
    pub fn has_said(&mut self, epoch: Epoch, run: Option<String>) {
        self.said = (epoch, run);
    }

    /// The epoch that the last pass, or the one under way, folds in.
    pub fn epoch(&self) -> Option<Epoch> {
        self.authority.as_ref().map(|authority| authority.epoch)
    }

    pub fn is_resting(&self) -> bool {
        self.phase == Phase::Resting
    }

    /// One command at a time; none for an answer to something given up.
    pub fn step(&mut self, event: Event) -> Option<Command> {
        Some(match (&self.phase, event) {
            (Phase::Resting, Event::Begin) => self.ask(Phase::Authority, Command::ReadAuthority),
            (Phase::Authority, Event::Authority(read)) => self.on_authority(read),
            (Phase::Writable, Event::Writable(true)) => self.on_writable(),
            (Phase::Saying { reconciled: false }, Event::Said(true)) => self.on_resumed(),
            (Phase::Saying { reconciled: true }, Event::Said(true)) => self.on_reconciled(),
            (Phase::Reopening, Event::Reopened(true)) => self.read_registry(),
            (Phase::Registry, Event::Registry(Some(accounts))) => self.on_registry(accounts),
            (Phase::Applying, Event::Applied(Some(applied))) => self.on_applied(applied),
            (Phase::Heads, Event::Heads(heads)) => self.on_heads(heads),
            (Phase::Watermarks, Event::Watermarks(Some(at))) => self.on_watermarks(&at),
            (Phase::Checking, Event::Authority(read)) => match read {
                Some(read) if read.active == self.region => self.pause_or_apply(),
                _ => self.rest(End::NotYet),
            },
            (Phase::Pausing, Event::Timer) => self.apply(),
            (
                Phase::Writable | Phase::Saying { .. } | Phase::Reopening,
                Event::Writable(false) | Event::Said(false) | Event::Reopened(false),
            )
            | (Phase::Registry, Event::Registry(None))
            | (Phase::Applying, Event::Applied(None))
            | (Phase::Watermarks, Event::Watermarks(None)) => self.rest(End::NotYet),
            _ => return None,
        })
    }

    fn ask(&mut self, phase: Phase, command: Command) -> Command {
        self.phase = phase;
        command
    }

    fn rest(&mut self, end: End) -> Command {
        self.behind.clear();
        let ms = match end {
            End::NotYet => self.settings.pause_ms,
            End::NotMine | End::Level { .. } => self.settings.sweep_ms,
        };
        self.ask(Phase::Resting, Command::Rest { ms, end })
    }

    fn held(&self) -> &Authority {
        self.authority.as_ref().expect("read at the beginning of the pass")
    }

    /// SAFE-6: whoever cannot read the authority here, or is not active, does not fold.
    fn on_authority(&mut self, read: Option<Box<Authority>>) -> Command {
        let Some(read) = read else { return self.rest(End::NotYet) };
        if read.active != self.region {
            return self.rest(End::NotMine);
        }
        // What is folded into a database that the run has not put in its place yet may be thrown away.
        if read.run.as_ref().is_some_and(|run| !Plan::resumes(run.kind, run.step)) {
            return self.rest(End::NotYet);
        }
        self.authority = Some(read);
        self.ask(Phase::Writable, Command::AskWritable)
    }

    /// Each epoch and each run wants to be told.
    fn is_first(&self) -> bool {
        let authority = self.held();
        match &authority.run {
            Some(run) => self.said.1.as_ref() != Some(&run.id),
            None => self.said.0 < authority.epoch,
        }
    }

    /// "Resumed" is said before the first pass, so that the run can go on to wait for its end.
    fn on_writable(&mut self) -> Command {
        if self.is_first() { self.say(false) } else { self.read_registry() }
    }

    fn say(&mut self, reconciled: bool) -> Command {
        let authority = self.held();
        let (epoch, run) = (authority.epoch, authority.run.as_ref().map(|run| run.id.clone()));
        let accounts = if reconciled { self.accounts } else { 0 };
        let command = Command::Say { epoch, run, reconciled, accounts };
        self.ask(Phase::Saying { reconciled }, command)
    }

    fn on_resumed(&mut self) -> Command {
        if self.held().epoch > Epoch(1) {
            return self.ask(Phase::Reopening, Command::ReopenOutbox);
        }
        self.read_registry()
    }

    fn on_reconciled(&mut self) -> Command {
        let authority = self.held();
        self.said = (authority.epoch, authority.run.as_ref().map(|run| run.id.clone()));
        self.rest(End::Level { first: true })
    }

    fn read_registry(&mut self) -> Command {
        self.ask(Phase::Registry, Command::ReadRegistry)
    }

    fn on_registry(&mut self, accounts: BTreeSet<AccountId>) -> Command {
        self.accounts = accounts.len() as u64;
        self.behind = accounts.into_iter().map(|account| (account, Seq::ZERO)).collect();
        self.goals.clear();
        self.rounds = 0;
        self.apply()
    }

    fn apply(&mut self) -> Command {
        if self.behind.is_empty() {
            return if self.is_first() {
                self.say(true)
            } else {
                self.rest(End::Level { first: false })
            };
        }
        let command = Command::Apply { epoch: self.held().epoch, accounts: self.behind.clone() };
        self.ask(Phase::Applying, command)
    }

    fn on_applied(&mut self, applied: Applied) -> Command {
        self.behind.retain(|account, _| applied.again.contains(account));
        self.booked = applied.entries;
        self.rounds += 1;
        if self.rounds <= ROUNDS_BY_ABSENCE || self.behind.is_empty() {
            return self.go_on();
        }
        let without: Vec<AccountId> =
            self.behind.keys().filter(|a| !self.goals.contains_key(*a)).cloned().collect();
        if without.is_empty() {
            return self.read_watermarks();
        }
        self.ask(Phase::Heads, Command::ReadHeads(without))
    }

    /// A head that could not be read is asked for again in the next round.
    fn on_heads(&mut self, heads: BTreeMap<AccountId, Seq>) -> Command {
        self.goals.extend(heads);
        self.read_watermarks()
    }

    fn read_watermarks(&mut self) -> Command {
        let accounts = self.behind.keys().cloned().collect();
        self.ask(Phase::Watermarks, Command::ReadWatermarks(accounts))
    }

    fn on_watermarks(&mut self, at: &BTreeMap<AccountId, Seq>) -> Command {
        let goals = &self.goals;
        self.behind.retain(|account, hint| match (goals.get(account), at.get(account)) {
            (Some(goal), Some(at)) if at >= goal => false,
            (Some(goal), _) => {
                *hint = *goal;
                true
            }
            _ => true,
        });
        self.go_on()
    }

    fn go_on(&mut self) -> Command {
        if self.rounds.is_multiple_of(ROUNDS_UNCHECKED) && !self.behind.is_empty() {
            return self.ask(Phase::Checking, Command::ReadAuthority);
        }
        self.pause_or_apply()
    }

    fn pause_or_apply(&mut self) -> Command {
        if self.booked == 0 && !self.behind.is_empty() {
            return self.ask(Phase::Pausing, Command::Wait { ms: self.settings.pause_ms });
        }
        self.apply()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Begin, begin};
    use leeward_model::{Class, RunKind, Step};

    fn region(name: &str) -> Region {
        Region::new(name).expect("valid")
    }

    fn account(name: &str) -> AccountId {
        AccountId::new(name).expect("valid")
    }

    fn set(names: &[&str]) -> BTreeSet<AccountId> {
        names.iter().map(|name| account(name)).collect()
    }

    fn sweep() -> Sweep {
        Sweep::new(region("a"), SweepSettings { pause_ms: 1, sweep_ms: 60 })
    }

    fn rests(command: Option<Command>, expect: End) {
        let Some(Command::Rest { end, .. }) = command else { panic!("{command:?}") };
        assert_eq!(end, expect);
    }

    /// Up to the registry's answer.
    fn at_registry(sweep: &mut Sweep, authority: &Authority) -> Option<Command> {
        sweep.step(Event::Begin);
        sweep.step(Event::Authority(Some(Box::new(authority.clone()))));
        let mut next = sweep.step(Event::Writable(true));
        if matches!(next, Some(Command::Say { reconciled: false, .. })) {
            next = sweep.step(Event::Said(true));
        }
        if next == Some(Command::ReopenOutbox) {
            next = sweep.step(Event::Reopened(true));
        }
        assert_eq!(next, Some(Command::ReadRegistry));
        sweep.step(Event::Registry(Some(set(&["x", "y"]))))
    }

    fn applied(entries: usize, again: &[&str]) -> Event {
        Event::Applied(Some(Applied { entries, again: set(again) }))
    }

    #[test]
    fn what_is_not_known_is_not_level() {
        // SAFE-7: each question in turn is not answered.
        let authority = Authority::initial(region("a"));
        let mut unread = sweep();
        unread.step(Event::Begin);
        rests(unread.step(Event::Authority(None)), End::NotYet);
        let mut closed = sweep();
        closed.step(Event::Begin);
        closed.step(Event::Authority(Some(Box::new(authority.clone()))));
        rests(closed.step(Event::Writable(false)), End::NotYet);
        let mut lost = sweep();
        at_registry(&mut lost, &authority);
        rests(lost.step(Event::Applied(None)), End::NotYet);
        let mut behind = sweep();
        at_registry(&mut behind, &authority);
        let next = behind.step(applied(0, &["x"]));
        assert_eq!(next, Some(Command::Wait { ms: 1 }), "asked again, and not passed over");
        assert!(matches!(behind.step(Event::Timer), Some(Command::Apply { .. })));
    }

    #[test]
    fn another_regions_ledger_is_not_swept() {
        let mut sweep = sweep();
        sweep.step(Event::Begin);
        let elsewhere = Authority::initial(region("b"));
        rests(sweep.step(Event::Authority(Some(Box::new(elsewhere)))), End::NotMine);
    }

    #[test]
    fn each_epoch_and_each_run_is_told_once() {
        let mut authority = Authority::initial(region("a"));
        let mut sweep = sweep();
        let tell = |sweep: &mut Sweep, authority: &Authority| {
            at_registry(sweep, authority);
            let next = sweep.step(applied(2, &[]));
            if let Some(Command::Say { reconciled: true, accounts: 2, .. }) = next {
                rests(sweep.step(Event::Said(true)), End::Level { first: true });
                return true;
            }
            rests(next, End::Level { first: false });
            false
        };
        assert!(tell(&mut sweep, &authority));
        assert!(!tell(&mut sweep, &authority), "nothing is new");
        authority.epoch = Epoch(2);
        assert!(tell(&mut sweep, &authority), "a new epoch");
        let (from, target) = (region("a"), region("a"));
        let (id, kind, class) = ("realign-1".to_owned(), RunKind::Realign, Class::Doubtful);
        let (reason, by) = (String::new(), String::new());
        let run = Begin { id, kind, from, target, class, reason, automatic: None, by, at_ms: 0 };
        authority = begin(&authority, run);
        sweep.step(Event::Begin);
        let early = sweep.step(Event::Authority(Some(Box::new(authority.clone()))));
        rests(early, End::NotYet);
        authority.run.as_mut().expect("begun").step = Step::Reconcile;
        assert!(tell(&mut sweep, &authority), "a run of the same epoch");
    }

    #[test]
    fn moving_heads_are_not_chased() {
        // S7: orders keep coming for x; a head that was read once is the goal.
        let mut sweep = sweep();
        at_registry(&mut sweep, &Authority::initial(region("a")));
        for _ in 0..ROUNDS_BY_ABSENCE {
            let next = sweep.step(applied(1, &["x"]));
            assert!(matches!(next, Some(Command::Apply { .. })), "{next:?}");
        }
        let next = sweep.step(applied(1, &["x"]));
        assert_eq!(next, Some(Command::ReadHeads(vec![account("x")])));
        let heads = BTreeMap::from([(account("x"), Seq(9))]);
        let next = sweep.step(Event::Heads(heads));
        assert_eq!(next, Some(Command::ReadWatermarks(vec![account("x")])));
        let before = BTreeMap::from([(account("x"), Seq(8))]);
        let next = sweep.step(Event::Watermarks(Some(before)));
        assert!(matches!(next, Some(Command::Apply { .. })), "{next:?}");
        sweep.step(applied(1, &["x"]));
        let past = BTreeMap::from([(account("x"), Seq(9))]);
        let next = sweep.step(Event::Watermarks(Some(past)));
        assert!(matches!(next, Some(Command::Say { reconciled: true, .. })), "{next:?}");
    }
}
