//! The handler of `GET /v1/status`, which reports the state of one Region to an operator.

use super::{Problem, authenticate_operator, json};
use crate::region::RegionRuntime;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use leeward_api::{DatabaseAccess, RegionStatus};
use std::sync::Arc;

pub(super) async fn read(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authenticate_operator(&region, &headers, "status")?;
    let authority = region.authority.borrow().as_ref().map(Into::into);
    let tick = region.ticks.borrow().clone();
    let role = region.reads.role().await.ok();
    let parked = region.reads.parked().await.unwrap_or_default();
    let status = RegionStatus {
        region: region.name.clone(),
        authority,
        observation: tick.observation.as_ref().map(Into::into),
        verdict: tick.verdict.map(Into::into),
        database: role.map(|role| DatabaseAccess { writable: role.writable, member: role.member }),
        parked,
        pid: std::process::id(),
    };
    Ok(json(200, &status))
}
