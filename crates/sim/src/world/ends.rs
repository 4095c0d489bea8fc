//! How a world begins, when it has settled, and what is made of it.

use super::{CONTROL, LEDGER, World};
use crate::faults::{Fault, Part, Site};

use crate::outcome::{Outcome, Violation};
use crate::scenario::Kind;
use leeward_blueprint::{Budget, Profile};
use leeward_cloud::{Call, Place, RegionIx, Request, Service};
use leeward_model::{Authority, Epoch, Mode, Region, RunKind};

/// What the world keeps of the loss that it measures.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    pub(crate) began_us: Option<u64>,
    site: Option<Site>,
    epoch: Epoch,
}

impl World {
    /// The first authority, and a registry of nobody: as a platform is when it was just deployed.
    pub(super) fn begin_authority(&mut self) {
        let first = Authority::initial(self.names[0].clone());
        let request = self.request(super::Ask::SwapAuthority(Box::new(first), None));
        let call = Call {
            id: u64::MAX,
            from: Place::Region(Site::Primary.ix()),
            to: Site::Primary.ix(),
            request,
        };
        assert!(matches!(call.request, Request::Dynamo(_)), "{CONTROL} and {LEDGER} are tables");
        self.cloud.call(0, call);
        self.drain();
    }

    pub(super) fn begin_peace(&mut self) {
        self.settling = true;
        let now_us = self.now_us;
        self.trace.say(now_us, || "peace: every fault is over".to_owned());
        self.end_all_faults();
    }

    /// A new version of the authority is there.
    pub(super) fn authority_changed(&mut self, moved: Option<Region>) {
        let latest = self.checkers.authority.latest.as_ref().expect("just seen").clone();
        let now_us = self.now_us;
        self.trace.say(now_us, || {
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
        self.completed(&latest);
        if latest.epoch > self.epoch {
            self.epoch = latest.epoch;
            match latest.run.as_ref().map(|run| run.kind) {
                Some(RunKind::Switchover | RunKind::Failback) => self.outcome.planned += 1,
                _ => self.outcome.failovers += 1,
            }
            self.heads_at_fence = self.checkers.ledger.heads();
            if let Some(began_us) = self.loss.began_us
                && self.loss.epoch.0 + 1 == latest.epoch.0
            {
                self.outcome.detect_ms.push((now_us - began_us) / 1_000);
            }
        }
        if let Some(from) = moved {
            let site = Site::of(self.region_of(&from));
            for fault in self.standing() {
                self.note_hurt(&fault);
            }
            if now_us > self.hurt_until_us[site as usize] {
                self.outcome.false_moves += 1;
                self.trace.say(now_us, || format!("FALSE MOVE away from {from}"));
            }
        }
    }

    /// A failover that says it is complete has booked everything that was in the ledger when it began
    /// (docs/spec/order-path.md: nothing weaker counts).
    fn completed(&mut self, latest: &Authority) {
        let Some(last) = &latest.marks.last_run else { return };
        let new = self.last_run.as_ref() != Some(&last.id);
        self.last_run = Some(last.id.clone());
        if new {
            self.outcome.runs.push(last.clone());
        }
        if !new || last.end != "completed" || last.epoch != self.epoch {
            return;
        }
        let target = self.region_of(&last.target);
        for (account, head) in std::mem::take(&mut self.heads_at_fence) {
            let number = self.accounts.iter().position(|a| a.as_str() == account);
            let number = number.expect("an account of ours") as u16;
            let seq = self.database.watermark(target, number).0;
            if seq < head {
                let id = last.id.clone();
                self.broken(
                    "LIVE-2",
                    format!("{id} is complete with {account} at {seq} of {head}"),
                );
            }
        }
    }

    /// Faults that keep a Region from accepting orders, at least now and then: a move away from it
    /// is none that a person would regret.
    pub(crate) fn note_hurt(&mut self, fault: &Fault) {
        let until_us = self.now_us + 8 * self.checkers.authority.tick_us();
        let mut hurt = |site: Site| {
            let until = &mut self.hurt_until_us[site as usize];
            *until = (*until).max(until_us);
        };
        match fault {
            Fault::Dark { site }
            | Fault::Isolated { site }
            | Fault::Lossy { site, .. }
            | Fault::OrderPath { site, .. }
            | Fault::Service { site, service: Service::DynamoDb, .. }
            | Fault::Crash { site, part: Part::Api }
            | Fault::Pause { site, part: Part::Api } => hurt(*site),
            // Quorums need links, and every write waits for disks.
            Fault::OneWay { .. }
            | Fault::Slow { .. }
            | Fault::Reorder { .. }
            | Fault::Repeats { .. }
            | Fault::DiskStall { .. } => Site::ALL.into_iter().for_each(hurt),
            _ => {}
        }
    }

    /// The active Region is gone: from here on its customers' waiting is measured.
    pub(crate) fn loss_began(&mut self, site: Site) {
        let Some(authority) = &self.checkers.authority.latest else { return };
        let active = self.region_of(&authority.active);
        if self.scenario.kind == Kind::Swarm || active != site.ix() {
            return;
        }
        self.losses += 1;
        self.loss = Loss { began_us: Some(self.now_us), site: Some(site), epoch: authority.epoch };
        let now_us = self.now_us;
        for client in &mut self.clients {
            (client.cut_off_us, client.turned_away) = (Some(now_us), false);
        }
    }

    /// Who was turned away all the while has waited for at least as long.
    pub(crate) fn loss_ended(&mut self, site: Site) {
        if self.loss.site != Some(site) {
            return;
        }
        let now_us = self.now_us;
        for client in &mut self.clients {
            if let Some(lost_us) = client.cut_off_us.take()
                && client.honest
                && client.turned_away
            {
                self.outcome.acceptance_ms.push((now_us - lost_us) / 1_000);
            }
        }
    }

    /// Only what the surviving Region accepted counts as acceptance being back.
    pub(super) fn outcome_counts(&self, from: RegionIx) -> bool {
        self.loss.site.is_some_and(|site| site.ix() != from)
    }

    pub(super) fn reconciled(&mut self, now_us: u64, region: RegionIx, epoch: Epoch) {
        self.trace.say(now_us, || format!("{:?} reconciled in epoch {epoch}", Site::of(region)));
        if let Some(began_us) = self.loss.began_us
            && self.loss.epoch.0 + 1 == epoch.0
        {
            self.outcome.processing_ms.push((now_us - began_us) / 1_000);
        }
    }

    /// What keeps the world from being at rest, if anything does.
    fn unsettled(&self) -> Option<String> {
        let open = self.open_orders();
        if open > 0 {
            return Some(format!("{open} orders without an answer"));
        }
        let Some(authority) = &self.checkers.authority.latest else {
            return Some("there is no authority".to_owned());
        };
        if let Some(run) = &authority.run {
            return match &run.parked {
                Some(_) => None,
                None => Some(format!("run {} is at {}", run.id, run.step)),
            };
        }
        if authority.mode == Mode::Automatic {
            let active = self.region_of(&authority.active);
            if !self.database.is_writable(active) {
                return Some(format!("the database of {} is not the writer", authority.active));
            }
            if self.shall_go_home(authority) {
                return Some(format!("the platform is still in {}", authority.active));
            }
        }
        self.book_differs(authority)
    }

    /// What moved by itself goes back by itself.
    fn shall_go_home(&self, authority: &Authority) -> bool {
        let by_itself = authority.budgets.moves.last().is_some_and(|m| m.epoch == authority.epoch);
        let away = authority.active != self.names[0] && by_itself;
        away && self.scenario.shape.until_home && self.scenario.timing.failback_ticks > 0
    }

    fn book_differs(&self, authority: &Authority) -> Option<String> {
        let active = self.region_of(&authority.active);
        // Probers never stop: their accounts, which have no head here, are always a step ahead.
        for (account, head) in self.checkers.ledger.heads() {
            let number = self.accounts.iter().position(|a| a.as_str() == account)? as u16;
            let seq = self.database.watermark(active, number).0;
            if seq < head {
                return Some(format!("{account} is booked up to {seq} of {head}"));
            }
        }
        None
    }

    pub(super) fn has_settled(&self) -> bool {
        self.unsettled().is_none()
    }

    pub(super) fn conclude(mut self) -> Outcome {
        let now_us = self.now_us;
        if !self.outcome.is_broken() {
            if let Some(what) = self.unsettled() {
                self.broken("LIVE-2", format!("faults are over, and still {what}"));
            }
            self.checkers.conclude(now_us);
            self.take_violations();
            self.compare_books();
            self.compare_times();
        }
        self.outcome.parked = u64::from(self.is_parked());
        self.outcome.changes = self.cloud.changes();
        self.outcome.simulated_ms = now_us / 1_000;
        self.outcome.pages_lost = self.database.lost_pages;
        self.trace.word(self.outcome.changes);
        self.trace.word(self.outcome.steps);
        (self.outcome.trace_hash, self.outcome.transcript) = self.trace.finish();
        self.outcome
    }

    fn is_parked(&self) -> bool {
        let run = self.checkers.authority.latest.as_ref().and_then(|a| a.run.as_ref());
        run.is_some_and(|run| run.parked.is_some())
    }

    fn broken(&mut self, rule: &'static str, what: String) {
        let now_us = self.now_us;
        self.trace.say(now_us, || format!("VIOLATION {rule}: {what}"));
        self.outcome.violations.push(Violation { rule, at_ms: now_us / 1_000, what });
    }

    /// SAFE-3: what every database holds of an account is what its ledger says up to that place.
    fn compare_books(&mut self) {
        let books = self.checkers.ledger.books();
        let mut wrong = Vec::new();
        for site in Site::PAIR {
            for (account, state, _) in self.database.book(site.ix()) {
                let name = self.accounts[usize::from(account)].as_str();
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
                let Some(book) = self.checkers.ledger.book_up_to(name, state.seq.0) else {
                    continue;
                };
                let positions: std::collections::BTreeMap<String, i128> = state
                    .positions
                    .iter()
                    .map(|(symbol, held)| (symbol.as_str().to_owned(), i128::from(held.units())))
                    .collect();
                let same = positions == book.positions
                    && (state.booked, state.rejected) == (book.booked, book.rejected);
                if !same {
                    wrong.push(format!(
                        "{site:?} holds {state:?} of {name}; the ledger says {book:?}"
                    ));
                }
            }
        }
        for what in wrong {
            self.broken("SAFE-3", what);
        }
    }

    /// LIVE-1 and LIVE-3 where nothing but the loss went wrong.
    fn compare_times(&mut self) {
        if self.scenario.kind != Kind::Loss {
            return;
        }
        if self.is_parked() {
            self.broken(
                "LIVE-2",
                "a run waits for a person, and only a Region was lost".to_owned(),
            );
        }
        let budget = Budget::of(&self.scenario.timing);
        let rto_ms = match self.scenario.timing.profile {
            Profile::Aws => 60_000,
            // One who had just asked the lost Region again waits for nothing, pauses, and asks once
            // more: next to a minute that is nothing, here it is.
            Profile::Local => budget.acceptance_ms + self.scenario.timing.reconnect_ms + 500,
        };
        if let Some(worst) = self.outcome.acceptance_ms.iter().max().filter(|ms| **ms > rto_ms) {
            self.broken("LIVE-1", format!("acceptance was back after {worst} ms"));
        }
        let found = &self.outcome.detect_ms;
        // Within a cooldown only darkness moves, and that takes the lost Region's own sentinel to have
        // stood still for a tick more.
        let most_ms = budget.verdict_ms + self.machines.policy.tick_ms + 1_000;
        if found.iter().any(|ms| *ms > most_ms) || found.len() != self.losses {
            let what =
                format!("{} losses were answered after {found:?} ms, not {most_ms}", self.losses);
            self.broken("LIVE-3", what);
        }
    }
}
