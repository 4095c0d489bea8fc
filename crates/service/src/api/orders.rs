//! The handlers of `POST /v1/orders` and `POST /v1/orders:batch`.

use super::{Problem, authenticate, body, json};
use crate::auth::Grant;
use crate::metrics::Status;
use crate::region::RegionRuntime;
use crate::validate;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use leeward_api::{Accepted, OrderStatus, ProblemCode, RequestId};
use leeward_core::append::Answer;
use leeward_model::{AccountId, Payload};
use leeward_ports::Hint;
use std::sync::Arc;
use std::time::Instant;

const MAX_ORDER_BYTES: usize = 16 * 1024;
/// The size limit of a batch: 500 orders, with room to spare.
const MAX_BATCH_BYTES: usize = 512 * 1024;

pub(super) async fn submit(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    measure(&region, async {
        // The caller is authenticated before the body is read, so an unknown caller learns nothing and costs nothing
        // (REQ-G1).
        let grant = authenticate(&region, &headers)?;
        let document = body::parse(&headers, body, MAX_ORDER_BYTES).await?;
        let request = validate::order(&document).map_err(Problem::invalid)?;
        let id = RequestId::Order(request.client_order_id);
        let payload = Payload::Order(request.order.into());
        append(&region, &grant, request.account, id, payload).await
    })
    .await
}

pub(super) async fn submit_batch(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    measure(&region, async {
        let grant = authenticate(&region, &headers)?;
        let document = body::parse(&headers, body, MAX_BATCH_BYTES).await?;
        let request = validate::batch(&document).map_err(Problem::invalid)?;
        let id = RequestId::Batch(request.client_batch_id);
        let payload = Payload::Batch(request.orders.into_iter().map(Into::into).collect());
        append(&region, &grant, request.account, id, payload).await
    })
    .await
}

/// Counts the response and records the time that it took.
async fn measure(
    region: &RegionRuntime,
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

/// Appends one request to the ledger of its account. All checks come before the claim (S3). After the claim the
/// response is 202, 200, 409 or 503.
pub(super) async fn append(
    region: &RegionRuntime,
    grant: &Grant,
    account: AccountId,
    id: RequestId,
    payload: Payload,
) -> Result<Response, Problem> {
    if !grant.allows(&account) {
        return Err(Problem::not_your_account(&account));
    }
    let Ok(_permit) = region.requests.try_acquire() else {
        let detail = "the server is at capacity; retry in a second";
        return Err(Problem::new(429, ProblemCode::Busy, detail).retry_after(1));
    };
    if region.is_over_ceiling(&account) {
        let detail = "too many orders of this account are waiting; send batches";
        return Err(Problem::new(429, ProblemCode::AccountCeiling, detail).retry_after(1));
    }
    let deadline_ms = region.clock.now_ms() + region.settings.timing.deadline_ms;
    let answer = region.appender.append(&account, id.id().clone(), payload, deadline_ms).await;
    let (status, seq, index) = match answer {
        Answer::Accepted { seq, index } => (202, seq, index),
        Answer::Existing { seq, index } => (200, seq, index),
        Answer::Conflict => {
            let used = id.id();
            let detail =
                format!("id {used} was already used for a different request of this account");
            return Err(Problem::new(409, ProblemCode::IdInUse, detail));
        }
        Answer::Unknown => return Err(Problem::unknown()),
    };
    tracing::debug!(%account, id = %id.id(), %seq, index, status, "acknowledged");
    region.add_hint(Hint { account: account.clone(), seq });
    let accepted = Accepted {
        account,
        seq,
        index,
        id,
        status: OrderStatus::Accepted.into(),
        region: region.name.clone(),
        epoch: region.epoch_or_read().await,
    };
    Ok(json(status, &accepted))
}
