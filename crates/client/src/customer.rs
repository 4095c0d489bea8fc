//! One customer: a connection to the address of the public name, and the rule that a request with an unknown outcome is
//! repeated with the same id and never with another one (R18).

use crate::resolver::{Dns, Resolver};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_api::{Accepted, Problem};
use leeward_http::{Connection, HttpResponse, Secure, tls};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_millis(300);
/// The time limit of a connection with TLS, which may cross a continent.
const CONNECT_TLS_TIMEOUT: Duration = Duration::from_secs(3);
const BACKOFF: Duration = Duration::from_millis(20);
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// The address of an order API.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The resolver of `name`.
    pub dns: Dns,
    /// The public name.
    pub name: String,
    /// The TCP port.
    pub port: u16,
    /// The prefix of the paths of the API; empty if the API has its own host.
    pub prefix: String,
    /// Whether the API uses TLS, which is verified with the system's certificate authorities.
    pub secure: bool,
}

/// The destination, the credentials and the resolver that several customers share.
pub struct Desk {
    resolver: Resolver,
    to: Destination,
    trust: Trust,
    authorization: String,
    patience: Duration,
}

enum Trust {
    Plain,
    Secure(Secure),
    /// TLS is required, but the system has no certificate authorities or the name is invalid. Every attempt fails.
    Unusable,
}

impl Trust {
    fn for_destination(to: &Destination) -> Trust {
        if !to.secure {
            return Trust::Plain;
        }
        let secure = tls::trusting_system()
            .map_err(|error| error.to_string())
            .and_then(|tls| Secure::new(tls, &to.name).map_err(|error| error.to_string()));
        secure.map_or_else(
            |error| {
                tracing::error!(%error, name = to.name, "no TLS connection is possible");
                Trust::Unusable
            },
            Trust::Secure,
        )
    }
}

impl Desk {
    /// Returns a desk. Its customers present `token`, and repeat a request that has no response after `patience`.
    pub fn new(to: Destination, token: &str, patience: Duration) -> Desk {
        let resolver = Resolver::new(to.dns, &to.name);
        let trust = Trust::for_destination(&to);
        Desk { resolver, to, trust, authorization: format!("Bearer {token}"), patience }
    }
}

/// A client that sends one request at a time.
pub struct Customer {
    desk: Arc<Desk>,
    connection: Option<Connection>,
}

/// The final outcome of a request.
#[derive(Debug)]
pub enum Posted {
    /// The order is in the ledger.
    Placed {
        /// The sequence number of its ledger entry.
        seq: u64,
        /// Its index within the entry.
        index: u32,
        /// The address that acknowledged it.
        from: IpAddr,
    },
    /// The platform rejected the request, and would reject it again.
    Refused {
        /// The HTTP status, a 4xx.
        status: u16,
        /// The readable part of the problem document.
        detail: String,
    },
    /// The caller stopped waiting before a response arrived, so the outcome is unknown.
    GivenUp,
}

impl Customer {
    /// Returns a customer without a connection.
    pub fn new(desk: Arc<Desk>) -> Customer {
        Customer { desk, connection: None }
    }

    /// Posts the request until a response shows its outcome. Makes no further attempt once `stop` is true.
    pub async fn post(&mut self, path: &str, body: Bytes, stop: &AtomicBool) -> Posted {
        loop {
            let attempt = tokio::time::timeout(self.desk.patience, self.exchange(path, &body));
            if let Ok(Some(posted)) = attempt.await {
                return posted;
            }
            // Without a usable response the outcome is unknown. The connection must not be reused, because a late
            // response could be taken for that of the next request.
            self.connection = None;
            if stop.load(Ordering::Relaxed) {
                return Posted::GivenUp;
            }
            tokio::time::sleep(BACKOFF).await;
        }
    }

    async fn connect(&mut self) -> Option<&mut Connection> {
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            let peer = self.desk.resolver.resolve().await?;
            let address = SocketAddr::new(peer, self.desk.to.port);
            let limit = if self.desk.to.secure { CONNECT_TLS_TIMEOUT } else { CONNECT_TIMEOUT };
            let opened = match &self.desk.trust {
                Trust::Plain => Connection::open(address, None, limit).await,
                Trust::Secure(secure) => Connection::open(address, Some(secure), limit).await,
                Trust::Unusable => return None,
            };
            self.connection = Some(opened.ok()?);
        }
        self.connection.as_mut()
    }

    async fn exchange(&mut self, path: &str, body: &Bytes) -> Option<Posted> {
        let request = Request::post(format!("{}{path}", self.desk.to.prefix))
            .header("host", &self.desk.to.name)
            .header("content-type", "application/json")
            .header("authorization", &self.desk.authorization)
            .body(Full::new(body.clone()))
            .ok()?;
        let connection = self.connect().await?;
        let from = connection.peer().ip();
        let answer = connection.send(request, ANSWER_MAX_BYTES).await.ok()?;
        if answer.closes() {
            // By closing the connection, the Region asks its clients to resolve the name again.
            self.connection = None;
        }
        let HttpResponse { status, headers, body: bytes } = answer;
        let from_platform = headers.get("content-type").is_some_and(|c| c == Problem::MEDIA_TYPE);
        match status {
            200 | 202 => {
                let accepted: Accepted = serde_json::from_slice(&bytes).ok()?;
                Some(Posted::Placed { seq: accepted.seq.0, index: accepted.index, from })
            }
            408 | 429 | 500.. => None,
            // SAFE-7: a rejection by a proxy or gateway proves nothing about an earlier attempt.
            status if from_platform => {
                Some(Posted::Refused { status, detail: describe_problem(&bytes) })
            }
            _ => None,
        }
    }
}

/// Returns the readable part of a problem document.
fn describe_problem(bytes: &[u8]) -> String {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => problem.summary(),
        Err(_) => String::from_utf8_lossy(bytes).chars().take(200).collect(),
    }
}
