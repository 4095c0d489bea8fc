//! What a Region says of itself to an operator.

use super::{Problem, authenticate, json};
use crate::region::Region;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;

pub(super) async fn read(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !authenticate(&region, &headers)?.operator {
        return Err(Problem::new(403, "operators_only", "status is for operators"));
    }
    let authority = region.authority.borrow().clone();
    let tick = region.ticks.borrow().clone();
    let role = region.reads.role().await.ok();
    let parked = region.reads.parked().await.unwrap_or_default();
    Ok(json(
        200,
        json!({
            "region": region.name,
            "authority": authority,
            "observation": tick.observation,
            "verdict": tick.verdict,
            "database": role.map(|r| json!({"writable": r.writable, "member": r.member})),
            "parked": parked,
            "pid": std::process::id(),
        }),
    ))
}
