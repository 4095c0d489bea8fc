//! One customer: a connection to whatever address the public name gives, and the rule that an
//! unknown outcome is tried again with the same id and never with another (R18).

use crate::resolver::{Dns, Resolver};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use leeward_api::{Accepted, Problem};
use leeward_service::http_client;
use rustls::pki_types::ServerName;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const CONNECT: Duration = Duration::from_millis(300);
/// Over a continent and with TLS.
const CONNECT_FAR: Duration = Duration::from_secs(3);
const BACKOFF: Duration = Duration::from_millis(20);
const MAX_ANSWER: usize = 64 * 1024;

/// Where orders go.
#[derive(Debug, Clone)]
pub struct Destination {
    pub dns: Dns,
    pub name: String,
    pub port: u16,
    /// Before the paths of the contract; empty where the API has a host of its own.
    pub prefix: String,
    /// TLS, with the system's authorities.
    pub secure: bool,
}

/// What all customers of one office share.
pub(crate) struct Desk {
    resolver: Resolver,
    to: Destination,
    tls: Option<TlsConnector>,
    authorization: String,
    patience: Duration,
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

impl Desk {
    pub(crate) fn new(to: Destination, token: &str, patience: Duration) -> Desk {
        let tls = to.secure.then(|| TlsConnector::from(Arc::new(http_client::tls(true))));
        let resolver = Resolver::new(to.dns, &to.name);
        Desk { resolver, to, tls, authorization: format!("Bearer {token}"), patience }
    }

    async fn wire(&self, stream: TcpStream) -> Option<Box<dyn Wire>> {
        let Some(tls) = &self.tls else { return Some(Box::new(stream)) };
        let name = ServerName::try_from(self.to.name.clone()).ok()?;
        Some(Box::new(tls.connect(name, stream).await.ok()?))
    }
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    peer: IpAddr,
}

pub(crate) struct Customer {
    desk: Arc<Desk>,
    connection: Option<Connection>,
}

#[derive(Debug)]
pub(crate) enum Posted {
    Placed {
        seq: u64,
        index: u32,
        from: IpAddr,
    },
    /// A 4xx that will not change: the problem document's text.
    Refused {
        status: u16,
        detail: String,
    },
    /// `over` turned true before there was an answer.
    GivenUp,
}

impl Customer {
    pub(crate) fn new(desk: Arc<Desk>) -> Customer {
        Customer { desk, connection: None }
    }

    /// Posts until there is an answer; after `over` no new attempt is made.
    pub(crate) async fn post(&mut self, path: &str, body: Bytes, over: &AtomicBool) -> Posted {
        loop {
            let attempt = tokio::time::timeout(self.desk.patience, self.exchange(path, &body));
            if let Ok(Some(posted)) = attempt.await {
                return posted;
            }
            // No answer is no answer; the connection goes with it.
            self.connection = None;
            if over.load(Ordering::Relaxed) {
                return Posted::GivenUp;
            }
            tokio::time::sleep(BACKOFF).await;
        }
    }

    async fn connect(&mut self) -> Option<&mut Connection> {
        if self.connection.as_ref().is_none_or(|c| c.sender.is_closed()) {
            let peer = self.desk.resolver.resolve().await?;
            let address = SocketAddr::new(peer, self.desk.to.port);
            let limit = if self.desk.tls.is_some() { CONNECT_FAR } else { CONNECT };
            let stream =
                tokio::time::timeout(limit, TcpStream::connect(address)).await.ok()?.ok()?;
            stream.set_nodelay(true).ok()?;
            let stream = tokio::time::timeout(limit, self.desk.wire(stream)).await.ok()??;
            let (sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
            tokio::spawn(connection);
            self.connection = Some(Connection { sender, peer });
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
        let from = connection.peer;
        connection.sender.ready().await.ok()?;
        let answer = connection.sender.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let closes = answer.headers().get("connection").is_some_and(|c| c == "close");
        let ours = answer.headers().get("content-type").is_some_and(|c| c == Problem::MEDIA_TYPE);
        let bytes = Limited::new(answer.into_body(), MAX_ANSWER).collect().await.ok()?.to_bytes();
        if closes {
            // The Region says that it is not the one; ask the name again.
            self.connection = None;
        }
        match status {
            200 | 202 => {
                let accepted: Accepted = serde_json::from_slice(&bytes).ok()?;
                Some(Posted::Placed { seq: accepted.seq.0, index: accepted.index, from })
            }
            408 | 429 | 500.. => None,
            // SAFE-7: a refusal by a proxy says nothing about an earlier attempt.
            status if ours => Some(Posted::Refused { status, detail: detail(&bytes) }),
            _ => None,
        }
    }
}

/// Returns the part of a refusal that a person reads.
fn detail(bytes: &[u8]) -> String {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => problem.summary(),
        Err(_) => String::from_utf8_lossy(bytes).chars().take(200).collect(),
    }
}
