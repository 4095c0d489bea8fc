//! Looks at a Region on three independent paths: a canary order through its own host name, a read at
//! its ledger endpoint, its control plane.

use async_trait::async_trait;
use http::Method;
use leeward_core::detect::{PathReply, classify, classify_status};
use leeward_http::{Client, Stage};
use leeward_model::{AccountId, Answer, DatabaseView, ProbeReport, Reached, Region};
use leeward_ports::{Control, DatabaseControl, Outcome, Probe};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::error::Elapsed;

pub struct ProbeSettings {
    pub timeout: Duration,
    /// Base URL of each Region's own API, as seen from here.
    pub apis: BTreeMap<Region, String>,
    pub token: String,
    pub own: Region,
    /// Makes this process's canary ids its own.
    pub incarnation: String,
}

/// The heartbeat path: the control table as each Region's own endpoint serves it.
pub struct HttpProbe {
    settings: ProbeSettings,
    client: Client,
    ledgers: BTreeMap<Region, Arc<dyn Control>>,
    database: Arc<dyn DatabaseControl>,
    counter: AtomicU64,
    on_own_canary: std::sync::OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Of answered reads at the other Regions' ledger endpoints, until somebody takes them (REQ-M5).
    round_trips_ms: Mutex<Vec<u64>>,
}

/// More are not kept when nobody takes them.
const ROUND_TRIPS_MAX: usize = 100;

/// One canary account per prober and Region (R20), so that probers never race each other.
pub fn canary_account(prober: &Region, region: &Region) -> AccountId {
    AccountId::new(&format!("canary:{prober}:{region}")).expect("region names are plain")
}

impl HttpProbe {
    pub fn new(
        settings: ProbeSettings,
        ledgers: BTreeMap<Region, Arc<dyn Control>>,
        database: Arc<dyn DatabaseControl>,
    ) -> HttpProbe {
        let client = Client::for_urls(settings.timeout, settings.apis.values());
        HttpProbe {
            settings,
            client,
            ledgers,
            database,
            counter: AtomicU64::new(0),
            on_own_canary: std::sync::OnceLock::new(),
            round_trips_ms: Mutex::default(),
        }
    }

    /// What was measured since the last time, in ms.
    pub fn take_round_trips(&self) -> Vec<u64> {
        std::mem::take(&mut self.round_trips_ms.lock().expect("a list"))
    }

    fn note_round_trip(&self, region: &Region, took: Duration) {
        let mut all = self.round_trips_ms.lock().expect("a list");
        if *region != self.settings.own && all.len() < ROUND_TRIPS_MAX {
            all.push(took.as_millis() as u64);
        }
    }

    /// Called each time this Region's own canary is accepted.
    pub fn on_own_canary(&self, callback: Box<dyn Fn() + Send + Sync>) {
        let _ = self.on_own_canary.set(callback);
    }

    async fn post_canary(&self, region: &Region) -> Answer {
        let Some(base) = self.settings.apis.get(region) else {
            return Answer::Error("no such Region".into());
        };
        let account = canary_account(&self.settings.own, region);
        let n = self.counter.fetch_add(1, Ordering::Relaxed);
        let body = format!(
            "{{\"client_order_id\":\"{}-{n}\",\"account\":\"{account}\",\"symbol\":\"CANARY\",\
             \"side\":\"{}\",\"type\":\"market\",\"quantity\":\"1\"}}",
            self.settings.incarnation,
            if n.is_multiple_of(2) { "buy" } else { "sell" },
        );
        let url = format!("{base}/v1/orders");
        let token = Some(self.settings.token.as_str());
        let sent =
            self.client.send(Method::POST, &url, token, body.into_bytes(), self.settings.timeout);
        match sent.await {
            Ok(answer) => classify_status(answer.status),
            Err(leeward_http::Error::Invalid(why)) => Answer::Error(why.to_string()),
            Err(error) => {
                let answered = error.stage() == Stage::Answer;
                let reached = if answered { Reached::Yes } else { Reached::No };
                classify(PathReply::Unknown { reached, why: error.to_string() })
            }
        }
    }

    async fn read_ledger(&self, region: &Region) -> Answer {
        let Some(control) = self.ledgers.get(region) else {
            return Answer::Error("no such Region".into());
        };
        let began = tokio::time::Instant::now();
        let asked = tokio::time::timeout(self.settings.timeout, control.authority()).await;
        if let Ok(Outcome::Done(_)) = &asked {
            self.note_round_trip(region, began.elapsed());
        }
        let (reply, _) = path_reply(asked);
        classify(reply)
    }

    /// Returns the answer of the Region's control plane, and what it reports of the database.
    async fn describe(&self, region: &Region) -> (Answer, DatabaseView) {
        let asked = tokio::time::timeout(self.settings.timeout, self.database.describe(region));
        let (reply, view) = path_reply(asked.await);
        (classify(reply), view.unwrap_or_default())
    }
}

/// What a call within the probe's time brought back, and its answer if there is one.
fn path_reply<T>(asked: Result<Outcome<T>, Elapsed>) -> (PathReply, Option<T>) {
    let reply = match asked {
        Ok(Outcome::Done(value)) => return (PathReply::Done, Some(value)),
        Ok(Outcome::Rejected(why) | Outcome::Transient(why)) => PathReply::Refused(why),
        Ok(Outcome::Unknown { reached, why }) => PathReply::Unknown { reached, why },
        Err(_) => PathReply::Unknown { reached: Reached::No, why: "no answer in time".into() },
    };
    (reply, None)
}

#[async_trait]
impl Probe for HttpProbe {
    async fn probe(&self, region: &Region) -> ProbeReport {
        let (api, ledger, (control, view)) =
            tokio::join!(self.canary(region), self.read_ledger(region), self.describe(region));
        ProbeReport {
            api,
            ledger,
            control,
            resyncing: view.resyncing.contains(region),
            member: view.members.contains(region),
            writer: view.writer.filter(|_| !view.moving),
        }
    }

    async fn canary(&self, region: &Region) -> Answer {
        let answer = self.post_canary(region).await;
        if answer.is_good()
            && *region == self.settings.own
            && let Some(callback) = self.on_own_canary.get()
        {
            callback();
        }
        answer
    }
}
