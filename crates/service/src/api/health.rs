//! What Route 53 and load balancers ask. Traffic follows these answers and nothing else
//! (docs/spec/moves.md, attack R1).

use super::json;
use crate::processor::authority_here;
use crate::region::Region;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn alive(State(region): State<Arc<Region>>) -> Response {
    json(200, json!({"status": "alive", "region": region.name}))
}

/// A canary order was accepted within two ticks. If this Region's sentinel is silent the health
/// function sends one itself: a dead sentinel must not take a working Region out of DNS.
async fn accepts(region: &Region) -> bool {
    if region.canary_is_fresh() {
        return true;
    }
    let patience = Duration::from_millis(region.settings.probe_timeout_ms);
    let sent = tokio::time::timeout(patience, region.probe.canary(&region.name)).await;
    sent.is_ok_and(|answer| answer.is_good())
}

/// 200 only while the authority, read strongly for this very request, names this Region *and* its
/// canary is accepted; 503 otherwise, "not known" included.
pub(super) async fn traffic(State(region): State<Arc<Region>>) -> Response {
    let patience = Duration::from_millis(region.settings.probe_timeout_ms);
    let active = tokio::time::timeout(patience, authority_here(&region))
        .await
        .is_ok_and(|authority| authority.is_some());
    let good = active && accepts(&region).await;
    let status = if good { 200 } else { 503 };
    json(status, json!({"traffic": good, "active": active, "region": region.name}))
}

/// 200 while canaries are accepted, whatever the authority says: acceptance never fails over, so a
/// lost Region's customers are taken without waiting for any decision (LIVE-1).
pub(super) async fn accepting(State(region): State<Arc<Region>>) -> Response {
    let good = accepts(&region).await;
    let status = if good { 200 } else { 503 };
    json(status, json!({"accepting": good, "region": region.name}))
}
