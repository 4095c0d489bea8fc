//! The sweep compares each registered account's head with its watermark, periodically and after each change of
//! authority. The first complete pass that starts during a run is the reconcile step of that run
//! (docs/spec/order-path.md).
//!
//! An account is caught up as soon as a strong read finds nothing after its watermark, because a ledger has no gap
//! (SAFE-2). If orders keep arriving, the sweep reads the account's head after some rounds, and the account counts as
//! caught up once its watermark reaches that head (S7). A parked account waits for an operator and does not delay the
//! others. A failed read is repeated, and an account with an unknown state never counts as caught up (SAFE-7).
//!
//! Rejected: an index of open accounts. The index lags, so an empty result could mean "not yet" (R6).

use crate::apply::Applied;
use leeward_model::{AccountId, Authority, Epoch, Plan, Region, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// The number of rounds in which an account counts as caught up only if a read finds nothing; such a read costs one
/// call for a hundred accounts. An account that still has entries after these rounds has a long backlog, or orders keep
/// arriving.
const ROUNDS_BY_ABSENCE: u32 = 4;
/// The number of rounds after which a sweep with a long backlog reads the authority again.
const ROUNDS_UNCHECKED: u32 = 20;

/// The intervals of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SweepSettings {
    /// The pause before a pass that could not be completed is repeated.
    pub pause_ms: u64,
    /// The pause between two complete passes.
    pub sweep_ms: u64,
}

/// An input of the sweep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// It is time for a pass.
    Begin,
    /// The authority from a strong read in this Region; `None` if it is unknown or does not exist.
    Authority(Option<Box<Authority>>),
    /// Whether this Region's database accepts writes; `false` if that is unknown.
    Writable(bool),
    /// Whether the processor item was written.
    Said(bool),
    /// Whether the outbox was reopened.
    Reopened(bool),
    /// All registered accounts; `None` if they are unknown.
    Registry(Option<BTreeSet<AccountId>>),
    /// The result of a pass of [`crate::apply::Apply`]; `None` if the database did not answer.
    Applied(Option<Applied>),
    /// The heads that could be read.
    Heads(BTreeMap<AccountId, Seq>),
    /// The watermarks; `None` if the database did not answer.
    Watermarks(Option<BTreeMap<AccountId, Seq>>),
    /// The wait has ended.
    Timer,
}

/// An output of the sweep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Read the authority strongly in this Region.
    ReadAuthority,
    /// Find out whether this Region's database accepts writes.
    AskWritable,
    /// Write this Region's processor item.
    Say {
        /// The epoch in which the sweep folds.
        epoch: Epoch,
        /// The id of the open run, if there is one.
        run: Option<String>,
        /// Whether all accounts have been read since that run or epoch began.
        reconciled: bool,
        /// The number of registered accounts.
        accounts: u64,
    },
    /// Publish the outbox again. Rows that the previously active Region marked as published may never have been
    /// delivered (R10).
    ReopenOutbox,
    /// Read the registry of accounts.
    ReadRegistry,
    /// Read the entries after each watermark, fold them, and commit the result.
    Apply {
        /// The epoch in which to fold.
        epoch: Epoch,
        /// The accounts, each with its head if that is known, and otherwise with [`Seq::ZERO`].
        accounts: BTreeMap<AccountId, Seq>,
    },
    /// Read the heads of these accounts strongly.
    ReadHeads(Vec<AccountId>),
    /// Read the watermarks of these accounts.
    ReadWatermarks(Vec<AccountId>),
    /// Wait, then send [`Event::Timer`].
    Wait {
        /// The time to wait.
        ms: u64,
    },
    /// End the pass.
    Rest {
        /// The time until the next pass.
        ms: u64,
        /// The result of this pass.
        end: End,
    },
}

/// The end of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// The authority names another Region.
    NotMine,
    /// A resource was not ready or did not answer.
    NotYet,
    /// The projection equals the ledger.
    Level {
        /// Whether this is the first complete pass in this epoch or run.
        first: bool,
    },
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
    /// Reads the authority again while a long backlog is booked.
    Checking,
    Pausing,
}

/// The machine of the sweep; see the module's documentation. A new process starts with a new machine, which reports
/// each epoch and run again unless [`Sweep::has_said`] records that a predecessor reported it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sweep {
    region: Region,
    settings: SweepSettings,
    phase: Phase,
    /// The epoch and run for which the last complete pass was reported.
    said: (Epoch, Option<String>),
    authority: Option<Box<Authority>>,
    accounts: u64,
    behind: BTreeMap<AccountId, Seq>,
    goals: BTreeMap<AccountId, Seq>,
    rounds: u32,
    booked: usize,
}

impl Sweep {
    /// Creates a sweep of a Region that has reported nothing.
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

    /// Records that a predecessor in this Region reported this epoch and run as reconciled.
    pub fn has_said(&mut self, epoch: Epoch, run: Option<String>) {
        self.said = (epoch, run);
    }

    /// Returns the epoch of the pass in progress, or of the last one.
    pub fn epoch(&self) -> Option<Epoch> {
        self.authority.as_ref().map(|authority| authority.epoch)
    }

    /// Returns whether no pass is in progress.
    pub fn is_resting(&self) -> bool {
        self.phase == Phase::Resting
    }

    /// Takes one event and returns the next command; `None` if the sweep does not wait for this event.
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

    /// Continues only if this Region could read the authority and is active (SAFE-6).
    fn on_authority(&mut self, read: Option<Box<Authority>>) -> Command {
        let Some(read) = read else { return self.rest(End::NotYet) };
        if read.active != self.region {
            return self.rest(End::NotMine);
        }
        // Until the run has moved the database, entries that are folded now may be discarded together with the old
        // volume.
        if read.run.as_ref().is_some_and(|run| !Plan::resumes(run.kind, run.step)) {
            return self.rest(End::NotYet);
        }
        self.authority = Some(read);
        self.ask(Phase::Writable, Command::AskWritable)
    }

    /// Returns whether this pass is the first for its epoch or run.
    fn is_first(&self) -> bool {
        let authority = self.held();
        match &authority.run {
            Some(run) => self.said.1.as_ref() != Some(&run.id),
            None => self.said.0 < authority.epoch,
        }
    }

    /// Before the first pass, reports that processing has resumed, so that the run can proceed to wait for the end of
    /// the pass.
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

    /// Takes the heads as goals. A head that could not be read is requested again in the next round.
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

    /// Drives the sweep until it has received the registry.
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
    fn an_unknown_account_is_not_caught_up() {
        // SAFE-7: each of the sweep's requests in turn fails.
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
        assert_eq!(
            next,
            Some(Command::Wait { ms: 1 }),
            "the account is applied again and not skipped"
        );
        assert!(matches!(behind.step(Event::Timer), Some(Command::Apply { .. })));
    }

    #[test]
    fn a_region_that_is_not_active_does_not_sweep() {
        let mut sweep = sweep();
        sweep.step(Event::Begin);
        let elsewhere = Authority::initial(region("b"));
        rests(sweep.step(Event::Authority(Some(Box::new(elsewhere)))), End::NotMine);
    }

    #[test]
    fn each_epoch_and_each_run_is_reported_once() {
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
    fn an_account_with_a_moving_head_catches_up_with_the_first_head_read() {
        // S7: orders keep arriving for x; the head that was read once is the goal.
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
