//! One signed call of a service that speaks JSON: a `POST`, SigV4, one answer, no second try.
//!
//! The services on the path of an order (DynamoDB, SQS) are called this way rather than through their
//! SDK crates, whose orchestrator costs more CPU than all else that an order needs (docs/adr/0009).
//! Signing itself stays the SDK's (`aws-sigv4`), as do hyper and rustls.
//!
//! Protocol: AWS JSON 1.0, <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>.

use crate::classify::by_code;
use crate::config::{AwsConfig, ConfigError};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http::{HeaderName, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use leeward_model::Region;
use leeward_ports::Outcome;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

pub(crate) type Pool = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Below the minute or so after which the services close what is idle.
const IDLE: Duration = Duration::from_secs(20);
/// JSON 1.1 differs from 1.0 in nothing but this name, and each service takes only its own.
const JSON_1_0: &str = "application/x-amz-json-1.0";
const JSON_1_1: &str = "application/x-amz-json-1.1";
const SPEAKS_1_1: [&str; 3] = ["events", "secretsmanager", "ssm"];
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// BatchGetItem's answers end at 16 MB, all others' at 1 MB; escaped text may be twice that.
const LARGEST_ANSWER: usize = 40 * 1024 * 1024;

/// Why there is no answer to read.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was never sent.
    NotSent(&'static str),
    /// Sent perhaps, and what became of it nobody said.
    NoAnswer(String),
    /// The service said no. `body`: whole, for what some errors carry.
    Refused { code: Option<String>, message: String, body: Bytes },
}

impl Failure {
    /// SAFE-7: in doubt, unknown.
    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Failure::NotSent(why) => Outcome::Rejected(why.to_owned()),
            Failure::NoAnswer(why) => Outcome::Unknown(why),
            Failure::Refused { code, message, .. } => {
                let text = format!("{}: {message}", code.as_deref().unwrap_or("unnamed error"));
                by_code(code.as_deref(), text)
            }
        }
    }
}

/// An error's body; the message is spelled both ways by the same services.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: Option<String>,
    #[serde(alias = "Message", default)]
    message: Option<String>,
}

/// One service in one Region.
#[derive(Clone)]
pub(crate) struct JsonService {
    pool: Pool,
    url: String,
    host: String,
    region: String,
    name: &'static str,
    /// What the operation's name is appended to in `X-Amz-Target`.
    target: &'static str,
    identity: Identity,
}

impl JsonService {
    /// `name`: as in host names and signatures. `target`: before the dot of `X-Amz-Target`.
    pub(crate) fn new(
        config: &AwsConfig,
        region: &Region,
        name: &'static str,
        target: &'static str,
    ) -> JsonService {
        let region = region.as_str().to_owned();
        let url = match &config.endpoint_url {
            Some(url) => format!("{}/", url.trim_end_matches('/')),
            None => regional_url(name, &region),
        };
        let host = url.split("//").nth(1).and_then(|rest| rest.split('/').next());
        let host = host.unwrap_or_default().to_owned();
        let identity = config.identity();
        JsonService { pool: config.pool(), url, host, region, name, target, identity }
    }

    /// One call, over after `limit`; then its connection is closed with it.
    pub(crate) async fn call<A: DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
        limit: Duration,
    ) -> Result<A, Failure> {
        let body = serde_json::to_vec(request).expect("requests are maps with keys of text");
        let request = self
            .signed(operation, body.into(), SystemTime::now())
            .ok_or(Failure::NotSent("the request cannot be built"))?;
        let exchange = async {
            let answer = self.pool.request(request).await.map_err(|e| chain("connection", &e))?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await;
            let body = body.map_err(|e| format!("half an answer: {e}"))?;
            Ok((status, body.to_bytes()))
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(Ok((status, body))) => read(status, body),
            Ok(Err(why)) => Err(Failure::NoAnswer(why)),
            Err(_) => Err(Failure::NoAnswer("no answer in time".into())),
        }
    }

    /// A call of which only the answer counts, not what a refusal carries.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
        limit: Duration,
    ) -> Outcome<A> {
        match self.call(operation, request, limit).await {
            Ok(answer) => Outcome::Done(answer),
            Err(failure) => failure.outcome(),
        }
    }

    fn signed(
        &self,
        operation: &str,
        body: Bytes,
        now: SystemTime,
    ) -> Option<Request<Full<Bytes>>> {
        let target = format!("{}.{operation}", self.target);
        let content = if SPEAKS_1_1.contains(&self.name) { JSON_1_1 } else { JSON_1_0 };
        let headers = [("content-type", content), ("host", &self.host), ("x-amz-target", &target)];
        let signable = SignableRequest::new(
            "POST",
            self.url.as_str(),
            headers.into_iter(),
            SignableBody::Bytes(&body),
        )
        .ok()?;
        let parameters = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name(self.name)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .expect("every field is given")
            .into();
        let (signature, _) = sign(signable, &parameters).ok()?.into_parts();
        let mut request = Request::post(self.url.as_str())
            .header(header::CONTENT_TYPE, content)
            .header(header::HOST, &self.host)
            .header(TARGET, target)
            .body(Full::new(body))
            .ok()?;
        signature.apply_to_request_http1x(&mut request);
        Some(request)
    }
}

/// `plain`: the only endpoint is one of plain HTTP, so that no certificates need be read.
pub(crate) fn pool(plain: bool) -> Result<Pool, ConfigError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
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
fn regional_url(name: &str, region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://{name}.{region}.{domain}/")
}

fn read<A: DeserializeOwned>(status: StatusCode, body: Bytes) -> Result<A, Failure> {
    if status == StatusCode::OK {
        return serde_json::from_slice(&body)
            .map_err(|e| Failure::NoAnswer(format!("an answer that cannot be read: {e}")));
    }
    // What is no JSON of a service has no code, and so says nothing of the call.
    let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
    let code = refusal.kind.map(|kind| kind.rsplit('#').next().unwrap_or_default().to_owned());
    let message = refusal.message.unwrap_or_else(|| status.to_string());
    Err(Failure::Refused { code, message, body })
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

    fn service(endpoint: &str) -> JsonService {
        let config = AwsConfig::local(endpoint, Duration::from_secs(1));
        let region = Region::new("us-east-1").expect("a name");
        JsonService::new(&config, &region, "dynamodb", "DynamoDB_20120810")
    }

    #[test]
    fn a_signature_covers_the_host_the_target_and_the_body() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        let signature = |endpoint: &str, operation: &str, body: &'static str| {
            let request = service(endpoint).signed(operation, body.into(), now).expect("built");
            let text = |name: &str| request.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(text("x-amz-date"), "20150830T123600Z");
            let authorization = text("authorization");
            let (scope, rest) = authorization.split_once(", ").expect("three parts");
            assert_eq!(
                scope,
                "AWS4-HMAC-SHA256 Credential=local/20150830/us-east-1/dynamodb/aws4_request"
            );
            assert!(
                rest.starts_with("SignedHeaders=content-type;host;x-amz-date;x-amz-target, "),
                "{rest}"
            );
            rest.to_owned()
        };
        let first = signature("http://127.0.0.1:1", "PutItem", "{}");
        assert_eq!(first, signature("http://127.0.0.1:1", "PutItem", "{}"));
        assert_ne!(first, signature("http://127.0.0.1:2", "PutItem", "{}"));
        assert_ne!(first, signature("http://127.0.0.1:1", "GetItem", "{}"));
        assert_ne!(first, signature("http://127.0.0.1:1", "PutItem", "{ }"));
    }

    #[test]
    fn only_what_a_service_says_by_its_name_is_a_refusal() {
        // SAFE-7.
        let check = |status: u16, body: &'static str, expect: Outcome<()>| {
            let status = StatusCode::from_u16(status).expect("a status");
            let answer = read::<serde_json::Map<String, serde_json::Value>>(status, body.into());
            assert_eq!(answer.err().map(Failure::outcome::<()>), Some(expect), "{body}");
        };
        let rejected =
            r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"m"}"#;
        check(400, rejected, Outcome::Rejected("ValidationException: m".into()));
        let busy =
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","Message":"m"}"#;
        check(400, busy, Outcome::Transient("ThrottlingException: m".into()));
        check(
            500,
            r#"{"__type":"InternalServerError"}"#,
            Outcome::Unknown("InternalServerError: 500 Internal Server Error".into()),
        );
        check(403, "<html>", Outcome::Unknown("unnamed error: 403 Forbidden".into()));
        check(200, "[]", Outcome::Unknown(
            "an answer that cannot be read: invalid type: sequence, expected a map at line 1 column 0".into(),
        ));
    }

    #[test]
    fn each_region_has_its_own_host() {
        let check = |region: &str, expect: &str| assert_eq!(regional_url("sqs", region), expect);
        check("us-east-2", "https://sqs.us-east-2.amazonaws.com/");
        check("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn/");
    }
}
