//! Probes a Region on three independent paths: a canary order through the Region's own host name, a read of the control
//! table at the Region's own endpoint, and a call to its control plane.

use async_trait::async_trait;
use http::Method;
use leeward_api::{BatchOrder, OrderRequest};
use leeward_core::detect::{PathReply, classify, classify_status, report};
use leeward_http::{Client, Stage};
use leeward_model::{
    AccountId, ClientId, DatabaseView, Decimal, IdError, OrderType, ProbeAnswer, ProbeReport,
    Reached, Region, Side, Symbol, TimeInForce,
};
use leeward_ports::{Control, DatabaseControl, Outcome, Probe};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::error::Elapsed;

/// The settings of a prober.
pub struct ProbeSettings {
    pub timeout: Duration,
    /// The base URL of each Region's own API, as this process reaches it.
    pub apis: BTreeMap<Region, String>,
    pub token: String,
    pub own: Region,
    /// The prefix of this process's canary ids, which distinguishes them from those of every other process.
    pub incarnation: String,
}

/// A prober that uses HTTP and the AWS adapters.
pub struct HttpProbe {
    settings: ProbeSettings,
    client: Client,
    /// The control tables, by Region, that the ledger path of a probe reads. A probe reads the table at the Region's
    /// own DynamoDB endpoint, which also serves the ledger.
    ledgers: BTreeMap<Region, Arc<dyn Control>>,
    database: Arc<dyn DatabaseControl>,
    counter: AtomicU64,
    on_own_canary: std::sync::OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// The durations of successful reads at the other Regions' endpoints since the last call of `take_round_trips`
    /// (REQ-M5).
    round_trips_ms: Mutex<Vec<u64>>,
}

/// The maximum number of round trips that are kept for [`HttpProbe::take_round_trips`].
const ROUND_TRIPS_MAX: usize = 100;

/// Returns the canary account of a prober and a Region (R20). Each pair has its own account, so that probers never
/// compete for a sequence number.
pub fn canary_account(prober: &Region, region: &Region) -> AccountId {
    AccountId::new(&format!("canary:{prober}:{region}"))
        .expect("Region names are valid in account ids")
}

/// Returns the canary order with this number. Buys and sales alternate, so that the position stays near zero.
fn canary_order(incarnation: &str, account: AccountId, n: u64) -> Result<OrderRequest, IdError> {
    let order = BatchOrder {
        symbol: Symbol::new("CANARY")?,
        side: if n.is_multiple_of(2) { Side::Buy } else { Side::Sell },
        order_type: OrderType::Market,
        quantity: Decimal::from(1),
        limit_price: None,
        time_in_force: TimeInForce::Day,
    };
    let client_order_id = ClientId::new(&format!("{incarnation}-{n}"))?;
    Ok(OrderRequest { client_order_id, account, order })
}

impl HttpProbe {
    /// Returns a prober, which connects at its first probe.
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

    /// Returns the round trips, in milliseconds, since the last call.
    pub fn take_round_trips(&self) -> Vec<u64> {
        std::mem::take(&mut self.round_trips_ms.lock().expect("adding does not panic"))
    }

    fn record_round_trip(&self, region: &Region, took: Duration) {
        let mut all = self.round_trips_ms.lock().expect("adding does not panic");
        if *region != self.settings.own && all.len() < ROUND_TRIPS_MAX {
            all.push(took.as_millis() as u64);
        }
    }

    /// Sets the callback that runs for each accepted canary of this Region.
    pub fn on_own_canary(&self, callback: Box<dyn Fn() + Send + Sync>) {
        let _ = self.on_own_canary.set(callback);
    }

    async fn post_canary(&self, region: &Region) -> ProbeAnswer {
        let Some(base) = self.settings.apis.get(region) else {
            return ProbeAnswer::Error("no such Region".into());
        };
        let account = canary_account(&self.settings.own, region);
        let n = self.counter.fetch_add(1, Ordering::Relaxed);
        let order = match canary_order(&self.settings.incarnation, account, n) {
            Ok(order) => order,
            Err(invalid) => return ProbeAnswer::Error(invalid.to_string()),
        };
        let body = serde_json::to_vec(&order).expect("an order is JSON");
        let url = format!("{base}/v1/orders");
        let token = Some(self.settings.token.as_str());
        let sent = self.client.send(Method::POST, &url, token, body, self.settings.timeout);
        match sent.await {
            Ok(answer) => classify_status(answer.status),
            Err(leeward_http::Error::Invalid(why)) => ProbeAnswer::Error(why.to_string()),
            Err(error) => {
                let answer_began = error.stage() == Stage::Answer;
                let reached = if answer_began { Reached::Yes } else { Reached::No };
                classify(PathReply::Unknown { reached, why: error.to_string() })
            }
        }
    }

    async fn read_ledger(&self, region: &Region) -> ProbeAnswer {
        let Some(control) = self.ledgers.get(region) else {
            return ProbeAnswer::Error("no such Region".into());
        };
        let began = tokio::time::Instant::now();
        let read = tokio::time::timeout(self.settings.timeout, control.authority()).await;
        if let Ok(Outcome::Done(_)) = &read {
            self.record_round_trip(region, began.elapsed());
        }
        let (reply, _) = path_reply(read);
        classify(reply)
    }

    /// Returns how the Region's control plane answered, and its view of the database.
    async fn describe(&self, region: &Region) -> (ProbeAnswer, DatabaseView) {
        let call = tokio::time::timeout(self.settings.timeout, self.database.describe(region));
        let (reply, view) = path_reply(call.await);
        (classify(reply), view.unwrap_or_default())
    }
}

/// Converts the outcome of a call under the probe's time limit into a reply. Also returns the value, if there is one.
fn path_reply<T>(outcome: Result<Outcome<T>, Elapsed>) -> (PathReply, Option<T>) {
    let reply = match outcome {
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
        report(region, api, ledger, control, view)
    }

    async fn canary(&self, region: &Region) -> ProbeAnswer {
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
    fn a_canary_is_an_order_that_the_api_accepts() {
        let region = Region::new("us-east-1").expect("a Region");
        let order = canary_order("us-east-1-7-1", canary_account(&region, &region), 3);
        let body = serde_json::to_value(order.expect("valid ids")).expect("JSON");
        let read = crate::validate::order(&body).expect("accepted");
        assert_eq!(read.client_order_id.as_str(), "us-east-1-7-1-3");
        assert_eq!(read.order.side, Side::Sell);
    }
}
