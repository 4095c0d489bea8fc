//! RFC 9457 problem documents, which are the errors of the HTTP API.

use crate::Open;
use serde::{Deserialize, Serialize};

/// The reason why a request was rejected. The codes are stable; the texts are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 429: too many orders of this account are waiting.
    AccountCeiling,
    /// 4xx: the request cannot be read at all.
    BadRequest,
    /// 400: the body is incomplete.
    BrokenBody,
    /// 429: the Region is at capacity.
    Busy,
    /// 412: the session is not at the version that the request names.
    Changed,
    /// 409: the id was already used for a different request.
    IdInUse,
    /// 422: fields are invalid; `errors` names each of them.
    Invalid,
    /// 405: the path does not support this method.
    MethodNotAllowed,
    /// 404: no such account.
    NoAccount,
    /// 422: the body is not a valid operation.
    NoOperation,
    /// 404: no order was accepted under this id.
    NoOrder,
    /// 404: no such session, or it belongs to another token.
    NoSession,
    /// 404: no such path.
    NotFound,
    /// 400: the body is not JSON.
    NotJson,
    /// 403: the token may not act for this account.
    NotYourAccount,
    /// 403: an operator's token is required.
    OperatorsOnly,
    /// 408: the body took too long to arrive.
    SlowBody,
    /// 429: too many invalid tokens.
    TooManyFailures,
    /// 413: the body is too large.
    TooLarge,
    /// 401: no valid token.
    Unauthenticated,
    /// 503: it is unknown whether the request took effect; retry with the same id only.
    UnknownOutcome,
}

/// An invalid field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The path of the field, such as `orders[3].quantity`; `$` is the whole body.
    pub field: String,
    /// The problem with the field, such as `must be a string`.
    pub problem: String,
}

/// A problem document, sent as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Problem {
    /// The type, which is `urn:leeward:problem:` followed by the code.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The standard phrase of the HTTP status.
    #[serde(default)]
    pub title: String,
    /// The HTTP status, as in the response's status line.
    pub status: u16,
    /// The stable code.
    pub code: Open<ProblemCode>,
    /// A readable description of the problem.
    #[serde(default)]
    pub detail: String,
    /// The first 100 invalid fields of a request whose code is `invalid`. Absent otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// The media type of problem documents. An error response without it did not come from the platform.
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// Returns the readable part, which is the list of invalid fields if there are any, and otherwise the detail.
    pub fn summary(&self) -> String {
        if self.errors.is_empty() {
            return if self.detail.is_empty() { "refused".into() } else { self.detail.clone() };
        }
        let shown = self.errors.iter().map(|e| format!("{} {}", e.field, e.problem));
        shown.collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, expect: &str) {
        let problem: Problem = serde_json::from_str(document).expect("a problem document");
        assert_eq!(problem.summary(), expect, "{document}");
    }

    #[test]
    fn a_problem_document_of_a_newer_server_is_readable() {
        check(r#"{"status":409,"code":"id_in_use","detail":"taken"}"#, "taken");
        check(
            r#"{"status":418,"code":"teapot","detail":"short and stout","new":1}"#,
            "short and stout",
        );
        check(
            r#"{"status":422,"code":"invalid","errors":[{"field":"side","problem":"is missing"}]}"#,
            "side is missing",
        );
        check(r#"{"status":400,"code":"bad_request"}"#, "refused");
    }
}
