//! The end of a world: checks that the world has settled, and checks the rules that must hold at the end.

use super::World;
use super::env::Env;
use crate::faults::Site;
use crate::outcome::Outcome;
use crate::scenario::Kind;
use leeward_blueprint::{Budget, TimingProfile};
use leeward_core::fold::AccountState;
use leeward_model::{Authority, Mode};
use std::collections::BTreeMap;

/// The target for acceptance at AWS's pace (LIVE-1).
const RTO_MS: u64 = 60_000;
/// The time by which a decision may exceed its budget.
const DETECT_MARGIN_MS: u64 = 1_000;
/// The pause of a client that retried the lost Region just before the Region came back.
const CLIENT_PAUSE_MS: u64 = 500;

impl World {
    pub(super) fn has_settled(&self) -> bool {
        self.find_unsettled().is_none()
    }

    /// Returns the reason why the world has not settled, or `None` if it has.
    fn find_unsettled(&self) -> Option<String> {
        let open = self.clients.open_orders();
        if open > 0 {
            return Some(format!("{open} orders without an answer"));
        }
        self.env.find_unsettled()
    }

    pub(super) fn conclude(self) -> Outcome {
        let unsettled = self.find_unsettled();
        let mut env = self.env;
        let now_us = env.now_us;
        if !env.watch.outcome.is_broken() {
            if let Some(what) = unsettled {
                env.report_violation("LIVE-2", format!("faults are over, and still {what}"));
            }
            env.watch.checkers.conclude(now_us);
            env.watch.take_violations(now_us);
            env.compare_books();
            env.compare_times();
        }
        let parked = env.is_parked();
        let mut outcome = env.watch.outcome;
        outcome.parked = u64::from(parked);
        outcome.changes = env.cloud.changes();
        outcome.simulated_ms = now_us / 1_000;
        outcome.pages_lost = env.database.lost_pages;
        let mut trace = env.watch.trace;
        trace.add_word(outcome.changes);
        trace.add_word(outcome.steps);
        (outcome.trace_hash, outcome.transcript) = trace.finish();
        if !outcome.transcript.is_empty() {
            outcome.audit = env.watch.checkers.audit.records().cloned().collect();
        }
        outcome
    }
}

impl Env {
    fn report_violation(&mut self, rule: &'static str, what: String) {
        self.watch.report_violation(self.now_us, rule, what);
    }

    fn find_unsettled(&self) -> Option<String> {
        let Some(authority) = &self.watch.checkers.authority.latest else {
            return Some("there is no authority".to_owned());
        };
        if let Some(run) = &authority.run {
            return match &run.parked {
                Some(_) => None,
                None => Some(format!("run {} is at {}", run.id, run.step)),
            };
        }
        if authority.mode == Mode::Automatic {
            let active = self.directory.region_of(&authority.active);
            if !self.database.is_writable(active) {
                return Some(format!("the database of {} is not the writer", authority.active));
            }
            if self.failback_is_open(authority) {
                return Some(format!("the platform is still in {}", authority.active));
            }
        }
        self.find_backlog(authority)
    }

    /// Returns whether the platform moved away automatically and still has to return home.
    fn failback_is_open(&self, authority: &Authority) -> bool {
        let automatic = authority.budgets.moves.last().is_some_and(|m| m.epoch == authority.epoch);
        let away = authority.active != *self.directory.name(Site::Primary.ix()) && automatic;
        away && self.scenario.shape.until_home && self.scenario.timing.failback_ticks > 0
    }

    /// Returns a message about an account that is not booked up to its head. The probers' accounts are not checked
    /// here: probers never stop, so these accounts always have a backlog.
    fn find_backlog(&self, authority: &Authority) -> Option<String> {
        let active = self.directory.region_of(&authority.active);
        for (account, head) in self.watch.checkers.ledger.heads() {
            let number = self.directory.account_number(&account)?;
            let seq = self.database.watermark(active, number).0;
            if seq < head {
                return Some(format!("{account} is booked up to {seq} of {head}"));
            }
        }
        None
    }

    fn is_parked(&self) -> bool {
        let latest = self.watch.checkers.authority.latest.as_ref();
        latest.and_then(|a| a.run.as_ref()).is_some_and(|run| run.parked.is_some())
    }

    /// Checks that every database agrees with the ledger on each account, up to the account's watermark (SAFE-3).
    fn compare_books(&mut self) {
        let ledger = &self.watch.checkers.ledger;
        let books = ledger.books();
        let mut wrong = Vec::new();
        for site in Site::PAIR {
            for (account, state, _) in self.database.accounts(site.ix()) {
                let name = self.directory.account(account).as_str();
                if name.starts_with("canary:") {
                    continue;
                }
                let Some(whole) = books.get(name) else {
                    wrong.push(format!("{site:?} holds {name}, which has no ledger"));
                    continue;
                };
                if state.seq.0 > whole.seq {
                    wrong.push(format!(
                        "{site:?} holds {name} up to {}; its ledger ends at {}",
                        state.seq, whole.seq
                    ));
                }
                let Some(book) = ledger.book_up_to(name, state.seq.0) else { continue };
                let same = positions(state) == book.positions
                    && (state.booked, state.rejected) == (book.booked, book.rejected);
                if !same {
                    wrong.push(format!(
                        "{site:?} holds {state:?} of {name}; the ledger says {book:?}"
                    ));
                }
            }
        }
        for what in wrong {
            self.report_violation("SAFE-3", what);
        }
    }

    /// Checks LIVE-1 and LIVE-3 in worlds whose only fault is the loss.
    fn compare_times(&mut self) {
        if self.scenario.kind != Kind::Loss {
            return;
        }
        if self.is_parked() {
            let what = "a run waits for an operator, and only a Region was lost".to_owned();
            self.report_violation("LIVE-2", what);
        }
        let budget = Budget::of(&self.scenario.timing);
        let rto_ms = match self.scenario.timing.profile {
            TimingProfile::Aws => RTO_MS,
            // A client's pause is negligible compared with a minute, but not at the local pace.
            TimingProfile::Local => {
                budget.acceptance_ms + self.scenario.timing.reconnect_ms + CLIENT_PAUSE_MS
            }
        };
        let outcome = &self.watch.outcome;
        let worst = outcome.acceptance_ms.iter().copied().max().filter(|ms| *ms > rto_ms);
        // Within a cooldown, the platform leaves only a dark Region, and then the lost Region's own sentinel must have
        // stood still for one more tick.
        let most_ms = budget.verdict_ms + self.settings.policy.tick_ms + DETECT_MARGIN_MS;
        let (found, losses) = (outcome.detect_ms.clone(), self.watch.losses());
        if let Some(worst) = worst {
            self.report_violation("LIVE-1", format!("acceptance was back after {worst} ms"));
        }
        if found.iter().any(|ms| *ms > most_ms) || found.len() != losses {
            let what = format!("{losses} losses were answered after {found:?} ms, not {most_ms}");
            self.report_violation("LIVE-3", what);
        }
    }
}

fn positions(state: &AccountState) -> BTreeMap<String, i128> {
    let positions = state.positions.iter();
    positions.map(|(symbol, held)| (symbol.as_str().to_owned(), i128::from(held.units()))).collect()
}
