//! Serves the API behind API Gateway with the same router as an agent (REQ-A1).

use crate::metrics;
use crate::platform::Platform;
use axum::Router;
use axum::body::Body as ResponseBody;
use axum::response::Response;
use http::Uri;
use http::uri::PathAndQuery;
use lambda_http::{Body, Request, RequestExt};
use leeward_model::FunctionRole;
use leeward_service::{RegionRuntime, api, flush_hints};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

type Error = lambda_runtime::Error;

/// The maximum time for which a response waits for optional work (LIVE-1). A canary times out after two seconds, and
/// calls to the queue or the table of a lost or unreachable Region take longer than that.
const OPTIONAL_WORK_TIMEOUT: Duration = Duration::from_millis(200);

/// Returns the path and query without the stage, or `None` if the path has no stage. API Gateway sends the path without
/// the stage, but the Lambda adapter prepends it.
fn requested_path(request: &Request) -> Option<PathAndQuery> {
    let raw = request.raw_http_path();
    let uri = request.uri();
    let stage =
        uri.path().strip_suffix(raw).filter(|stage| !raw.is_empty() && !stage.is_empty())?;
    let path = &uri.path()[stage.len()..];
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    path_and_query.parse().ok()
}

pub(crate) async fn handle(
    platform: Arc<Platform>,
    request: Request,
) -> Result<Response<ResponseBody>, Error> {
    let parts = platform.parts().await.inspect_err(|error| {
        tracing::error!(%error, "the request was not handled");
    })?;
    let region = parts.region()?;
    let router = match platform.settings.role {
        FunctionRole::Health => api::health_router(region.clone()),
        _ => api::router(region.clone()),
    };
    let trace = trace_id(&request);
    // A hint carries the trace id, so that an order can be traced from here to its booking.
    let response = leeward_aws::traced(trace, route(&region, router, request)).await;
    let status = response.status().as_u16();
    let append_ms = region.metrics.append_ms.take();
    let (clock, suffix) = (&*platform.clock, &parts.assembly.config.suffix);
    metrics::count_response(
        clock,
        suffix,
        &region.name,
        platform.settings.role,
        (status, &append_ms),
    );
    Ok(response)
}

/// Returns the trace id from Lambda, or else from API Gateway's header.
fn trace_id(request: &Request) -> Option<String> {
    let context = request.lambda_context_ref().and_then(|context| context.xray_trace_id.clone());
    let header = request.headers().get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    context.or_else(|| header.map(str::to_owned))
}

async fn route(
    region: &Arc<RegionRuntime>,
    router: Router,
    request: Request,
) -> Response<ResponseBody> {
    let path = requested_path(&request);
    let (mut head, body) = request.into_parts();
    if let Some(path) = path {
        let mut uri = std::mem::take(&mut head.uri).into_parts();
        uri.path_and_query = Some(path);
        head.uri = Uri::from_parts(uri).unwrap_or_default();
    }
    let body = match body {
        Body::Text(text) => ResponseBody::from(text),
        Body::Binary(bytes) => ResponseBody::from(bytes),
        _ => ResponseBody::empty(),
    };
    // The environment may have been frozen for a long time, so the authority is read again during the request.
    let response = router.oneshot(http::Request::from_parts(head, body));
    let (response, _) =
        tokio::join!(response, timeout(OPTIONAL_WORK_TIMEOUT, region.refresh_authority()));
    let response = response.unwrap_or_else(|never| match never {});
    // After the response Lambda freezes the environment, and a hint in the buffer would wait for the next request.
    let _ = timeout(OPTIONAL_WORK_TIMEOUT, flush_hints(region)).await;
    response
}
