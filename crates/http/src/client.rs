//! The client: a pool of connections, a time limit for each request, and a size limit for responses.

use crate::agent::identify;
use crate::error::{Error, Stage};
use crate::tls::{self, TlsError};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{CaptureConnection, HttpConnector, capture_connection};
use hyper_util::client::legacy::{Client as Pool, Error as PoolError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The time after which the client closes an idle connection. AWS would close it after about a minute.
const IDLE: Duration = Duration::from_secs(20);
/// The size limit of a response body, unless [`Client::with_answer_limit`] sets another limit.
const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;

/// A complete response.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// The HTTP status, such as 202.
    pub status: u16,
    /// All headers of the response.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl From<Response<Bytes>> for HttpResponse {
    fn from(response: Response<Bytes>) -> HttpResponse {
        let (head, body) = response.into_parts();
        HttpResponse { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// A pool of HTTP/1.1 connections. Clones share the pool.
///
/// The client does not follow redirects; it returns them like any other response. The client writes a request a second
/// time only if the pooled connection turned out to be closed before the first byte was written.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
    answer_max_bytes: usize,
}

impl Client {
    /// Returns a client for plain HTTP; requests to `https:` addresses fail. If a name has several addresses,
    /// `connect_timeout` limits the total time of the attempts to connect to them.
    pub fn plain(connect_timeout: Duration) -> Client {
        Client::with_tls(connect_timeout, tls::trusting_none())
    }

    /// Returns a client that also calls `https:` addresses and trusts the system's certificate authorities.
    pub fn secure(connect_timeout: Duration) -> Result<Client, TlsError> {
        Ok(Client::with_tls(connect_timeout, tls::trusting_system()?))
    }

    /// Returns a client for `urls`. The client trusts the system's certificate authorities, which are read only if a
    /// URL begins with `https:`. If the system has none, the client logs an error and requests to `https:` addresses
    /// fail.
    pub fn for_urls<'a>(
        connect_timeout: Duration,
        urls: impl IntoIterator<Item = &'a String>,
    ) -> Client {
        if !urls.into_iter().any(|url| url.starts_with("https:")) {
            return Client::plain(connect_timeout);
        }
        Client::secure(connect_timeout).unwrap_or_else(|error| {
            tracing::error!(%error, "no certificate authorities to trust; install the system's CA certificates");
            Client::plain(connect_timeout)
        })
    }

    fn with_tls(connect_timeout: Duration, tls: rustls::ClientConfig) -> Client {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(connect_timeout));
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = connector.https_or_http().enable_http1().wrap_connector(tcp);
        let mut pool = Pool::builder(TokioExecutor::new());
        let pool = pool.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).build(connector);
        Client { pool, answer_max_bytes: ANSWER_MAX_BYTES }
    }

    /// Returns the same client with another size limit for the body of a response.
    pub fn with_answer_limit(self, answer_max_bytes: usize) -> Client {
        Client { answer_max_bytes, ..self }
    }

    /// Sends a request with a JSON body, or without a body if `body` is empty, and with `token` as the bearer token.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        token: Option<&str>,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<HttpResponse, Error> {
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        self.request(request.body(Full::new(Bytes::from(body)))?, limit).await
    }

    /// Sends `request` as [`Client::exchange`] does, and returns an [`HttpResponse`].
    pub async fn request(
        &self,
        request: Request<Full<Bytes>>,
        limit: Duration,
    ) -> Result<HttpResponse, Error> {
        self.exchange(request, limit).await.map(HttpResponse::from)
    }

    /// Sends `request` with its own headers and a `User-Agent`. After `limit` the exchange is abandoned and its
    /// connection is closed.
    pub async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        limit: Duration,
    ) -> Result<Response<Bytes>, Error> {
        identify(&mut request);
        let connection = capture_connection(&mut request);
        let answering = AtomicBool::new(false);
        let exchange = async {
            let answer =
                self.pool.request(request).await.map_err(|e| pool_error(&e, &connection))?;
            answering.store(true, Ordering::Relaxed);
            let (head, body) = answer.into_parts();
            let body = read_body(body, self.answer_max_bytes).await?;
            Ok(Response::from_parts(head, body))
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(result) => result,
            Err(_) => {
                let stage = match answering.load(Ordering::Relaxed) {
                    true => Stage::Answer,
                    false => stage_of(&connection),
                };
                Err(Error::Timeout { limit, stage })
            }
        }
    }
}

pub(crate) async fn read_body(body: Incoming, max_bytes: usize) -> Result<Bytes, Error> {
    let body = Limited::new(body, max_bytes).collect().await;
    body.map(|body| body.to_bytes()).map_err(|e| Error::failed(Stage::Answer, e.as_ref()))
}

fn pool_error(error: &PoolError, connection: &CaptureConnection) -> Error {
    let stage = if error.is_connect() { Stage::Connect } else { stage_of(connection) };
    Error::failed(stage, error)
}

/// Returns the stage that a failed request reached. A request that got no connection was not sent.
fn stage_of(connection: &CaptureConnection) -> Stage {
    match connection.connection_metadata().is_some() {
        true => Stage::Request,
        false => Stage::Connect,
    }
}
