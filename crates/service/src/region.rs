//! The ports and the values that the parts of one Region share.

use crate::auth::Tokens;
use crate::hints::Hints;
use crate::metrics::Metrics;
use leeward_core::health::HealthSettings;
use leeward_driver::{Appender, Operator, TickReport};
use leeward_model::settings::TimingSettings;
use leeward_model::{AccountId, Authority, Epoch, Region};
use leeward_ports::{Clock, Control, Events, Hint, Ledger, Probe, Queue, Sessions};
use leeward_store::Projection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

/// The settings of a Region.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// The intervals and timeouts.
    pub timing: TimingSettings,
    /// The maximum number of waiting orders of one account in this process. Further orders get 429 (R14).
    pub account_ceiling: usize,
    /// The maximum number of concurrent requests in this process. Further requests get 429 before anything is written.
    pub requests_max: usize,
    pub connections_max: usize,
    /// Whether DNS uses failover routing, in which case a standby Region closes connections (S15).
    pub failover_routing: bool,
}

/// The ports and values from which the runtime of a Region is built.
pub struct Parts {
    pub name: Region,
    pub settings: ServiceSettings,
    pub clock: Arc<dyn Clock>,
    pub ledger: Arc<dyn Ledger>,
    pub control: Arc<dyn Control>,
    pub sessions: Arc<dyn Sessions>,
    pub queue: Arc<dyn Queue>,
    pub events: Arc<dyn Events>,
    pub probe: Arc<dyn Probe>,
    /// The database to which booking writes.
    pub store: Arc<dyn Projection>,
    /// The database from which customers read. It also serves reads in a standby Region.
    pub reads: Arc<dyn Projection>,
    pub appender: Appender,
    pub tokens: Tokens,
    pub operator: Operator,
    pub ticks: watch::Receiver<TickReport>,
}

/// The runtime of one Region: its [`Parts`], to which it dereferences, and the state that they share.
pub struct RegionRuntime {
    parts: Parts,
    pub metrics: Metrics,
    pub(crate) hints: Hints,
    /// The authority as last read. Decisions for which SAFE-6 requires a strong read must not use it.
    pub(crate) authority: watch::Sender<Option<Authority>>,
    /// The last time at which a canary order of this Region was accepted, on this process's clock; 0 before the first
    /// one.
    canary_accepted_ms: AtomicU64,
    /// The last time at which `refresh_authority` read the authority; 0 before the first read.
    refreshed_ms: AtomicU64,
    pub(crate) requests: tokio::sync::Semaphore,
    /// Notifies the outbox after orders were booked.
    pub(crate) booked: Notify,
}

impl std::ops::Deref for RegionRuntime {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl RegionRuntime {
    /// Builds the runtime of a Region without any I/O.
    pub fn new(parts: Parts) -> Arc<RegionRuntime> {
        let requests = tokio::sync::Semaphore::new(parts.settings.requests_max);
        Arc::new(RegionRuntime {
            parts,
            metrics: Metrics::new(),
            hints: Hints::new(),
            authority: watch::Sender::new(None),
            canary_accepted_ms: AtomicU64::new(0),
            refreshed_ms: AtomicU64::new(0),
            requests,
            booked: Notify::new(),
        })
    }

    /// Returns the epoch of the last read of the authority, or 0 before the first read.
    pub fn epoch(&self) -> Epoch {
        self.authority.borrow().as_ref().map_or(Epoch(0), |a| a.epoch)
    }

    /// Returns the epoch for a response. If none is known yet, the function reads the authority first, and returns 0 if
    /// that read fails.
    pub(crate) async fn epoch_or_read(&self) -> Epoch {
        if self.epoch() == Epoch(0) {
            self.read_authority().await;
        }
        self.epoch()
    }

    /// Reads the authority if the last read is older than a tick. Only a process that is frozen between requests needs
    /// this function; other processes read the authority in each tick.
    pub async fn refresh_authority(&self) {
        let now_ms = self.clock.now_ms().max(1);
        let last_ms = self.refreshed_ms.load(Ordering::Relaxed);
        if last_ms == 0 || now_ms.saturating_sub(last_ms) > self.settings.timing.tick_ms {
            self.refreshed_ms.store(now_ms, Ordering::Relaxed);
            self.read_authority().await;
        }
    }

    /// Reads the authority with a strong read, and stores it for callers that need no strong read. Returns `None` if
    /// the read failed.
    pub(crate) async fn read_authority(&self) -> Option<Option<Authority>> {
        let read = self.control.authority().await.done()?;
        self.authority.send_if_modified(|known| {
            // Concurrent reads can complete out of order, so the newer version is kept.
            let older = known.as_ref().map(|k| k.version) > read.as_ref().map(|r| r.version);
            if older || *known == read {
                return false;
            }
            known.clone_from(&read);
            true
        });
        Some(read)
    }

    /// Returns whether this Region was active at the last read of the authority.
    pub fn is_active(&self) -> bool {
        self.authority.borrow().as_ref().is_some_and(|a| a.active == self.name)
    }

    /// Queues a hint after an acknowledgement. Hints are coalesced and sent later, and may be lost.
    pub(crate) fn add_hint(&self, hint: Hint) {
        self.hints.add(hint);
    }

    /// Records that a canary order of this Region has just been accepted.
    pub fn record_canary(&self) {
        self.canary_accepted_ms.fetch_max(self.clock.now_ms().max(1), Ordering::Relaxed);
    }

    pub(crate) fn health_settings(&self) -> HealthSettings {
        let (tick_ms, probe_timeout_ms) =
            (self.settings.timing.tick_ms, self.settings.timing.probe_timeout_ms);
        HealthSettings { tick_ms, probe_timeout_ms }
    }

    /// Returns the time since a canary order of this Region was last accepted, or `None` if none was accepted yet.
    pub(crate) fn canary_age_ms(&self) -> Option<u64> {
        let accepted_ms = self.canary_accepted_ms.load(Ordering::Relaxed);
        (accepted_ms > 0).then(|| self.clock.now_ms().saturating_sub(accepted_ms))
    }

    /// Returns whether the account has reached the maximum number of waiting orders.
    pub(crate) fn is_over_ceiling(&self, account: &AccountId) -> bool {
        self.appender.waiting(account) >= self.settings.account_ceiling
    }
}
