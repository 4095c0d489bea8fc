//! The HTTP API: one contract behind API Gateway, a load balancer, and local mode.
//!
//! `leeward_api::Route::ALL` lists the routes; [`router`] gives each of them its handler. The
//! documents are types of `leeward_api` as well, so that the OpenAPI document describes what is sent.

mod accounts;
mod body;
mod health;
mod operations;
mod orders;
mod problem;
mod sessions;
mod status;

pub use operations::{InvalidOperation, describe_outcome, parse_operation};
pub(crate) use problem::Problem;

use crate::auth::{Grant, Refusal};
use crate::region::Region;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use leeward_api::{Endpoint, Method, OPENAPI, ProblemCode, Route};
use serde::Serialize;
use std::sync::Arc;

/// The longest refusal of the framework that is passed on.
const MAX_REFUSAL_BYTES: usize = 1024;

/// Serves the health routes alone: a function of its own, with concurrency that no flood of orders
/// can take.
pub fn health_router(region: Arc<Region>) -> Router {
    routes(Endpoint::is_health)
        .fallback(refuse_path)
        .method_not_allowed_fallback(refuse_method)
        .with_state(region)
}

/// Serves every route of a Region.
pub fn router(region: Arc<Region>) -> Router {
    routes(|_| true)
        .fallback(refuse_path)
        .method_not_allowed_fallback(refuse_method)
        .layer(from_fn_with_state(region.clone(), apply_connection_rules))
        .with_state(region)
}

fn routes(serves: impl Fn(Endpoint) -> bool) -> Router<Arc<Region>> {
    let served = Route::ALL.iter().filter(|route| serves(route.endpoint));
    served.fold(Router::new(), |router, route| router.route(route.path, handler(route)))
}

fn handler(route: &Route) -> MethodRouter<Arc<Region>> {
    let method = match route.method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    };
    match route.endpoint {
        Endpoint::SubmitOrder => on(method, orders::submit),
        Endpoint::SubmitBatch => on(method, orders::submit_batch),
        Endpoint::ReadAccount => on(method, accounts::read),
        Endpoint::ReadOrder => on(method, accounts::read_order),
        Endpoint::ChangeLimits => on(method, accounts::change_limits),
        Endpoint::ReadSession => on(method, sessions::read),
        Endpoint::WriteSession => on(method, sessions::write),
        Endpoint::DeleteSession => on(method, sessions::delete),
        Endpoint::ReadStatus => on(method, status::read),
        Endpoint::Operate => on(method, operations::operate),
        Endpoint::ReadOpenApi => on(method, read_openapi),
        Endpoint::ReadMetrics => on(method, read_metrics),
        Endpoint::CheckLiveness => on(method, health::check_liveness),
        Endpoint::CheckTraffic => on(method, health::check_traffic),
        Endpoint::CheckAccepting => on(method, health::check_accepting),
    }
}

async fn read_openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn read_metrics(State(region): State<Arc<Region>>) -> String {
    let active = i64::from(region.is_active());
    region.metrics.active.set(active);
    region.metrics.epoch.set(region.epoch().0 as i64);
    let fresh = region.health_settings().is_fresh(region.canary_age_ms());
    region.metrics.accepting.set(i64::from(fresh));
    region.metrics.text()
}

async fn refuse_path() -> Problem {
    Problem::new(404, ProblemCode::NotFound, "no such path; /v1/openapi.json lists them")
}

async fn refuse_method() -> Problem {
    Problem::new(405, ProblemCode::MethodNotAllowed, "this path does not take this method")
}

/// Turns a refusal of the framework (a path that is not UTF-8, a parameter that is not a number) into
/// a problem document like every other refusal.
async fn document_refusal(response: Response) -> Response {
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
    Problem::new(status, ProblemCode::BadRequest, String::from_utf8_lossy(&text)).into_response()
}

/// Closes connections where clients should resolve the name again: in a Region that is not active
/// (REQ-X6; failover routing only, S15), and with every answer that means *unknown* (R18).
async fn apply_connection_rules(
    State(region): State<Arc<Region>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = document_refusal(next.run(request).await).await;
    let standby = region.authority.borrow().as_ref().is_some_and(|a| a.active != region.name);
    if closes(region.settings.failover_routing, standby, response.status().as_u16()) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn closes(failover_routing: bool, standby: bool, status: u16) -> bool {
    (failover_routing && standby) || status == 503
}

/// Returns the caller's grant, or the problem to answer with.
pub(crate) fn authenticate(region: &Region, headers: &HeaderMap) -> Result<Arc<Grant>, Problem> {
    let header = headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    region.tokens.check(header, region.clock.now_ms()).map_err(|refusal| match refusal {
        Refusal::Unauthenticated => {
            Problem::new(401, ProblemCode::Unauthenticated, "a valid bearer token is required")
        }
        Refusal::TooManyFailures => {
            let detail = "too many invalid tokens; wait a second";
            Problem::new(429, ProblemCode::TooManyFailures, detail).retry_after(1)
        }
    })
}

/// Returns the caller's grant if it is an operator's. `what` names the subject, such as "status".
pub(crate) fn authenticate_operator(
    region: &Region,
    headers: &HeaderMap,
    what: &str,
) -> Result<Arc<Grant>, Problem> {
    let grant = authenticate(region, headers)?;
    if grant.operator {
        return Ok(grant);
    }
    let detail = format!("{what} requires an operator's token");
    Err(Problem::new(403, ProblemCode::OperatorsOnly, detail))
}

/// Answers with a document. Members are written in alphabetical order, as they have always been.
pub(crate) fn json(status: u16, document: &impl Serialize) -> Response {
    let status = StatusCode::from_u16(status).expect("a known status");
    let document = serde_json::to_value(document).expect("documents are plain data");
    (status, axum::Json(document)).into_response()
}

#[cfg(test)]
mod tests {
    use super::closes;

    #[test]
    fn s15_under_latency_routing_a_standby_keeps_its_customers() {
        assert!(closes(true, true, 202), "failover routing: resolve again");
        assert!(!closes(false, true, 202), "it works, and DNS has sent them here");
        assert!(!closes(true, false, 202));
        assert!(closes(false, false, 503), "R18: an unknown outcome closes, everywhere");
    }
}
