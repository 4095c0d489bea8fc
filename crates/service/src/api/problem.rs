//! Errors as HTTP responses.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leeward_api::{FieldError, ProblemCode};
use leeward_model::AccountId;

/// An error response: the problem document, and the time after which the client may retry.
#[derive(Debug)]
pub(crate) struct Problem {
    status: u16,
    code: ProblemCode,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_s: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: u16, code: ProblemCode, detail: impl Into<String>) -> Problem {
        Problem { status, code, detail: detail.into(), errors: Vec::new(), retry_after_s: None }
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Problem {
        let detail = match errors.len() {
            1 => "1 field is invalid".to_owned(),
            n => format!("{n} fields are invalid"),
        };
        Problem { errors, ..Problem::new(422, ProblemCode::Invalid, detail) }
    }

    /// Returns the problem with status 503 for a request whose effect is unknown. A retry must use the same id (R18).
    pub(crate) fn unknown() -> Problem {
        let detail = "it is unknown whether this took effect; retry with the same id only";
        Problem::new(503, ProblemCode::UnknownOutcome, detail).retry_after(1)
    }

    /// Returns the problem with status 403 for a token that may not act for this account.
    pub(crate) fn not_your_account(account: &AccountId) -> Problem {
        let detail = format!("this token may not act for {account}");
        Problem::new(403, ProblemCode::NotYourAccount, detail)
    }

    pub(crate) fn retry_after(self, seconds: u32) -> Problem {
        Problem { retry_after_s: Some(seconds), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("a known status");
        let code = leeward_api::Open::Known(self.code);
        let document = leeward_api::Problem {
            kind: format!("urn:leeward:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status,
            code,
            detail: self.detail,
            errors: self.errors,
        };
        let document = serde_json::to_value(document).expect("documents are plain data");
        let mut response = (status, document.to_string()).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static(leeward_api::Problem::MEDIA_TYPE);
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
