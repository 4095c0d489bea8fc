//! The lanes of all accounts of this process, shared by many callers.

use leeward_core::append::{
    Answer, ClaimReply, Command, Event, Lane, LaneSettings, PutReply, Submit, Ticket,
};
use leeward_model::{AccountId, ClientId, ContentHash, Payload};
use leeward_ports::{ClaimPut, Clock, EntryPut, Ledger, Outcome};
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

/// The number of locks over which the lanes are spread.
const SHARDS: usize = 64;
/// The number of entries that one forward read requests.
const READ_PAGE: u32 = 100;

/// The settings of an [`Appender`].
#[derive(Debug, Clone, Copy)]
pub struct AppenderSettings {
    pub lane: LaneSettings,
    /// The number of lanes in a shard above which idle lanes are dropped. A dropped lane costs its account one head
    /// read.
    pub lanes_per_shard: usize,
}

struct Slot {
    lane: Lane,
    callers: HashMap<Ticket, oneshot::Sender<Answer>>,
}

type Shard = Mutex<HashMap<AccountId, Slot>>;

/// Appends to any account's ledger. Clones are cheap.
#[derive(Clone)]
pub struct Appender {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    settings: AppenderSettings,
    shards: Vec<Shard>,
    hasher: RandomState,
    tickets: AtomicU64,
}

impl Appender {
    pub fn new(
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        settings: AppenderSettings,
    ) -> Appender {
        let shards = (0..SHARDS).map(|_| Mutex::new(HashMap::new())).collect();
        let (hasher, tickets) = (RandomState::new(), AtomicU64::new(1));
        Appender { inner: Arc::new(Inner { ledger, clock, settings, shards, hasher, tickets }) }
    }

    fn shard(&self, account: &AccountId) -> &Shard {
        let hash = self.inner.hasher.hash_one(account) as usize;
        &self.inner.shards[hash % SHARDS]
    }

    /// Returns the number of callers that wait on this account's lane in this process.
    pub fn waiting(&self, account: &AccountId) -> usize {
        let shard = self.shard(account).lock().expect("a lane does not panic");
        shard.get(account).map_or(0, |slot| slot.callers.len())
    }

    /// Appends the payload to the account's ledger under `id`. Returns the lane's answer when the clock reaches
    /// `deadline_ms` at the latest.
    pub async fn append(
        &self,
        account: &AccountId,
        id: ClientId,
        payload: Payload,
        deadline_ms: u64,
    ) -> Answer {
        let ticket = self.inner.tickets.fetch_add(1, Ordering::Relaxed);
        let (send, mut receive) = oneshot::channel();
        let hash = ContentHash::of(account, &payload);
        let submit = Submit { ticket, id, hash, payload, deadline_ms };
        self.feed(account, Event::Submit(submit), Some((ticket, send)));
        let left = deadline_ms.saturating_sub(self.inner.clock.now_ms());
        match tokio::time::timeout(Duration::from_millis(left), &mut receive).await {
            Ok(answer) => answer.unwrap_or(Answer::Unknown),
            Err(_) => {
                self.feed(account, Event::Timer, None);
                // The lane answers every caller whose deadline has passed. If the clock is slightly behind the timer,
                // the lane has not answered yet, and the caller must not wait longer.
                receive.try_recv().unwrap_or(Answer::Unknown)
            }
        }
    }

    fn feed(
        &self,
        account: &AccountId,
        event: Event,
        caller: Option<(Ticket, oneshot::Sender<Answer>)>,
    ) {
        let commands = {
            let mut shard = self.shard(account).lock().expect("a lane does not panic");
            if caller.is_some() && !shard.contains_key(account) {
                self.drop_idle_lanes(&mut shard);
                let lane = Lane::new(self.inner.settings.lane);
                shard.insert(account.clone(), Slot { lane, callers: HashMap::new() });
            }
            // A lane is dropped only while it is idle, so an event for a missing lane has no recipient.
            let Some(slot) = shard.get_mut(account) else { return };
            if let Some((ticket, send)) = caller {
                slot.callers.insert(ticket, send);
            }
            let commands = slot.lane.step(self.inner.clock.now_ms(), event);
            let mut rest = Vec::with_capacity(commands.len());
            for command in commands {
                match command {
                    Command::Answer { ticket, answer } => {
                        if let Some(caller) = slot.callers.remove(&ticket) {
                            let _ = caller.send(answer);
                        }
                    }
                    other => rest.push(other),
                }
            }
            rest
        };
        for command in commands {
            let (appender, account) = (self.clone(), account.clone());
            tokio::spawn(async move {
                let event = appender.carry_out(&account, command).await;
                appender.feed(&account, event, None);
            });
        }
    }

    fn drop_idle_lanes(&self, shard: &mut HashMap<AccountId, Slot>) {
        if shard.len() >= self.inner.settings.lanes_per_shard {
            shard.retain(|_, slot| !slot.lane.is_idle());
        }
    }

    async fn jitter(&self, bound_ms: u64) {
        if bound_ms > 0 {
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..=bound_ms))).await;
        }
    }

    async fn carry_out(&self, account: &AccountId, command: Command) -> Event {
        let ledger = &self.inner.ledger;
        match command {
            Command::ReadHead { jitter_ms } => {
                self.jitter(jitter_ms).await;
                Event::HeadRead(ledger.head(account).await.done())
            }
            Command::Register { jitter_ms } => {
                self.jitter(jitter_ms).await;
                Event::Registered(ledger.register(account).await.done().is_some())
            }
            Command::Claim { ticket, id, claim, jitter_ms } => {
                self.jitter(jitter_ms).await;
                let reply = match ledger.put_claim(account, &id, &claim).await {
                    Outcome::Done(ClaimPut::Fresh) => ClaimReply::Fresh,
                    Outcome::Done(ClaimPut::Held(claim)) => ClaimReply::Held(claim),
                    // SAFE-7: a refusal, a throttle or a timeout does not show whether the id is claimed.
                    _ => ClaimReply::Unknown,
                };
                tracing::debug!(%account, %id, ?reply, "claim");
                Event::Claimed { ticket, reply }
            }
            Command::ReadAfter { after, jitter_ms } => {
                self.jitter(jitter_ms).await;
                let page = ledger.entries_after(account, after, READ_PAGE).await;
                Event::EntriesRead(page.done())
            }
            Command::Put { seq, entry, timeout_ms, jitter_ms } => {
                self.jitter(jitter_ms).await;
                let timeout = Duration::from_millis(timeout_ms);
                let reply = match ledger.put_entry(account, seq, &entry, timeout).await {
                    Outcome::Done(EntryPut::Stored) => PutReply::Stored,
                    Outcome::Done(EntryPut::Occupied(entry)) => PutReply::Occupied(entry),
                    _ => PutReply::Unknown,
                };
                tracing::debug!(%account, %seq, groups = entry.groups.len(), "put");
                Event::Put { seq, reply }
            }
            Command::Answer { .. } => unreachable!("`feed` delivers the answers itself"),
        }
    }
}
