//! What the parts of one Region share.

use crate::auth::Tokens;
use crate::hints::Hints;
use crate::metrics::Metrics;
use leeward_core::health::HealthSettings;
use leeward_driver::{Appender, Operator, TickReport};
use leeward_model::{AccountId, Authority, Epoch, Region as Name};
use leeward_ports::{Clock, Control, Events, Hint, Ledger, Probe, Queue, Sessions};
use leeward_store::Projection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

#[derive(Debug, Clone)]
pub struct Settings {
    /// An order is answered by then, whatever happens.
    pub deadline_ms: u64,
    /// Orders of one account that may wait in this process; beyond, 429 (R14).
    pub account_ceiling: usize,
    /// Requests in work in this process; beyond, 503 before anything is written.
    pub requests_max: usize,
    pub connections_max: usize,
    pub tick_ms: u64,
    pub probe_timeout_ms: u64,
    /// Hints wait this long for company.
    pub hint_delay_ms: u64,
    pub sweep_ms: u64,
    /// Between two looks for expired sessions: each reads the whole table.
    pub expiry_ms: u64,
    /// Failover routing: a Region that is not active closes connections (S15).
    pub failover_routing: bool,
}

/// Ports and values that a Region is made of.
pub struct Parts {
    pub name: Name,
    pub settings: Settings,
    pub clock: Arc<dyn Clock>,
    pub ledger: Arc<dyn Ledger>,
    pub control: Arc<dyn Control>,
    pub sessions: Arc<dyn Sessions>,
    pub queue: Arc<dyn Queue>,
    pub events: Arc<dyn Events>,
    pub probe: Arc<dyn Probe>,
    /// What is booked into.
    pub store: Arc<dyn Projection>,
    /// What customers read from: answers in a Region that does not write as well.
    pub reads: Arc<dyn Projection>,
    pub appender: Appender,
    pub tokens: Tokens,
    pub operator: Operator,
    pub ticks: watch::Receiver<TickReport>,
}

/// Its parts, and what they share; reached through it as if they were its own.
pub struct Region {
    parts: Parts,
    pub metrics: Metrics,
    pub(crate) hints: Hints,
    /// The authority as last read; decides nothing that SAFE-6 asks a strong read for.
    pub(crate) authority: watch::Sender<Option<Authority>>,
    /// When a canary order of this Region was last accepted, by this process's clock.
    canary_good_ms: AtomicU64,
    /// When the authority was last asked for by `keep_up`.
    read_ms: AtomicU64,
    pub(crate) requests: tokio::sync::Semaphore,
    /// Something was booked: the outbox has work.
    pub(crate) booked: Notify,
}

impl std::ops::Deref for Region {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Region {
    pub fn new(parts: Parts) -> Arc<Region> {
        let requests = tokio::sync::Semaphore::new(parts.settings.requests_max);
        Arc::new(Region {
            parts,
            metrics: Metrics::new(),
            hints: Hints::new(),
            authority: watch::Sender::new(None),
            canary_good_ms: AtomicU64::new(0),
            read_ms: AtomicU64::new(0),
            requests,
            booked: Notify::new(),
        })
    }

    /// The epoch as last read; 0 before the first read.
    pub fn epoch(&self) -> Epoch {
        self.authority.borrow().as_ref().map_or(Epoch(0), |a| a.epoch)
    }

    /// Returns the epoch for an answer; a Region that has just started reads it first. 0 if it cannot be read.
    pub(crate) async fn epoch_or_read(&self) -> Epoch {
        if self.epoch() == Epoch(0) {
            self.read_authority().await;
        }
        self.epoch()
    }

    /// For a process that stands still between requests: the authority, no older than a tick.
    pub async fn keep_up(&self) {
        let now_ms = self.clock.now_ms().max(1);
        let last_ms = self.read_ms.load(Ordering::Relaxed);
        if last_ms == 0 || now_ms.saturating_sub(last_ms) > self.settings.tick_ms {
            self.read_ms.store(now_ms, Ordering::Relaxed);
            self.read_authority().await;
        }
    }

    /// A strong read, kept for those who need none; `None` when there was no answer.
    pub(crate) async fn read_authority(&self) -> Option<Option<Authority>> {
        let read = self.control.authority().await.done()?;
        self.authority.send_if_modified(|known| {
            // Reads that overtake each other: the newer version is the truth.
            let older = known.as_ref().map(|k| k.version) > read.as_ref().map(|r| r.version);
            if older || *known == read {
                return false;
            }
            known.clone_from(&read);
            true
        });
        Some(read)
    }

    pub fn is_active(&self) -> bool {
        self.authority.borrow().as_ref().is_some_and(|a| a.active == self.name)
    }

    /// After an ack: coalesced, sent later, allowed to be lost.
    pub(crate) fn hint(&self, hint: Hint) {
        self.hints.add(hint);
    }

    pub fn note_canary(&self) {
        self.canary_good_ms.fetch_max(self.clock.now_ms().max(1), Ordering::Relaxed);
    }

    pub(crate) fn health_settings(&self) -> HealthSettings {
        let (tick_ms, probe_timeout_ms) = (self.settings.tick_ms, self.settings.probe_timeout_ms);
        HealthSettings { tick_ms, probe_timeout_ms }
    }

    /// Returns the time since a canary order of this Region was last accepted; `None`: never.
    pub(crate) fn canary_age_ms(&self) -> Option<u64> {
        let good_ms = self.canary_good_ms.load(Ordering::Relaxed);
        (good_ms > 0).then(|| self.clock.now_ms().saturating_sub(good_ms))
    }

    pub(crate) fn over_ceiling(&self, account: &AccountId) -> bool {
        self.appender.waiting(account) >= self.settings.account_ceiling
    }
}
