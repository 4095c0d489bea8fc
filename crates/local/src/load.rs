//! Customers: many connections, each resolves the public name, retries with the same id until it has
//! an answer, and writes down what it was told. Drills count from this log, never from the
//! platform's word.

use crate::resolver::Resolver;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

const CONNECT: Duration = Duration::from_millis(300);
const BACKOFF: Duration = Duration::from_millis(20);
const MAX_ANSWER: usize = 64 * 1024;

#[derive(Debug, Clone)]
pub struct LoadOptions {
    pub dns: SocketAddr,
    pub name: String,
    pub port: u16,
    pub token: String,
    /// Orders a second in all; `None`: as fast as answers come.
    pub rate: Option<f64>,
    pub connections: usize,
    pub accounts: u64,
    /// Orders in one request; above 1 they go as batches.
    pub batch: usize,
    /// Makes this load's ids its own.
    pub run: String,
    /// A request without an answer is tried again after this.
    pub patience: Duration,
}

/// One acknowledgement, as a customer got it.
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
    /// Answers that were neither 2xx nor 503: their statuses.
    pub refused: Vec<u16>,
    /// Sent, and the load ended before an answer came.
    pub unresolved: u64,
}

impl LoadSummary {
    /// Latency at a quantile, in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        let mut all: Vec<Duration> = self.acks.iter().map(|a| a.latency).collect();
        if all.is_empty() {
            return 0.0;
        }
        all.sort_unstable();
        let at = ((all.len() - 1) as f64 * quantile).round() as usize;
        all[at].as_secs_f64() * 1_000.0
    }
}

struct Shared {
    options: LoadOptions,
    resolver: Resolver,
    next: AtomicU64,
    acknowledged: AtomicU64,
    /// No new orders.
    closing: AtomicBool,
    /// No new attempts.
    over: AtomicBool,
    began: Instant,
}

/// A running load.
pub struct Load {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<LoadSummary>>,
}

impl Load {
    pub fn start(options: LoadOptions) -> Load {
        let resolver = Resolver::new(options.dns, &options.name);
        let shared = Arc::new(Shared {
            resolver,
            next: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            over: AtomicBool::new(false),
            began: Instant::now(),
            options,
        });
        let workers = (0..shared.options.connections)
            .map(|_| tokio::spawn(Worker { shared: shared.clone(), connection: None }.run()))
            .collect();
        Load { shared, workers }
    }

    /// Requests acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.shared.acknowledged.load(Ordering::Relaxed)
    }

    /// Ends: no new orders, at most `grace` for those that have no answer yet.
    pub async fn stop(self, grace: Duration) -> LoadSummary {
        self.shared.closing.store(true, Ordering::SeqCst);
        let shared = self.shared.clone();
        let end = tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            shared.over.store(true, Ordering::SeqCst);
        });
        let mut all = LoadSummary::default();
        for worker in self.workers {
            if let Ok(one) = worker.await {
                all.submitted += one.submitted;
                all.unresolved += one.unresolved;
                all.acks.extend(one.acks);
                all.refused.extend(one.refused);
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

fn body_of(options: &LoadOptions, number: u64) -> String {
    let (account, id) = (account_of(options, number), id_of(options, number));
    let side = if number.is_multiple_of(2) { "buy" } else { "sell" };
    let cents = number % 90;
    let order = format!(
        "\"symbol\":\"ACME\",\"side\":\"{side}\",\"type\":\"limit\",\
         \"quantity\":\"{}\",\"limit_price\":\"100.{cents}\"",
        1 + number % 7
    );
    if options.batch == 1 {
        return format!("{{\"client_order_id\":\"{id}\",\"account\":\"{account}\",{order}}}");
    }
    let orders = vec![format!("{{{order}}}"); options.batch].join(",");
    format!("{{\"client_batch_id\":\"{id}\",\"account\":\"{account}\",\"orders\":[{orders}]}}")
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    peer: IpAddr,
}

struct Worker {
    shared: Arc<Shared>,
    connection: Option<Connection>,
}

/// What one attempt brought.
enum Attempt {
    Placed { seq: u64, index: u32, from: IpAddr },
    Refused(u16),
    /// Try again with the same id.
    Unknown,
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
        let body = Bytes::from(body_of(&self.shared.options, number));
        loop {
            match self.attempt(&body).await {
                Attempt::Placed { seq, index, from } => {
                    let at = Instant::now();
                    let latency = at - began;
                    summary.acks.push(Ack { number, seq, index, at, latency, from });
                    self.shared.acknowledged.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Attempt::Refused(status) => {
                    summary.refused.push(status);
                    return;
                }
                Attempt::Unknown => {
                    self.connection = None;
                    if self.shared.over.load(Ordering::Relaxed) {
                        summary.unresolved += 1;
                        return;
                    }
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
    }

    async fn attempt(&mut self, body: &Bytes) -> Attempt {
        let patience = self.shared.options.patience;
        match tokio::time::timeout(patience, self.exchange(body)).await {
            Ok(Some(attempt)) => attempt,
            // R18: no answer is no answer; the connection goes with it.
            Ok(None) | Err(_) => Attempt::Unknown,
        }
    }

    async fn connect(&mut self) -> Option<&mut Connection> {
        if self.connection.as_ref().is_none_or(|c| c.sender.is_closed()) {
            let peer = self.shared.resolver.resolve().await?;
            let address = SocketAddr::new(peer, self.shared.options.port);
            let stream = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await.ok()?.ok()?;
            stream.set_nodelay(true).ok()?;
            let (sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
            tokio::spawn(connection);
            self.connection = Some(Connection { sender, peer });
        }
        self.connection.as_mut()
    }

    async fn exchange(&mut self, body: &Bytes) -> Option<Attempt> {
        let options = &self.shared.options;
        let path = if options.batch == 1 { "/v1/orders" } else { "/v1/orders:batch" };
        let request = Request::post(path)
            .header("host", &options.name)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", options.token))
            .body(Full::new(body.clone()))
            .ok()?;
        let connection = self.connect().await?;
        let from = connection.peer;
        connection.sender.ready().await.ok()?;
        let answer = connection.sender.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let closes = answer.headers().get("connection").is_some_and(|c| c == "close");
        let bytes = Limited::new(answer.into_body(), MAX_ANSWER).collect().await.ok()?.to_bytes();
        if closes {
            // The Region says that it is not the one; ask the name again.
            self.connection = None;
        }
        match status {
            200 | 202 => {
                let told: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
                let (seq, index) = (told["seq"].as_u64()?, told["index"].as_u64()? as u32);
                Some(Attempt::Placed { seq, index, from })
            }
            429 | 500.. => Some(Attempt::Unknown),
            status => Some(Attempt::Refused(status)),
        }
    }
}
