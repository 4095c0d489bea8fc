//! Makes one call, signed with SigV4, and never retries it.
//!
//! The adapters do not use the SDK crates of the services: their orchestrator takes more CPU than everything else
//! that an order needs, and their build takes minutes (ADR 9). Only the signing comes from the SDK (`aws-sigv4`).

mod json;
mod query;
mod rest;

pub(crate) use json::JsonService;
pub(crate) use query::{Form, QueryService};
pub(crate) use rest::RestService;

use crate::classify::classify_code;
use crate::config::{AwsConfig, ConfigError};
use crate::keys::Keys;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, header};
use http_body_util::Full;
use leeward_http::{Client, Stage};
use leeward_model::{Reached, Region};
use leeward_ports::Outcome;
use std::time::{Duration, SystemTime};

/// The time limit for connecting. A host name has one address per zone, and an unreachable address must not use up the
/// time limit of the whole call.
const CONNECT: Duration = Duration::from_millis(1_500);
/// The maximum size of a response. BatchGetItem returns up to 16 MB and every other call 1 MB; escaping may double it.
const LARGEST_ANSWER: usize = 40 * 1024 * 1024;

/// The reason why a call has no usable response.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request was not sent.
    NotSent(&'static str),
    /// No complete response arrived; the error states how far the request got.
    NoAnswer(leeward_http::Error),
    /// A response arrived, but it does not show the outcome of the call.
    Inconclusive(String),
    /// The service refused the call. `body` is the complete response body, because some refusals carry an item.
    Refused { code: Option<String>, message: String, body: Bytes },
}

impl Failure {
    /// Classifies the failure. If it does not show whether the call took effect, the outcome is unknown (SAFE-7).
    pub(crate) fn outcome<T>(self) -> Outcome<T> {
        match self {
            Failure::NotSent(why) => Outcome::Rejected(why.to_owned()),
            Failure::NoAnswer(error) => {
                let answered = error.stage() == Stage::Answer;
                let reached = if answered { Reached::Yes } else { Reached::No };
                Outcome::Unknown { reached, why: error.to_string() }
            }
            Failure::Inconclusive(why) => Outcome::unclear(why),
            Failure::Refused { code, message, .. } => {
                let text = format!("{}: {message}", code.as_deref().unwrap_or("unnamed error"));
                classify_code(code.as_deref(), text)
            }
        }
    }

    fn unreadable(why: impl std::fmt::Display) -> Failure {
        Failure::Inconclusive(format!("the answer cannot be read: {why}"))
    }
}

/// Reduces a failure to its outcome, for a caller that does not need the content of a refusal.
pub(crate) fn outcome<A>(answered: Result<A, Failure>) -> Outcome<A> {
    match answered {
        Ok(answer) => Outcome::Done(answer),
        Err(failure) => failure.outcome(),
    }
}

/// One service in one Region.
#[derive(Clone)]
pub(crate) struct Service {
    client: Client,
    /// The base URL; it ends with a slash.
    url: String,
    host: String,
    region: String,
    /// The name of the service in signatures.
    name: &'static str,
    keys: Keys,
}

/// A request without its host and signature.
pub(crate) struct UnsignedRequest<'a> {
    pub(crate) method: Method,
    /// The encoded path without its leading slash, with its query.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(HeaderName, &'a str)],
    pub(crate) body: Bytes,
}

impl Service {
    /// Creates the client; `host` is the first label of the service's host names, such as `monitoring`.
    pub(crate) fn new(
        config: &AwsConfig,
        region: &Region,
        host: &'static str,
        name: &'static str,
    ) -> Service {
        Service::at(config, region, name, regional_url(host, region.as_str()))
    }

    /// Creates the client with `url` as the address, unless the configuration names an endpoint.
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
        Service { client: config.client(), url, host, region, name, keys: config.keys() }
    }

    /// Makes one call. When `limit` expires, the call ends and its connection closes.
    pub(crate) async fn send(
        &self,
        unsigned: UnsignedRequest<'_>,
        limit: Duration,
    ) -> Result<Response<Bytes>, Failure> {
        let request = self
            .sign_request(unsigned, SystemTime::now())
            .ok_or(Failure::NotSent("the request cannot be built"))?;
        self.client.exchange(request, limit).await.map_err(Failure::NoAnswer)
    }

    fn sign_request(
        &self,
        unsigned: UnsignedRequest<'_>,
        now: SystemTime,
    ) -> Option<Request<Full<Bytes>>> {
        let url = format!("{}{}", self.url, unsigned.path);
        let headers = unsigned.headers.iter().map(|(name, value)| (name.as_str(), *value));
        let headers = headers.chain([("host", self.host.as_str())]);
        let body = SignableBody::Bytes(&unsigned.body);
        let signable = SignableRequest::new(unsigned.method.as_str(), &url, headers, body).ok()?;
        let identity = self.keys.now();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.name)
            .time(now)
            .settings(settings(self.name))
            .build()
            .expect("every field is set")
            .into();
        let (signature, _) = sign(signable, &parameters).ok()?.into_parts();
        let mut request =
            Request::builder().method(unsigned.method).uri(&url).header(header::HOST, &self.host);
        for (name, value) in unsigned.headers {
            request = request.header(name, *value);
        }
        let mut request = request.body(Full::new(unsigned.body)).ok()?;
        signature.apply_to_request_http1x(&mut request);
        Some(request)
    }
}

/// Returns the signing settings of a service: S3 signs keys unnormalized and requires the hash of the body.
fn settings(name: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if name == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

/// Returns the client of all services. With `plain`, the only endpoint uses plain HTTP, and the client reads no
/// certificates.
pub(crate) fn client(plain: bool) -> Result<Client, ConfigError> {
    let client = match plain {
        true => Client::plain(CONNECT),
        false => Client::secure(CONNECT).map_err(|e| ConfigError::NoCertificates(e.to_string()))?,
    };
    Ok(client.with_answer_limit(LARGEST_ANSWER))
}

/// Returns the domain of a Region. Commercial and government Regions share one domain; those in China have their own.
pub(crate) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

fn regional_url(name: &str, region: &str) -> String {
    format!("https://{name}.{region}.{}/", domain(region))
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
            let unsigned = UnsignedRequest {
                method: Method::GET,
                path,
                headers: &[(HeaderName::from_static("x-amz-target"), header)],
                body: body.into(),
            };
            let request = service.sign_request(unsigned, now).expect("built");
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
