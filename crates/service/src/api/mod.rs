//! The HTTP API: one contract behind API Gateway, a load balancer, and local mode.

mod accounts;
mod health;
mod openapi;
mod operations;
mod orders;
mod problem;
mod sessions;
mod status;

pub use openapi::openapi;
pub use operations::{NoOperation, parse_operation, told};
pub(crate) use problem::Problem;

use crate::auth::{Grant, Refusal};
use crate::region::Region;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;

/// A body that takes longer to arrive is given up.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Bytes of a body that is too large that are read all the same.
const DRAINED: u64 = 1024 * 1024;
/// The framework's own words for a refusal.
const MAX_REFUSAL_BYTES: usize = 1024;
/// 500 orders with room to spare.
pub(crate) const MAX_BODY_BYTES: usize = 512 * 1024;

/// What only answers for the Region: a function of its own, with concurrency that no flood of orders takes.
pub fn health_router(region: Arc<Region>) -> Router {
    health_routes()
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(region)
}

fn health_routes() -> Router<Arc<Region>> {
    Router::new()
        .route("/health", get(health::alive))
        .route("/health/traffic", get(health::traffic))
        .route("/health/accepting", get(health::accepting))
}

pub fn router(region: Arc<Region>) -> Router {
    health_routes()
        .route("/v1/orders", post(orders::submit))
        .route("/v1/orders:batch", post(orders::submit_batch))
        .route("/v1/accounts/{account}", get(accounts::read))
        .route("/v1/accounts/{account}/orders/{id}", get(accounts::read_order))
        .route("/v1/accounts/{account}/limits", put(accounts::change_limits))
        .route(
            "/v1/sessions/{id}",
            get(sessions::read).put(sessions::write).delete(sessions::delete),
        )
        .route("/v1/status", get(status::read))
        .route("/v1/operations", post(operations::operate))
        .route("/v1/openapi.json", get(openapi::serve))
        .route("/metrics", get(metrics))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(region.clone(), connection_rules))
        .with_state(region)
}

async fn metrics(State(region): State<Arc<Region>>) -> String {
    let active = i64::from(region.is_active());
    region.metrics.active.set(active);
    region.metrics.epoch.set(region.epoch().0 as i64);
    let fresh = region.health_settings().is_fresh(region.canary_age_ms());
    region.metrics.accepting.set(i64::from(fresh));
    region.metrics.text()
}

async fn not_found() -> Problem {
    Problem::new(404, "not_found", "there is nothing at this address")
}

async fn method_not_allowed() -> Problem {
    Problem::new(405, "method_not_allowed", "this address does not take this method")
}

/// What the framework itself refuses (a path that is no text, a parameter that is no number) becomes a
/// problem document like every other refusal.
async fn documented(response: Response) -> Response {
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain || !response.status().is_client_error() {
        return response;
    }
    let status = response.status().as_u16();
    let text = Limited::new(response.into_body(), MAX_REFUSAL_BYTES).collect().await;
    let text = text.map_or_else(|_| Bytes::new(), |body| body.to_bytes());
    Problem::new(status, "bad_request", String::from_utf8_lossy(&text)).into_response()
}

/// A Region that is not active closes connections, so that clients resolve again (REQ-X6; failover
/// routing only, S15), and so does every answer that means "not known" (R18).
async fn connection_rules(
    State(region): State<Arc<Region>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = documented(next.run(request).await).await;
    let elsewhere = region.authority.borrow().as_ref().is_some_and(|a| a.active != region.name);
    if closes(region.settings.failover_routing, elsewhere, response.status().as_u16()) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn closes(failover_routing: bool, elsewhere: bool, status: u16) -> bool {
    (failover_routing && elsewhere) || status == 503
}

/// The caller's grant, or the problem to answer with.
pub(crate) fn authenticate(region: &Region, headers: &HeaderMap) -> Result<Arc<Grant>, Problem> {
    let header = headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    region.tokens.check(header, region.clock.now_ms()).map_err(|refusal| match refusal {
        Refusal::Unauthenticated => {
            Problem::new(401, "unauthenticated", "a valid bearer token is needed")
        }
        Refusal::TooManyFailures => {
            Problem::new(429, "too_many_failures", "too many bad tokens; wait").retry_after(1)
        }
    })
}

/// The whole body, bounded in size and time.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, Problem> {
    let too_large =
        || Problem::new(413, "too_large", format!("a body here has at most {limit} bytes"));
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|l| l.to_str().ok())
        .and_then(|l| l.parse::<u64>().ok());
    if let Some(bytes) = announced.filter(|bytes| *bytes > limit as u64) {
        // A client that is still writing would meet a closed connection instead of the answer: what
        // is a little too large is taken and thrown away, a gigabyte is not.
        if bytes <= DRAINED {
            let rest = Limited::new(body, DRAINED as usize).collect();
            let _: Result<_, _> = tokio::time::timeout(BODY_TIME, rest).await;
        }
        return Err(too_large());
    }
    match tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(400, "broken_body", "the body did not arrive whole")),
        Err(_) => Err(Problem::new(408, "slow_body", "the body took too long to arrive")),
    }
}

pub(crate) fn json(status: u16, body: serde_json::Value) -> Response {
    let status = axum::http::StatusCode::from_u16(status).expect("a known status");
    (status, axum::Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::closes;

    #[test]
    fn s15_under_latency_routing_a_standby_keeps_its_customers() {
        assert!(closes(true, true, 202), "failover routing: resolve again");
        assert!(!closes(false, true, 202), "it works, and DNS has sent them here");
        assert!(!closes(true, false, 202));
        assert!(closes(false, false, 503), "R18: what is not known closes, everywhere");
    }
}
