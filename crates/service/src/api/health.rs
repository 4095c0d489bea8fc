//! Health checks of Route 53 and load balancers. Traffic follows these answers and nothing else
//! (design.md §5, attack R1).

use super::json;
use crate::processor::authority_here;
use crate::region::Region;
use axum::extract::State;
use axum::response::Response;
use leeward_api::{AcceptingHealth, Liveness, LivenessHealth, TrafficHealth};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn check_liveness(State(region): State<Arc<Region>>) -> Response {
    json(200, &LivenessHealth { status: Liveness::Alive, region: region.name.clone() })
}

/// A canary order was accepted within two ticks. If this Region's sentinel is silent, the check sends
/// a canary itself: a dead sentinel must not take a working Region out of DNS.
async fn accepts(region: &Region) -> bool {
    if region.canary_is_fresh() {
        return true;
    }
    let limit = Duration::from_millis(region.settings.probe_timeout_ms);
    let sent = tokio::time::timeout(limit, region.probe.canary(&region.name)).await;
    sent.is_ok_and(|answer| answer.is_good())
}

/// Answers 200 only while the authority, read strongly for this very request, names this Region *and*
/// its canary is accepted; 503 otherwise, also where either is unknown.
pub(super) async fn check_traffic(State(region): State<Arc<Region>>) -> Response {
    let limit = Duration::from_millis(region.settings.probe_timeout_ms);
    let active = tokio::time::timeout(limit, authority_here(&region))
        .await
        .is_ok_and(|authority| authority.is_some());
    let traffic = active && accepts(&region).await;
    let status = if traffic { 200 } else { 503 };
    json(status, &TrafficHealth { traffic, active, region: region.name.clone() })
}

/// Answers 200 while canaries are accepted, whatever the authority says: acceptance never fails over,
/// so a lost Region's customers are served without waiting for any decision (LIVE-1).
pub(super) async fn check_accepting(State(region): State<Arc<Region>>) -> Response {
    let accepting = accepts(&region).await;
    let status = if accepting { 200 } else { 503 };
    json(status, &AcceptingHealth { accepting, region: region.name.clone() })
}
