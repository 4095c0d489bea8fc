//! The client of services with REST interfaces. Method and path name the operation, and the response is JSON or XML.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>,
//! <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>

use super::{Failure, Service, UnsignedRequest, outcome, query};
use bytes::Bytes;
use http::header::ETAG;
use http::{HeaderName, Method, Response};
use leeward_ports::Outcome;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use std::time::Duration;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");

#[derive(Clone)]
pub(crate) struct RestService(pub(crate) Service);

/// The body of an error. The code is in a header or in the body, where its field has one of several names.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "Code", alias = "code", alias = "__type", default)]
    code: Option<String>,
    #[serde(alias = "Message", default)]
    message: Option<String>,
}

impl RestService {
    async fn get(&self, path: &str, limit: Duration) -> Result<Response<Bytes>, Failure> {
        let unsigned =
            UnsignedRequest { method: Method::GET, path, headers: &[], body: Bytes::new() };
        self.0.send(unsigned, limit).await
    }

    pub(crate) async fn json<A: DeserializeOwned>(
        &self,
        path: &str,
        limit: Duration,
    ) -> Outcome<A> {
        outcome(self.get(path, limit).await.and_then(read))
    }

    pub(crate) async fn xml<A: DeserializeOwned>(&self, path: &str, limit: Duration) -> Outcome<A> {
        outcome(self.get(path, limit).await.and_then(query::read))
    }

    /// Posts a document and returns the document in the response. If a header reports that the function failed, the
    /// outcome is unknown.
    pub(crate) async fn post(&self, path: &str, body: &Value, limit: Duration) -> Outcome<Value> {
        let body = Bytes::from(body.to_string());
        let unsigned = UnsignedRequest { method: Method::POST, path, headers: &[], body };
        let answered = self.0.send(unsigned, limit).await;
        outcome(answered.and_then(|answer| {
            let failed = answer.headers().contains_key(FUNCTION_ERROR);
            let document: Value = read(answer)?;
            if failed {
                return Err(Failure::Inconclusive(format!("the function failed: {document}")));
            }
            Ok(document)
        }))
    }

    /// Stores `body` under a path.
    pub(crate) async fn put(
        &self,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Bytes,
        limit: Duration,
    ) -> Outcome<()> {
        let unsigned = UnsignedRequest { method: Method::PUT, path, headers, body };
        let answered = self.0.send(unsigned, limit).await;
        outcome(answered.and_then(check_stored))
    }
}

/// Checks the response to a PUT. A successful response must have an `ETag`, which shows that S3 stored the object. Any
/// other response is parsed as an XML error document.
fn check_stored(answer: Response<Bytes>) -> Result<(), Failure> {
    if answer.status().is_success() {
        if !answer.headers().contains_key(ETAG) {
            return Err(Failure::unreadable("it names no object"));
        }
        return Ok(());
    }
    query::read::<IgnoredAny>(answer).map(drop)
}

fn read<A: DeserializeOwned>(answer: Response<Bytes>) -> Result<A, Failure> {
    let named = answer.headers().get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    // Some services send `ResourceNotFoundException:http://internal.amazon.com/…`.
    let named = named.and_then(|name| name.split(':').next()).map(str::to_owned);
    let (status, body) = (answer.status(), answer.into_body());
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(Failure::unreadable);
    }
    let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
    let code = refusal.code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
    let code = named.or(code);
    let message = refusal.message.unwrap_or_else(|| status.to_string());
    Err(Failure::Refused { code, message, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_refusal_is_in_a_header_or_in_the_body() {
        // SAFE-7.
        let check = |header: Option<&str>, body: &'static str, expect: Outcome<()>| {
            let mut answer = Response::builder().status(404);
            if let Some(header) = header {
                answer = answer.header(ERROR_TYPE, header);
            }
            let answer = answer.body(body.into()).expect("built");
            assert_eq!(outcome(read::<IgnoredAny>(answer).map(drop)), expect, "{body}");
        };
        let not_found = || Outcome::Rejected("ResourceNotFoundException: m".to_owned());
        check(Some("ResourceNotFoundException:http://x"), r#"{"Message":"m"}"#, not_found());
        check(None, r#"{"__type":"a#ResourceNotFoundException","message":"m"}"#, not_found());
        let unnamed = Outcome::unclear("unnamed error: 404 Not Found".to_owned());
        check(None, "<html>", unnamed);
    }
}
