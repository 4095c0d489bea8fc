//! A small HTTP client on hyper: one pool, one limit of time a request, bounded answers; TLS where the
//! address says so, with the system's authorities.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;

/// Answers longer than this are an error.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("no answer: {0}")]
    Connection(String),
    #[error("the request cannot be built: {0}")]
    Request(String),
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Clone)]
pub struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl HttpClient {
    /// `secure`: it will be asked for addresses of HTTPS. Reading the system's authorities takes longer than
    /// all else, so that who needs none reads none. Without them every such request is refused.
    pub fn new(connect_timeout: Duration, secure: bool) -> HttpClient {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(connect_timeout));
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls(secure));
        let connector = connector.https_or_http().enable_http1().wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        HttpClient { client }
    }

    /// `token`: sent as a bearer token.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        token: Option<&str>,
        body: Vec<u8>,
        limit: Duration,
    ) -> Result<Answer, HttpError> {
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| HttpError::Request(e.to_string()))?;
        self.request(request, limit).await
    }

    /// Any request, its own headers and no others.
    pub async fn request(
        &self,
        request: Request<Full<Bytes>>,
        limit: Duration,
    ) -> Result<Answer, HttpError> {
        let exchange = async {
            let answer = self
                .client
                .request(request)
                .await
                .map_err(|e| HttpError::Connection(e.to_string()))?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, MAX_ANSWER_BYTES)
                .collect()
                .await
                .map_err(|e| HttpError::Connection(e.to_string()))?
                .to_bytes();
            Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
        };
        tokio::time::timeout(limit, exchange).await.map_err(|_| HttpError::Timeout(limit))?
    }
}

/// Without client certificates; `secure`: with the system's authorities, else with none.
pub fn tls(secure: bool) -> rustls::ClientConfig {
    let mut known = rustls::RootCertStore::empty();
    if secure {
        let found = rustls_native_certs::load_native_certs();
        if found.certs.is_empty() {
            tracing::error!(errors = ?found.errors, "no certificate authorities to trust: install the system's");
        }
        // One that rustls does not read is one that it does not trust.
        known.add_parsable_certificates(found.certs);
    }
    let provider = rustls::crypto::ring::default_provider();
    rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(known)
        .with_no_client_auth()
}
