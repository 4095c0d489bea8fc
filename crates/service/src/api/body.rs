//! Reads the body of a request within limits on its size and time.

use super::Problem;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leeward_api::ProblemCode;
use serde_json::Value;
use std::time::Duration;

/// The time within which the whole body must arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The maximum size of an oversized body that is still read before the request is rejected.
const DRAIN_BYTES_MAX: u64 = 1024 * 1024;

/// Reads the whole body, which may have at most `limit` bytes.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!("the body is too large: at most {limit} bytes");
        Problem::new(413, ProblemCode::TooLarge, detail)
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|l| l.to_str().ok())
        .and_then(|l| l.parse::<u64>().ok());
    if let Some(bytes) = announced.filter(|bytes| *bytes > limit as u64) {
        // A client that is still writing would see a closed connection instead of the response. So a body that is
        // slightly too large is read and discarded, but a body of a gigabyte is not.
        if bytes <= DRAIN_BYTES_MAX {
            let rest = Limited::new(body, DRAIN_BYTES_MAX as usize).collect();
            let _: Result<_, _> = tokio::time::timeout(BODY_TIMEOUT, rest).await;
        }
        return Err(too_large());
    }
    match tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => {
            Err(Problem::new(400, ProblemCode::BrokenBody, "the body did not arrive whole"))
        }
        Err(_) => Err(Problem::new(408, ProblemCode::SlowBody, "the body took too long to arrive")),
    }
}

/// Reads the body and parses it as JSON.
pub(super) async fn parse(headers: &HeaderMap, body: Body, limit: usize) -> Result<Value, Problem> {
    let bytes = read(headers, body, limit).await?;
    serde_json::from_slice(&bytes).map_err(|e| {
        Problem::new(400, ProblemCode::NotJson, format!("the body is not valid JSON: {e}"))
    })
}
