//! Looks at a Region on three independent paths: a canary order through its own host name, a read at
//! its ledger endpoint, its control plane.

use async_trait::async_trait;
use http::Method;
use leeward_http::Client;
use leeward_model::{AccountId, Answer, DatabaseView, Region};
use leeward_ports::{Control, DatabaseControl, Outcome, Probe, Probed};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
            Ok(answer) => heard(answer.status),
            Err(leeward_http::Error::Invalid(why)) => Answer::Error(why.to_string()),
            Err(_) => Answer::Silence,
        }
    }

    async fn read_ledger(&self, region: &Region) -> Answer {
        let Some(control) = self.ledgers.get(region) else {
            return Answer::Error("no such Region".into());
        };
        let began = tokio::time::Instant::now();
        match tokio::time::timeout(self.settings.timeout, control.authority()).await {
            Ok(Outcome::Done(_)) => {
                self.note_round_trip(region, began.elapsed());
                Answer::Good
            }
            Ok(Outcome::Rejected(why) | Outcome::Transient(why)) => Answer::Error(why),
            Ok(Outcome::Unknown(why)) if answered(&why) => Answer::Error(why),
            Ok(Outcome::Unknown(_)) | Err(_) => Answer::Silence,
        }
    }

    /// Its answer, and what it says of the database.
    async fn describe(&self, region: &Region) -> (Answer, DatabaseView) {
        let answer =
            match tokio::time::timeout(self.settings.timeout, self.database.describe(region)).await
            {
                Ok(Outcome::Done(view)) => return (Answer::Good, view),
                Ok(Outcome::Rejected(why) | Outcome::Transient(why)) => Answer::Error(why),
                Ok(Outcome::Unknown(why)) if answered(&why) => Answer::Error(why),
                Ok(Outcome::Unknown(_)) | Err(_) => Answer::Silence,
            };
        (answer, DatabaseView::default())
    }
}

/// S14: a surge's 429 is no outage.
fn heard(status: u16) -> Answer {
    match status {
        200 | 202 | 429 => Answer::Good,
        other => Answer::Error(other.to_string()),
    }
}

/// Whether an unknown outcome came with an answer: somebody is there, who says an error.
fn answered(why: &str) -> bool {
    !(why.starts_with("connection:") || why.starts_with("no answer") || why == "timeout")
}

#[async_trait]
impl Probe for HttpProbe {
    async fn probe(&self, region: &Region) -> Probed {
        let (api, ledger, (control, view)) =
            tokio::join!(self.canary(region), self.read_ledger(region), self.describe(region));
        Probed {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s14_a_surge_is_no_outage_and_a_failing_order_path_is() {
        let check = |status: u16, good: bool| assert_eq!(heard(status).is_good(), good, "{status}");
        check(202, true);
        check(200, true);
        check(429, true);
        check(500, false);
        check(503, false);
        check(401, false);
    }
}
