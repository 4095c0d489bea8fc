//! `POST /v1/orders` and `POST /v1/orders:batch`.

use super::{MAX_BODY_BYTES, Problem, authenticate, json, read_body};
use crate::auth::Grant;
use crate::metrics::Status;
use crate::region::Region;
use crate::validate;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leeward_core::append::Answer;
use leeward_model::{AccountId, ClientId, Payload};
use leeward_ports::Hint;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// One order; a batch has the wider limit.
const MAX_ORDER_BYTES: usize = 16 * 1024;

pub(super) async fn submit(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answered(&region, async {
        // Before the body is read: a stranger is told nothing and costs nothing (REQ-G1).
        let grant = authenticate(&region, &headers)?;
        let body = parse(&headers, body, MAX_ORDER_BYTES).await?;
        let request = validate::order(&body).map_err(Problem::invalid)?;
        let payload = Payload::Order(request.order);
        append(&region, &grant, request.account, request.id, payload, "client_order_id").await
    })
    .await
}

pub(super) async fn submit_batch(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answered(&region, async {
        let grant = authenticate(&region, &headers)?;
        let body = parse(&headers, body, MAX_BODY_BYTES).await?;
        let request = validate::batch(&body).map_err(Problem::invalid)?;
        let payload = Payload::Batch(request.orders);
        append(&region, &grant, request.account, request.id, payload, "client_batch_id").await
    })
    .await
}

async fn answered(
    region: &Region,
    work: impl Future<Output = Result<Response, Problem>>,
) -> Response {
    let began = Instant::now();
    let response = match work.await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let status = response.status().as_u16();
    region.metrics.order_answers.get_or_create(&Status { status }).inc();
    let took = began.elapsed();
    region.metrics.append_seconds.observe(took.as_secs_f64());
    region.metrics.append_ms.add(took.as_millis() as u64);
    response
}

pub(super) async fn parse(headers: &HeaderMap, body: Body, limit: usize) -> Result<Value, Problem> {
    let bytes = read_body(headers, body, limit).await?;
    serde_json::from_slice(&bytes)
        .map_err(|e| Problem::new(400, "not_json", format!("the body is not JSON: {e}")))
}

/// Everything that can be refused is refused here, before the claim (S3); from then on the answer
/// is 202, 200, 409 or 503.
pub(super) async fn append(
    region: &Region,
    grant: &Grant,
    account: AccountId,
    id: ClientId,
    payload: Payload,
    id_field: &str,
) -> Result<Response, Problem> {
    if !grant.allows(&account) {
        let detail = format!("this token may not act for {account}");
        return Err(Problem::new(403, "not_your_account", detail));
    }
    let Ok(_room) = region.requests.try_acquire() else {
        return Err(Problem::new(429, "busy", "this Region has its hands full").retry_after(1));
    };
    if region.over_ceiling(&account) {
        let detail = "too many orders of this account are waiting; use batches";
        return Err(Problem::new(429, "account_ceiling", detail).retry_after(1));
    }
    let deadline_ms = region.clock.now_ms() + region.settings.deadline_ms;
    let answer = region.appender.append(&account, id.clone(), payload, deadline_ms).await;
    let (status, seq, index) = match answer {
        Answer::Accepted { seq, index } => (202, seq, index),
        Answer::Existing { seq, index } => (200, seq, index),
        Answer::Conflict => {
            let detail = format!("{id} stands for other content in this account");
            return Err(Problem::new(409, "id_in_use", detail));
        }
        Answer::Unknown => return Err(Problem::unknown()),
    };
    tracing::debug!(%account, %id, %seq, index, status, "acknowledged");
    region.hint(Hint { account: account.clone(), seq });
    let body = json!({
        "account": account,
        "seq": seq,
        "index": index,
        id_field: id,
        "status": "accepted",
        "region": region.name,
        "epoch": region.epoch_told().await,
    });
    Ok(json(status, body))
}
