//! The projection in each Region, and the pages that flow to the reader. This models Aurora's storage, driven by the
//! cloud model's global cluster.

use super::env::Env;
use super::{CLUSTER, Event};
use leeward_cloud::RegionIx;
use leeward_cloud::aurora::AuroraEvent;
use leeward_core::fold::AccountState;
use leeward_model::{AccountId, Seq};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

struct Page {
    due_us: u64,
    account: u16,
    state: Arc<AccountState>,
    parked: bool,
}

#[derive(Default)]
struct Side {
    writable: bool,
    accounts: BTreeMap<u16, (Arc<AccountState>, bool)>,
    /// The pages that were written here and are not yet in the other Region.
    outgoing: VecDeque<Page>,
    /// Whether the content differs from the writer's content, so that only a rebuild can repair it.
    diverged: bool,
}

/// The copying of the last pages in a switchover, until the end of the copying is reported to the cloud model.
#[derive(Clone, Copy)]
struct Drain {
    from: RegionIx,
    number: u64,
    /// The time at which the storage gives up the copying.
    until_us: u64,
}

pub(crate) struct Database {
    sides: [Side; 2],
    writer: RegionIx,
    lag_us: u64,
    drain_limit_us: u64,
    drain: Option<Drain>,
    drained: bool,
    /// The start and the target of the hand-over that is in progress or that made the current writer.
    handed_over: Option<(u64, RegionIx)>,
    /// The time at which the next pages are due.
    planned_us: Option<u64>,
    pub(crate) lost_pages: u64,
}

impl Database {
    /// Creates the database of a new platform. A switchover fails if its last pages need longer than `drain_limit_us`.
    pub(super) fn new(lag_us: u64, drain_limit_us: u64) -> Database {
        let primary = Side { writable: true, ..Side::default() };
        Database {
            sides: [primary, Side::default()],
            writer: RegionIx(0),
            lag_us,
            drain_limit_us,
            drain: None,
            drained: false,
            handed_over: None,
            planned_us: None,
            lost_pages: 0,
        }
    }

    fn side(&self, region: RegionIx) -> &Side {
        &self.sides[usize::from(region.0)]
    }

    fn side_mut(&mut self, region: RegionIx) -> &mut Side {
        &mut self.sides[usize::from(region.0)]
    }

    pub(crate) fn is_writable(&self, region: RegionIx) -> bool {
        self.side(region).writable
    }

    pub(crate) fn handed_over_us(&self, to: RegionIx) -> Option<u64> {
        self.handed_over.filter(|(_, there)| *there == to).map(|(at_us, _)| at_us)
    }

    pub(crate) fn watermark(&self, region: RegionIx, account: u16) -> Seq {
        self.side(region).accounts.get(&account).map_or(Seq::ZERO, |(state, _)| state.seq)
    }

    pub(crate) fn state(&self, region: RegionIx, account: u16, name: &AccountId) -> AccountState {
        let found = self.side(region).accounts.get(&account);
        found.map_or_else(
            || AccountState::empty(name.clone()),
            |(state, _)| AccountState::clone(state),
        )
    }

    pub(crate) fn accounts(
        &self,
        region: RegionIx,
    ) -> impl Iterator<Item = (u16, &AccountState, bool)> {
        self.side(region)
            .accounts
            .iter()
            .map(|(account, (state, parked))| (*account, &**state, *parked))
    }

    pub(crate) fn commit(
        &mut self,
        now_us: u64,
        region: RegionIx,
        account: u16,
        state: AccountState,
        parked: bool,
    ) {
        let (due_us, state) = (now_us + self.lag_us, Arc::new(state));
        let side = self.side_mut(region);
        side.accounts.insert(account, (state.clone(), parked));
        side.outgoing.push_back(Page { due_us, account, state, parked });
    }

    /// Moves the pages that are due to the other Region.
    fn ship(&mut self, from: RegionIx, to: RegionIx, until_us: u64) {
        while let Some(page) =
            self.side_mut(from).outgoing.pop_front_if(|page| page.due_us <= until_us)
        {
            self.side_mut(to).accounts.insert(page.account, (page.state, page.parked));
        }
    }

    fn next_due_us(&self, from: RegionIx) -> Option<u64> {
        self.side(from).outgoing.front().map(|page| page.due_us)
    }
}

impl Env {
    pub(super) fn on_database_event(&mut self, event: AuroraEvent) {
        let now_us = self.now_us;
        self.watch.trace.log(now_us, || format!("database: {event:?}"));
        let database = &mut self.database;
        match event {
            AuroraEvent::Fence { region } => database.side_mut(region).writable = false,
            AuroraEvent::Drain { from, to, number } => {
                let until_us = now_us + database.drain_limit_us;
                database.drain = Some(Drain { from, number, until_us });
                database.handed_over = Some((now_us, to));
                self.queue.at(until_us, Event::PagesDue);
            }
            // The move failed, and the writer stays: no database has diverged, and pages on their way still arrive.
            AuroraEvent::Promote { region } if region == database.writer => {
                (database.drain, database.drained, database.handed_over) = (None, false, None);
                database.side_mut(region).writable = true;
            }
            AuroraEvent::Promote { region } => {
                (database.writer, database.drain) = (region, None);
                let other = RegionIx(1 - region.0);
                let moved = !database.side(region).writable;
                let lost_tail = !std::mem::take(&mut database.drained);
                // The move was forced, or `region` is not the target of the hand-over.
                if lost_tail || database.handed_over.is_some_and(|(_, to)| to != region) {
                    database.handed_over = None;
                }
                database.side_mut(region).writable = true;
                if moved {
                    let lost = std::mem::take(&mut database.side_mut(other).outgoing);
                    database.lost_pages += lost.len() as u64;
                    database.side_mut(region).outgoing.clear();
                    database.side_mut(region).diverged = false;
                    database.side_mut(other).diverged |= lost_tail;
                }
            }
            AuroraEvent::Rebuild { region, from } => {
                let copy = database.side(from).accounts.clone();
                let side = database.side_mut(region);
                side.accounts = copy;
                (side.diverged, side.writable) = (false, false);
                side.outgoing.clear();
                database.side_mut(from).outgoing.clear();
            }
        }
        self.ship_pages();
    }

    /// Plans the arrival of the next page, which comes after the lag.
    pub(crate) fn plan_pages(&mut self) {
        let flows = self.cloud.database_replication(CLUSTER);
        let dues = flows.into_iter().filter_map(|(from, _, extra_us)| {
            self.database.next_due_us(from).map(|due_us| due_us + extra_us)
        });
        let Some(at_us) = dues.min().map(|at_us| at_us.max(self.now_us)) else { return };
        if self.database.planned_us.is_none_or(|planned_us| at_us < planned_us) {
            self.database.planned_us = Some(at_us);
            self.queue.at(at_us, Event::PagesDue);
        }
    }

    pub(super) fn on_pages_due(&mut self) {
        self.database.planned_us = None;
        self.ship_pages();
    }

    /// Ends the copying of the last pages in a switchover if no page is left to copy or the time limit has passed.
    /// Reports to the cloud model whether the copy is complete.
    fn end_drain(&mut self) {
        let Some(drain) = self.database.drain else { return };
        let complete = self.database.side(drain.from).outgoing.is_empty();
        if complete || self.now_us >= drain.until_us {
            (self.database.drain, self.database.drained) = (None, complete);
            self.cloud.report_drain(self.now_us, CLUSTER, drain.number, complete);
        }
    }

    /// Ships the pages that are due, to each Region that can receive them.
    pub(crate) fn ship_pages(&mut self) {
        for (from, to, extra_us) in self.cloud.database_replication(CLUSTER) {
            if !self.database.side(to).diverged && !self.database.side(to).writable {
                self.database.ship(from, to, self.now_us.saturating_sub(extra_us));
            }
        }
        self.end_drain();
        let blocked = |side: &Side| side.diverged || side.writable;
        if self.database.sides.iter().any(|side| !blocked(side)) {
            self.plan_pages();
        }
    }
}
