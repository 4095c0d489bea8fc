//! One customer: a connection to whatever address the public name gives, and the rule that a request
//! whose outcome is unknown is repeated with the same id and never with another (R18).

use crate::resolver::{Dns, Resolver};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use leeward_api::{Accepted, Problem};
use leeward_http::{Answer, Connection, Secure, tls};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CONNECT: Duration = Duration::from_millis(300);
/// Across a continent, and for the TLS handshake.
const CONNECT_FAR: Duration = Duration::from_secs(3);
const BACKOFF: Duration = Duration::from_millis(20);
const MAX_ANSWER: usize = 64 * 1024;

/// The address of an order API.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The resolver of `name`.
    pub dns: Dns,
    /// The public name.
    pub name: String,
    /// The TCP port.
    pub port: u16,
    /// The part before the paths of the contract; empty where the API has a host of its own.
    pub prefix: String,
    /// Whether the API is reached over TLS, verified by the system's authorities.
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
    /// TLS is needed, and the system has no authorities or the name is invalid: no attempt succeeds.
    Unusable,
}

impl Trust {
    fn towards(to: &Destination) -> Trust {
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
    /// Returns a desk whose customers present `token` and repeat a request that has no answer after
    /// `patience`.
    pub fn new(to: Destination, token: &str, patience: Duration) -> Desk {
        let resolver = Resolver::new(to.dns, &to.name);
        let trust = Trust::towards(&to);
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
    /// The platform refused it, and will refuse it again.
    Refused {
        /// The HTTP status, a 4xx.
        status: u16,
        /// The readable part of the problem document.
        detail: String,
    },
    /// `over` turned true before there was an answer: the outcome is unknown.
    GivenUp,
}

impl Customer {
    /// Returns a customer without a connection.
    pub fn new(desk: Arc<Desk>) -> Customer {
        Customer { desk, connection: None }
    }

    /// Posts until there is an answer; after `over` no new attempt is made.
    pub async fn post(&mut self, path: &str, body: Bytes, over: &AtomicBool) -> Posted {
        loop {
            let attempt = tokio::time::timeout(self.desk.patience, self.exchange(path, &body));
            if let Ok(Some(posted)) = attempt.await {
                return posted;
            }
            // Without an answer the outcome is unknown, and a late answer must not be read as the next one's.
            self.connection = None;
            if over.load(Ordering::Relaxed) {
                return Posted::GivenUp;
            }
            tokio::time::sleep(BACKOFF).await;
        }
    }

    async fn connect(&mut self) -> Option<&mut Connection> {
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            let peer = self.desk.resolver.resolve().await?;
            let address = SocketAddr::new(peer, self.desk.to.port);
            let limit = if self.desk.to.secure { CONNECT_FAR } else { CONNECT };
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
        let answer = connection.send(request, MAX_ANSWER).await.ok()?;
        if answer.closes() {
            // The Region asks its clients to resolve the name again.
            self.connection = None;
        }
        let Answer { status, headers, body: bytes } = answer;
        let ours = headers.get("content-type").is_some_and(|c| c == Problem::MEDIA_TYPE);
        match status {
            200 | 202 => {
                let accepted: Accepted = serde_json::from_slice(&bytes).ok()?;
                Some(Posted::Placed { seq: accepted.seq.0, index: accepted.index, from })
            }
            408 | 429 | 500.. => None,
            // SAFE-7: a refusal by a proxy or gateway says nothing about an earlier attempt.
            status if ours => Some(Posted::Refused { status, detail: detail(&bytes) }),
            _ => None,
        }
    }
}

/// Returns the readable part of a refusal.
fn detail(bytes: &[u8]) -> String {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => problem.summary(),
        Err(_) => String::from_utf8_lossy(bytes).chars().take(200).collect(),
    }
}
