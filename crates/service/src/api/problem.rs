//! RFC 9457 problem documents.

use crate::validate::FieldError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal with a stable code: `urn:leeward:problem:CODE`.
#[derive(Debug)]
pub(crate) struct Problem {
    status: u16,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_s: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem { status, code, detail: detail.into(), errors: Vec::new(), retry_after_s: None }
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Problem {
        let detail = format!("{} fields are wrong", errors.len());
        Problem { errors, ..Problem::new(422, "invalid", detail) }
    }

    /// 503: what became of the request is not known; the same id may be tried again (R18).
    pub(crate) fn unknown() -> Problem {
        let detail = "it is not known whether this took effect; try again with the same id only";
        Problem::new(503, "unknown_outcome", detail).retry_after(1)
    }

    pub(crate) fn retry_after(self, seconds: u32) -> Problem {
        Problem { retry_after_s: Some(seconds), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).expect("a known status");
        let mut body = json!({
            "type": format!("urn:leeward:problem:{}", self.code),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let list = self.errors.iter().map(|e| json!({"field": e.field, "problem": e.problem}));
            body["errors"] = list.collect();
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
