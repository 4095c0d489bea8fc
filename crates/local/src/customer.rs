//! One customer: a connection to whatever address the public name gives, and the rule that an
//! unknown outcome is tried again with the same id and never with another (R18).

use crate::resolver::Resolver;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;

const CONNECT: Duration = Duration::from_millis(300);
const BACKOFF: Duration = Duration::from_millis(20);
const MAX_ANSWER: usize = 64 * 1024;

/// What all customers of one office share.
pub(crate) struct Desk {
    resolver: Resolver,
    name: String,
    port: u16,
    authorization: String,
    patience: Duration,
}

impl Desk {
    pub(crate) fn new(
        dns: SocketAddr,
        name: &str,
        port: u16,
        token: &str,
        patience: Duration,
    ) -> Desk {
        Desk {
            resolver: Resolver::new(dns, name),
            name: name.to_owned(),
            port,
            authorization: format!("Bearer {token}"),
            patience,
        }
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
            let address = SocketAddr::new(peer, self.desk.port);
            let connecting = tokio::time::timeout(CONNECT, TcpStream::connect(address));
            let stream = connecting.await.ok()?.ok()?;
            stream.set_nodelay(true).ok()?;
            let (sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
            tokio::spawn(connection);
            self.connection = Some(Connection { sender, peer });
        }
        self.connection.as_mut()
    }

    async fn exchange(&mut self, path: &str, body: &Bytes) -> Option<Posted> {
        let request = Request::post(path)
            .header("host", &self.desk.name)
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
        let bytes = Limited::new(answer.into_body(), MAX_ANSWER).collect().await.ok()?.to_bytes();
        if closes {
            // The Region says that it is not the one; ask the name again.
            self.connection = None;
        }
        match status {
            200 | 202 => {
                let told: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
                let (seq, index) = (told["seq"].as_u64()?, told["index"].as_u64()? as u32);
                Some(Posted::Placed { seq, index, from })
            }
            408 | 429 | 500.. => None,
            status => Some(Posted::Refused { status, detail: detail(&bytes) }),
        }
    }
}

/// The part of a problem document that a person reads.
fn detail(bytes: &[u8]) -> String {
    let Ok(problem) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return String::from_utf8_lossy(bytes).chars().take(200).collect();
    };
    let fields = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
    if fields.is_empty() {
        return problem["detail"].as_str().unwrap_or("refused").to_owned();
    }
    let shown = fields.iter().map(|e| {
        format!("{} {}", e["field"].as_str().unwrap_or("?"), e["problem"].as_str().unwrap_or("?"))
    });
    shown.collect::<Vec<_>>().join("; ")
}
