//! The HTTP API: the same contract behind API Gateway, behind a load balancer, and in local mode.
//!
//! `leeward_api::Route::ALL` lists the routes, and [`router`] connects each route to its handler. The request and
//! response documents are types of `leeward_api` as well, so the OpenAPI document describes exactly what is sent.

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
use crate::region::RegionRuntime;
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

/// The maximum length of a framework error text that a problem document quotes.
const MAX_REFUSAL_BYTES: usize = 1024;

/// Returns the router for the health routes alone. They run in a separate function, so that a flood of orders cannot
/// use up their concurrency.
pub fn health_router(region: Arc<RegionRuntime>) -> Router {
    routes(Endpoint::is_health)
        .fallback(refuse_path)
        .method_not_allowed_fallback(refuse_method)
        .with_state(region)
}

/// Returns the router for every route of a Region.
pub fn router(region: Arc<RegionRuntime>) -> Router {
    routes(|_| true)
        .fallback(refuse_path)
        .method_not_allowed_fallback(refuse_method)
        .layer(from_fn_with_state(region.clone(), apply_connection_rules))
        .with_state(region)
}

fn routes(serves: impl Fn(Endpoint) -> bool) -> Router<Arc<RegionRuntime>> {
    let served = Route::ALL.iter().filter(|route| serves(route.endpoint));
    served.fold(Router::new(), |router, route| router.route(route.path, handler(route)))
}

fn handler(route: &Route) -> MethodRouter<Arc<RegionRuntime>> {
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

async fn read_metrics(State(region): State<Arc<RegionRuntime>>) -> String {
    let active = i64::from(region.is_active());
    region.metrics.active.set(active);
    region.metrics.epoch.set(region.epoch().0 as i64);
    let fresh = region.health_settings().is_fresh(region.canary_age_ms());
    region.metrics.accepting.set(i64::from(fresh));
    region.metrics.text()
}

async fn refuse_path() -> Problem {
    Problem::new(404, ProblemCode::NotFound, "no such path; /v1/openapi.json lists all paths")
}

async fn refuse_method() -> Problem {
    Problem::new(405, ProblemCode::MethodNotAllowed, "this path does not support this method")
}

/// Converts an error of the framework (a path that is not UTF-8, a parameter that is not a number) into a problem
/// document, which is the format of all other errors.
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

/// Closes the connection if the client should resolve the name again. That is so in a standby Region (REQ-X6; only with
/// failover routing, S15), and after every response that means *unknown* (R18).
async fn apply_connection_rules(
    State(region): State<Arc<RegionRuntime>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = document_refusal(next.run(request).await).await;
    let standby = region.authority.borrow().as_ref().is_some_and(|a| a.active != region.name);
    if closes_connection(region.settings.failover_routing, standby, response.status().as_u16()) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn closes_connection(failover_routing: bool, standby: bool, status: u16) -> bool {
    (failover_routing && standby) || status == 503
}

/// Returns the caller's grant, or the problem to respond with.
pub(crate) fn authenticate(
    region: &RegionRuntime,
    headers: &HeaderMap,
) -> Result<Arc<Grant>, Problem> {
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

/// Returns the caller's grant if the caller is an operator. `what` names the request in the error, such as "status".
pub(crate) fn authenticate_operator(
    region: &RegionRuntime,
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

/// Builds a JSON response. Its members are in alphabetical order, which does not change between versions.
pub(crate) fn json(status: u16, document: &impl Serialize) -> Response {
    let status = StatusCode::from_u16(status).expect("a known status");
    let document = serde_json::to_value(document).expect("documents are plain data");
    (status, axum::Json(document)).into_response()
}

#[cfg(test)]
mod tests {
    use super::closes_connection;

    #[test]
    fn s15_under_latency_routing_a_standby_keeps_its_customers() {
        assert!(
            closes_connection(true, true, 202),
            "failover routing: the client must resolve the name again"
        );
        assert!(
            !closes_connection(false, true, 202),
            "latency routing: DNS sent the client to this Region on purpose"
        );
        assert!(!closes_connection(true, false, 202));
        assert!(
            closes_connection(false, false, 503),
            "R18: an unknown outcome closes the connection in every Region"
        );
    }
}
