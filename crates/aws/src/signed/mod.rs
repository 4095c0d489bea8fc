//! One signed call: SigV4, one answer, no second try.
//!
//! The services are called this way rather than through their SDK crates, whose orchestrator costs more
//! CPU than all else that an order needs, and whose build costs minutes (ADR 9). Signing itself
//! stays the SDK's (`aws-sigv4`), as do hyper and rustls.

mod json;
mod query;
mod rest;

pub(crate) use json::JsonService;
pub(crate) use query::{Form, QueryService};
pub(crate) use rest::RestService;

use crate::classify::by_code;
use crate::config::{AwsConfig, ConfigError};
use crate::keys::Keys;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use leeward_model::{Reached, Region};
use leeward_ports::Outcome;
use std::time::{Duration, SystemTime};

pub(crate) type Pool = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Below the minute or so after which the services close what is idle.
const IDLE: Duration = Duration::from_secs(20);
/// Of all addresses of a name together.
const CONNECT: Duration = Duration::from_millis(1_500);
/// BatchGetItem's answers end at 16 MB, all others' at 1 MB; escaped text may be twice that.
const LARGEST_ANSWER: usize = 40 * 1024 * 1024;

/// Why there is no answer to read.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was never sent.
    NotSent(&'static str),
    /// Sent perhaps, and its outcome is unknown. `reached`: whether anything came back.
    NoAnswer { reached: Reached, why: String },
    /// The service said no. `body`: whole, for what some errors carry.
    Refused { code: Option<String>, message: String, body: Bytes },
}

impl Failure {
    /// SAFE-7: in doubt, unknown.
    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Failure::NotSent(why) => Outcome::Rejected(why.to_owned()),
            Failure::NoAnswer { reached, why } => Outcome::Unknown { reached, why },
            Failure::Refused { code, message, .. } => {
                let text = format!("{}: {message}", code.as_deref().unwrap_or("unnamed error"));
                by_code(code.as_deref(), text)
            }
        }
    }

    fn unreadable(why: impl std::fmt::Display) -> Failure {
        let why = format!("an answer that cannot be read: {why}");
        Failure::NoAnswer { reached: Reached::Yes, why }
    }
}

/// A call of which only the answer counts, not what a refusal carries.
pub(crate) fn outcome<A>(answered: Result<A, Failure>) -> Outcome<A> {
    match answered {
        Ok(answer) => Outcome::Done(answer),
        Err(failure) => failure.outcome(),
    }
}

/// One service in one Region.
#[derive(Clone)]
pub(crate) struct Service {
    pool: Pool,
    /// Ends with a slash.
    url: String,
    host: String,
    region: String,
    /// As signatures have it.
    name: &'static str,
    keys: Keys,
}

/// What is sent, but for the host and the signature.
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    /// After the host's slash, with its query; encoded.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(HeaderName, &'a str)],
    pub(crate) body: Bytes,
}

impl Service {
    /// `host`: the first label of the service's names, such as `monitoring`.
    pub(crate) fn new(
        config: &AwsConfig,
        region: &Region,
        host: &'static str,
        name: &'static str,
    ) -> Service {
        Service::at(config, region, name, regional_url(host, region.as_str()))
    }

    /// `url`: of AWS itself, where the configuration has no endpoint of its own.
    pub(crate) fn at(
        config: &AwsConfig,
        region: &Region,
        name: &'static str,
        url: String,
    ) -> Service {
        let url = match &config.endpoint_url {
            Some(url) => format!("{}/", url.trim_end_matches('/')),
            None => url,
        };
        let host = url.split("//").nth(1).and_then(|rest| rest.split('/').next());
        let host = host.unwrap_or_default().to_owned();
        let region = region.as_str().to_owned();
        Service { pool: config.pool(), url, host, region, name, keys: config.keys() }
    }

    /// One call, over after `limit`; then its connection is closed with it.
    pub(crate) async fn send(
        &self,
        asked: Asked<'_>,
        limit: Duration,
    ) -> Result<Response<Bytes>, Failure> {
        let request = self
            .signed(asked, SystemTime::now())
            .ok_or(Failure::NotSent("the request cannot be built"))?;
        let exchange = async {
            let answer = self.pool.request(request).await;
            let answer = answer.map_err(|e| (Reached::No, chain("connection", &e)))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER).collect().await;
            let body = body.map_err(|e| (Reached::Yes, format!("half an answer: {e}")))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err((reached, why))) => Err(Failure::NoAnswer { reached, why }),
            Err(_) => {
                let why = "no answer in time".to_owned();
                Err(Failure::NoAnswer { reached: Reached::No, why })
            }
        }
    }

    fn signed(&self, asked: Asked<'_>, now: SystemTime) -> Option<Request<Full<Bytes>>> {
        let url = format!("{}{}", self.url, asked.path);
        let headers = asked.headers.iter().map(|(name, value)| (name.as_str(), *value));
        let headers = headers.chain([("host", self.host.as_str())]);
        let body = SignableBody::Bytes(&asked.body);
        let signable = SignableRequest::new(asked.method.as_str(), &url, headers, body).ok()?;
        let identity = self.keys.now();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.name)
            .time(now)
            .settings(settings(self.name))
            .build()
            .expect("every field is given")
            .into();
        let (signature, _) = sign(signable, &parameters).ok()?.into_parts();
        let mut request =
            Request::builder().method(asked.method).uri(&url).header(header::HOST, &self.host);
        for (name, value) in asked.headers {
            request = request.header(name, *value);
        }
        let mut request = request.body(Full::new(asked.body)).ok()?;
        signature.apply_to_request_http1x(&mut request);
        Some(request)
    }
}

/// S3 signs its keys as they are, and wants the body's hash told.
fn settings(name: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if name == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

/// `plain`: the only endpoint is one of plain HTTP, so that no certificates need be read.
pub(crate) fn pool(plain: bool) -> Result<Pool, ConfigError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    // A name has an address for each zone: one that is dead must not take the whole of a call's time.
    tcp.set_connect_timeout(Some(CONNECT));
    let provider = rustls::crypto::ring::default_provider();
    let connector = hyper_rustls::HttpsConnectorBuilder::new();
    let connector = if plain {
        let none = rustls::ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        connector.with_tls_config(none)
    } else {
        let connector = connector.with_provider_and_native_roots(provider);
        connector.map_err(|e| ConfigError::NoCertificates(e.to_string()))?
    };
    let connector = connector.https_or_http().enable_http1().wrap_connector(tcp);
    let mut client = Client::builder(TokioExecutor::new());
    // A request that met a closed connection before any of it was written goes again, by hyper's
    // own rule; after that, never.
    Ok(client.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).build(connector))
}

/// Commercial Regions and the government's share a domain; China has its own.
pub(crate) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

fn regional_url(name: &str, region: &str) -> String {
    format!("https://{name}.{region}.{}/", domain(region))
}

/// An error with what it came from: hyper's own text names no cause.
fn chain(what: &str, error: &dyn std::error::Error) -> String {
    let mut text = format!("{what}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_its_own_host() {
        let check = |region: &str, expect: &str| assert_eq!(regional_url("sqs", region), expect);
        check("us-east-2", "https://sqs.us-east-2.amazonaws.com/");
        check("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/");
    }

    #[test]
    fn a_signature_covers_host_headers_path_and_body() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        let region = Region::new("us-east-1").expect("a name");
        let signature = |endpoint: &str, path: &str, header: &str, body: &'static str| {
            let config = AwsConfig::local(endpoint, Duration::from_secs(1));
            let service = Service::new(&config, &region, "lambda", "lambda");
            let asked = Asked {
                method: Method::GET,
                path,
                headers: &[(HeaderName::from_static("x-amz-target"), header)],
                body: body.into(),
            };
            let request = service.signed(asked, now).expect("built");
            let text = |name: &str| request.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(text("x-amz-date"), "20150830T123600Z");
            let authorization = text("authorization");
            let (scope, rest) = authorization.split_once(", ").expect("three parts");
            assert_eq!(
                scope,
                "AWS4-HMAC-SHA256 Credential=local/20150830/us-east-1/lambda/aws4_request"
            );
            assert!(rest.starts_with("SignedHeaders=host;x-amz-date;x-amz-target, "), "{rest}");
            rest.to_owned()
        };
        let first = signature("http://127.0.0.1:1", "a?b=c", "T", "{}");
        assert_eq!(first, signature("http://127.0.0.1:1", "a?b=c", "T", "{}"));
        for other in [
            signature("http://127.0.0.1:2", "a?b=c", "T", "{}"),
            signature("http://127.0.0.1:1", "a?b=d", "T", "{}"),
            signature("http://127.0.0.1:1", "a?b=c", "U", "{}"),
            signature("http://127.0.0.1:1", "a?b=c", "T", "{ }"),
        ] {
            assert_ne!(first, other);
        }
    }
}
