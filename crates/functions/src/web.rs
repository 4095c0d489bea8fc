//! The API behind API Gateway: the same router as an agent's (REQ-A1).

use crate::metrics;
use crate::platform::Platform;
use axum::Router;
use axum::body::Body as Answer;
use axum::response::Response;
use http::Uri;
use http::uri::PathAndQuery;
use lambda_http::{Body, Request, RequestExt};
use leeward_model::FunctionRole as Role;
use leeward_service::{Region, api, flush_hints};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

type Error = lambda_runtime::Error;

/// LIVE-1: an answer does not wait longer than this for what it could do without. A canary waits two seconds, and the
/// queue or the table of a Region that is lost, or not reached from here, answers after that.
const BRIEFLY: Duration = Duration::from_millis(200);

/// API Gateway tells the path without the stage; what puts the stage before it means no path of ours.
fn path_as_asked(request: &Request) -> Option<PathAndQuery> {
    let raw = request.raw_http_path();
    let uri = request.uri();
    let stage =
        uri.path().strip_suffix(raw).filter(|stage| !raw.is_empty() && !stage.is_empty())?;
    let asked = &uri.path()[stage.len()..];
    let asked = match uri.query() {
        Some(query) => format!("{asked}?{query}"),
        None => asked.to_owned(),
    };
    asked.parse().ok()
}

pub(crate) async fn answer(
    platform: Arc<Platform>,
    request: Request,
) -> Result<Response<Answer>, Error> {
    let parts = platform.parts().await.inspect_err(|error| {
        tracing::error!(%error, "this request was not handled");
    })?;
    let region = parts.region()?;
    let router = match platform.settings.role {
        Role::Health => api::health_router(region.clone()),
        _ => api::router(region.clone()),
    };
    let trace = trace(&request);
    // A hint carries it on, so that an order can be followed from here to where it is booked.
    let answered = leeward_aws::traced(trace, route(&region, router, request)).await;
    let status = answered.status().as_u16();
    let append_ms = region.metrics.append_ms.take();
    let (clock, suffix) = (&*platform.clock, &parts.assembly.config.suffix);
    metrics::answered(clock, suffix, &region.name, platform.settings.role, (status, &append_ms));
    Ok(answered)
}

/// As Lambda has it, else as API Gateway passed it on.
fn trace(request: &Request) -> Option<String> {
    let context = request.lambda_context_ref().and_then(|context| context.xray_trace_id.clone());
    let header = request.headers().get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    context.or_else(|| header.map(str::to_owned))
}

async fn route(region: &Arc<Region>, router: Router, request: Request) -> Response<Answer> {
    let asked = path_as_asked(&request);
    let (mut head, body) = request.into_parts();
    if let Some(asked) = asked {
        let mut uri = std::mem::take(&mut head.uri).into_parts();
        uri.path_and_query = Some(asked);
        head.uri = Uri::from_parts(uri).unwrap_or_default();
    }
    let body = match body {
        Body::Text(text) => Answer::from(text),
        Body::Binary(bytes) => Answer::from(bytes),
        _ => Answer::empty(),
    };
    // The environment may have stood still for long: what is known of the authority is looked at anew.
    let answered = router.oneshot(http::Request::from_parts(head, body));
    let (answered, _) = tokio::join!(answered, timeout(BRIEFLY, region.keep_up()));
    let answered = answered.unwrap_or_else(|never| match never {});
    // It stands still again with the answer; a hint that waits for company would wait until then.
    let _ = timeout(BRIEFLY, flush_hints(region)).await;
    answered
}
