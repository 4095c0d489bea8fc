//! The client of services that use AWS JSON. A call is a `POST` of one document, with the operation in `X-Amz-Target`.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use super::{Failure, Service, UnsignedRequest, outcome};
use crate::config::AwsConfig;
use bytes::Bytes;
use http::{HeaderName, Method, StatusCode, header};
use leeward_model::Region;
use leeward_ports::Outcome;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The content type of JSON 1.0, which is its only difference from JSON 1.1. Each service accepts only one of them.
const JSON_1_0: &str = "application/x-amz-json-1.0";
const JSON_1_1: &str = "application/x-amz-json-1.1";
const SPEAKS_1_0: [&str; 3] = ["dynamodb", "sqs", "states"];
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// The body of an error. The message field is spelled `message` or `Message`, even by the same service.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: Option<String>,
    #[serde(alias = "Message", default)]
    message: Option<String>,
}

#[derive(Clone)]
pub(crate) struct JsonService {
    service: Service,
    content: &'static str,
    /// The prefix of the operation's name in `X-Amz-Target`.
    target: &'static str,
}

impl JsonService {
    /// Creates the client. `name` appears in host names and signatures; `target` is the part of `X-Amz-Target` before
    /// the dot.
    pub(crate) fn new(
        config: &AwsConfig,
        region: &Region,
        name: &'static str,
        target: &'static str,
    ) -> JsonService {
        let content = if SPEAKS_1_0.contains(&name) { JSON_1_0 } else { JSON_1_1 };
        JsonService { service: Service::new(config, region, name, name), content, target }
    }

    /// Makes one call that ends after `limit` at the latest.
    pub(crate) async fn call<A: DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
        limit: Duration,
    ) -> Result<A, Failure> {
        let body = serde_json::to_vec(request).expect("requests are maps with keys of text");
        let target = format!("{}.{operation}", self.target);
        let unsigned = UnsignedRequest {
            method: Method::POST,
            path: "",
            headers: &[(header::CONTENT_TYPE, self.content), (TARGET, &target)],
            body: body.into(),
        };
        let answer = self.service.send(unsigned, limit).await?;
        read(answer.status(), answer.into_body())
    }

    /// Makes one call for a caller that needs only the outcome, not the content of a refusal.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        operation: &str,
        request: &impl Serialize,
        limit: Duration,
    ) -> Outcome<A> {
        outcome(self.call(operation, request, limit).await)
    }
}

fn read<A: DeserializeOwned>(status: StatusCode, body: Bytes) -> Result<A, Failure> {
    if status == StatusCode::OK {
        return serde_json::from_slice(&body).map_err(Failure::unreadable);
    }
    // A body that is not the service's JSON has no error code, so it does not show the outcome of the call.
    let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
    let code = refusal.kind.map(|kind| kind.rsplit('#').next().unwrap_or_default().to_owned());
    let message = refusal.message.unwrap_or_else(|| status.to_string());
    Err(Failure::Refused { code, message, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_code_of_the_service_is_a_refusal() {
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
            Outcome::unclear("InternalServerError: 500 Internal Server Error"),
        );
        check(403, "<html>", Outcome::unclear("unnamed error: 403 Forbidden"));
        check(
            200,
            "[]",
            Outcome::unclear(
                "the answer cannot be read: invalid type: sequence, expected a map at line 1 column 0",
            ),
        );
    }
}
