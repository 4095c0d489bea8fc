//! The load generator: many customers, each of which resolves the public name, retries with the same id until it
//! receives a final response, and logs it. Drills count from this log, never from the platform's own reports.

use crate::supervisor::Supervisor;
use bytes::Bytes;
use leeward_api::{BatchOrder, BatchRequest, OrderRequest};
use leeward_client::{Customer, Desk, Destination, Dns, Posted};
use leeward_model::{AccountId, ClientId, Decimal, OrderType, Side, Symbol, TimeInForce};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

#[derive(Debug, Clone)]
pub struct LoadOptions {
    pub dns: SocketAddr,
    pub name: String,
    pub port: u16,
    pub token: String,
    /// The total number of orders per second. `None` means as fast as responses arrive.
    pub rate: Option<f64>,
    pub connections: usize,
    pub accounts: u64,
    /// The number of orders in one request. A request with more than one order is a batch.
    pub batch: usize,
    /// The prefix that makes this load's ids unique.
    pub run: String,
    /// The time after which a request without a response is retried.
    pub patience: Duration,
}

/// One acknowledgement, as a customer received it.
#[derive(Debug, Clone, Copy)]
pub struct Ack {
    pub number: u64,
    pub seq: u64,
    pub index: u32,
    pub at: Instant,
    pub latency: Duration,
    pub from: IpAddr,
}

#[derive(Debug, Default)]
pub struct LoadSummary {
    pub submitted: u64,
    pub acks: Vec<Ack>,
    /// The statuses of responses other than 2xx and 503.
    pub refused: Vec<u16>,
    /// The number of requests without a response when the load ended.
    pub unresolved: u64,
    /// The number of workers that panicked. Their requests are missing from all other fields.
    pub broken: u64,
}

impl LoadOptions {
    /// Returns the options for single orders through a platform's public name, sent as fast as responses arrive.
    pub fn on(s: &Supervisor, run: String) -> LoadOptions {
        LoadOptions {
            dns: s.addresses().dns(),
            name: s.blueprint().public_name.clone(),
            port: s.addresses().api(0).port(),
            token: s.secrets().trader.clone(),
            rate: None,
            connections: 96,
            accounts: 10_000,
            batch: 1,
            run,
            patience: Duration::from_secs(5),
        }
    }
}

impl LoadSummary {
    /// Returns the latency at a quantile, in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        let mut all: Vec<Duration> = self.acks.iter().map(|a| a.latency).collect();
        all.sort_unstable();
        quantile_ms(&all, quantile)
    }
}

/// Returns a quantile of sorted durations in milliseconds, or 0 if there are none.
pub fn quantile_ms(sorted: &[Duration], quantile: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    sorted[(last as f64 * quantile).round() as usize].as_secs_f64() * 1_000.0
}

struct Shared {
    options: LoadOptions,
    next: AtomicU64,
    acknowledged: AtomicU64,
    /// Whether workers stop submitting new orders.
    closing: AtomicBool,
    /// Whether workers stop starting new attempts.
    ended: AtomicBool,
    began: Instant,
}

/// A load while it runs.
pub struct Load {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<LoadSummary>>,
}

impl Load {
    pub fn start(options: LoadOptions) -> Load {
        let desk = Arc::new(Desk::new(
            Destination {
                dns: Dns::Server(options.dns),
                name: options.name.clone(),
                port: options.port,
                prefix: String::new(),
                secure: false,
            },
            &options.token,
            options.patience,
        ));
        let shared = Arc::new(Shared {
            next: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            began: Instant::now(),
            options,
        });
        let workers = (0..shared.options.connections)
            .map(|_| {
                let customer = Customer::new(desk.clone());
                tokio::spawn(Worker { shared: shared.clone(), customer }.run())
            })
            .collect();
        Load { shared, workers }
    }

    /// Returns the number of requests acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.shared.acknowledged.load(Ordering::Relaxed)
    }

    /// Ends the load. Workers submit no new orders, and requests without a response get at most `grace` to finish.
    pub async fn stop(self, grace: Duration) -> LoadSummary {
        self.shared.closing.store(true, Ordering::SeqCst);
        let shared = self.shared.clone();
        let end = tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            shared.ended.store(true, Ordering::SeqCst);
        });
        let mut all = LoadSummary::default();
        for worker in self.workers {
            match worker.await {
                Ok(one) => {
                    all.submitted += one.submitted;
                    all.unresolved += one.unresolved;
                    all.acks.extend(one.acks);
                    all.refused.extend(one.refused);
                }
                Err(_) => all.broken += 1,
            }
        }
        end.abort();
        all
    }
}

pub(crate) fn account_of(options: &LoadOptions, number: u64) -> String {
    format!("acct-{}", number % options.accounts)
}

pub(crate) fn id_of(options: &LoadOptions, number: u64) -> String {
    format!("{}-{number}", options.run)
}

/// Returns the order with this number. All orders of a batch share the number of the batch.
fn order_of(number: u64) -> BatchOrder {
    let price = Decimal::parse(&format!("100.{}", number % 90));
    BatchOrder {
        symbol: Symbol::new("ACME").expect("letters"),
        side: if number.is_multiple_of(2) { Side::Buy } else { Side::Sell },
        order_type: OrderType::Limit,
        quantity: Decimal::from(1 + (number % 7) as u32),
        limit_price: Some(price.expect("two digits after the point")),
        time_in_force: TimeInForce::Day,
    }
}

fn body_of(options: &LoadOptions, number: u64) -> Vec<u8> {
    let account = AccountId::new(&account_of(options, number)).expect("letters and digits");
    let id = ClientId::new(&id_of(options, number)).expect("the prefix of a load is part of an id");
    let order = order_of(number);
    let body = if options.batch == 1 {
        serde_json::to_vec(&OrderRequest { client_order_id: id, account, order })
    } else {
        let orders = vec![order; options.batch];
        serde_json::to_vec(&BatchRequest { client_batch_id: id, account, orders })
    };
    body.expect("an order is JSON")
}

struct Worker {
    shared: Arc<Shared>,
    customer: Customer,
}

impl Worker {
    async fn run(mut self) -> LoadSummary {
        let mut summary = LoadSummary::default();
        loop {
            if self.shared.closing.load(Ordering::Relaxed) {
                return summary;
            }
            let number = self.shared.next.fetch_add(1, Ordering::Relaxed);
            if let Some(rate) = self.shared.options.rate {
                let due = Duration::from_secs_f64(number as f64 / rate);
                tokio::time::sleep_until((self.shared.began + due).into()).await;
                if self.shared.closing.load(Ordering::Relaxed) {
                    return summary;
                }
            }
            summary.submitted += 1;
            self.place(number, &mut summary).await;
        }
    }

    async fn place(&mut self, number: u64, summary: &mut LoadSummary) {
        let began = Instant::now();
        let options = &self.shared.options;
        let body = Bytes::from(body_of(options, number));
        let path = if options.batch == 1 { "/v1/orders" } else { "/v1/orders:batch" };
        match self.customer.post(path, body, &self.shared.ended).await {
            Posted::Placed { seq, index, from } => {
                let at = Instant::now();
                let latency = at - began;
                summary.acks.push(Ack { number, seq, index, at, latency, from });
                self.shared.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Posted::Refused { status, .. } => summary.refused.push(status),
            Posted::GivenUp => summary.unresolved += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn body(batch: usize, number: u64) -> Value {
        let options = LoadOptions {
            dns: SocketAddr::from(([127, 0, 0, 1], 53)),
            name: "orders.example.com".into(),
            port: 443,
            token: "token".into(),
            rate: None,
            connections: 1,
            accounts: 10,
            batch,
            run: "drill1".into(),
            patience: Duration::from_secs(1),
        };
        serde_json::from_slice(&body_of(&options, number)).expect("JSON")
    }

    #[test]
    fn a_load_sends_orders_in_the_form_of_the_api() {
        let order = json!({
            "symbol": "ACME", "side": "sell", "type": "limit", "quantity": "7",
            "limit_price": "100.13", "time_in_force": "day",
        });
        let mut single = order.clone();
        single["client_order_id"] = "drill1-13".into();
        single["account"] = "acct-3".into();
        assert_eq!(body(1, 13), single);
        let batch = json!({
            "client_batch_id": "drill1-13", "account": "acct-3", "orders": [order.clone(), order],
        });
        assert_eq!(body(2, 13), batch);
    }
}
