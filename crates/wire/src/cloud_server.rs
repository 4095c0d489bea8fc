//! The cloud model on the real clock. It takes calls and returns replies, and passes the model's writes to the disks
//! and its probes to the prober.

use crate::disk::Disk;
use crate::protocol::Scene;
use leeward_cloud::aurora::AuroraEvent;
use leeward_cloud::route53::Probe;
use leeward_cloud::{Call, CallId, Cloud, Output, Place, RegionIx, Reply, Request};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, mpsc, oneshot};

struct State {
    cloud: Cloud,
    next_call: CallId,
    waiting: HashMap<CallId, oneshot::Sender<Reply>>,
}

/// The cloud model, which all listeners share. Cloning it is cheap.
#[derive(Clone)]
pub struct CloudServer {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    began: Instant,
    began_wall_ms: u64,
    regions: Vec<String>,
    /// Notified when the model's next deadline moves to an earlier time.
    earlier_deadline: Notify,
    disks: Vec<Disk>,
    probes: mpsc::UnboundedSender<Probe>,
    aurora: std::sync::mpsc::Sender<AuroraEvent>,
}

impl CloudServer {
    /// Starts the model with one disk for each Region, in the model's order. Probes and database events go to their
    /// channels.
    pub fn start(
        cloud: Cloud,
        disks: Vec<Disk>,
        probes: mpsc::UnboundedSender<Probe>,
        aurora: std::sync::mpsc::Sender<AuroraEvent>,
    ) -> CloudServer {
        let names = cloud.net().regions().map(|r| cloud.region_name(r).to_owned());
        let regions = names.collect();
        let state = State { cloud, next_call: 0, waiting: HashMap::new() };
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let began_wall_ms = since_1970.map_or(0, |d| d.as_millis() as u64);
        let inner = Inner {
            state: Mutex::new(state),
            began: Instant::now(),
            began_wall_ms,
            regions,
            earlier_deadline: Notify::new(),
            disks,
            probes,
            aurora,
        };
        let server = CloudServer { inner: Arc::new(inner) };
        for (i, disk) in server.inner.disks.iter().enumerate() {
            let server = server.clone();
            disk.on_persisted(Box::new(move |count| {
                server.with(|cloud, now_us| cloud.persisted(now_us, RegionIx(i as u8), count));
            }));
        }
        tokio::spawn(server.clone().run_timers());
        server
    }

    pub fn now_us(&self) -> u64 {
        self.inner.began.elapsed().as_micros() as u64
    }

    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene { regions: &self.inner.regions, began_wall_ms: self.inner.began_wall_ms }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().expect("the model does not panic")
    }

    /// Runs `work` on the model at the current time, and carries out the model's outputs.
    pub fn with<T>(&self, work: impl FnOnce(&mut Cloud, u64) -> T) -> T {
        let mut state = self.lock();
        let before = state.cloud.next_deadline_us();
        let now_us = self.now_us();
        let result = work(&mut state.cloud, now_us);
        self.carry_out(&mut state, before);
        result
    }

    /// Sends a request to the model and waits for its reply.
    pub async fn call(&self, from: Place, to: RegionIx, request: Request) -> Reply {
        let (send, receive) = oneshot::channel();
        {
            let mut state = self.lock();
            let before = state.cloud.next_deadline_us();
            state.next_call += 1;
            let id = state.next_call;
            state.waiting.insert(id, send);
            let now_us = self.now_us();
            state.cloud.call(now_us, Call { id, from, to, request });
            self.carry_out(&mut state, before);
        }
        receive.await.unwrap_or(Reply::Silence)
    }

    /// Advances the model to the current time and carries out its outputs.
    fn carry_out(&self, state: &mut State, deadline_before: Option<u64>) {
        state.cloud.advance(self.now_us());
        // The caller holds the lock, so that each disk receives its writes in the order of the model.
        for output in state.cloud.take_outputs() {
            match output {
                Output::Reply { call, reply } => {
                    if let Some(waiting) = state.waiting.remove(&call) {
                        let _ = waiting.send(reply);
                    }
                }
                Output::Persist(persist) => {
                    self.inner.disks[persist.region.0 as usize].write(persist);
                }
                Output::Probe(probe) => drop(self.inner.probes.send(probe)),
                Output::Aurora(event) => drop(self.inner.aurora.send(event)),
            }
        }
        let after = state.cloud.next_deadline_us();
        let is_earlier = match (deadline_before, after) {
            (Some(before), Some(after)) => after < before,
            (None, Some(_)) => true,
            _ => false,
        };
        if is_earlier {
            self.inner.earlier_deadline.notify_one();
        }
    }

    /// Advances the model at each of its deadlines.
    async fn run_timers(self) {
        loop {
            let next = {
                let mut state = self.lock();
                let before = state.cloud.next_deadline_us();
                self.carry_out(&mut state, before);
                state.cloud.next_deadline_us()
            };
            let wait_us = next.map_or(1_000_000, |at| at.saturating_sub(self.now_us()));
            tokio::select! {
                () = tokio::time::sleep(Duration::from_micros(wait_us)) => {}
                () = self.inner.earlier_deadline.notified() => {}
            }
        }
    }
}
