//! Responds to the health checks of Route 53 and load balancers. Traffic depends on these responses and on nothing else
//! (docs/spec/moves.md, attack R1).

use super::json;
use crate::region::RegionRuntime;
use axum::extract::State;
use axum::response::Response;
use leeward_api::{AcceptingHealth, Liveness, LivenessHealth, TrafficHealth};
use leeward_core::health::{Command, Event, Inquiry, Question};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn check_liveness(State(region): State<Arc<RegionRuntime>>) -> Response {
    json(200, &LivenessHealth { status: Liveness::Alive, region: region.name.clone() })
}

pub(super) async fn check_traffic(State(region): State<Arc<RegionRuntime>>) -> Response {
    let (traffic, active) = answer(&region, Question::Traffic).await;
    let status = if traffic { 200 } else { 503 };
    json(status, &TrafficHealth { traffic, active, region: region.name.clone() })
}

pub(super) async fn check_accepting(State(region): State<Arc<RegionRuntime>>) -> Response {
    let (accepting, _) = answer(&region, Question::Accepting).await;
    let status = if accepting { 200 } else { 503 };
    json(status, &AcceptingHealth { accepting, region: region.name.clone() })
}

/// Answers one health question by carrying out the commands of `core::health`. Returns whether the answer is good, and
/// whether the Region is active.
async fn answer(region: &RegionRuntime, question: Question) -> (bool, bool) {
    let settings = region.health_settings();
    let timeout = Duration::from_millis(settings.probe_timeout_ms);
    let mut inquiry = Inquiry::new(question, region.name.clone(), settings);
    let mut event = Event::Asked;
    loop {
        event = match inquiry.step(region.canary_age_ms(), event) {
            Command::ReadAuthority => {
                let read = tokio::time::timeout(timeout, region.read_authority()).await;
                Event::Authority(read.ok().flatten().flatten().map(Box::new))
            }
            Command::SendCanary => {
                let sent = tokio::time::timeout(timeout, region.probe.canary(&region.name)).await;
                Event::Canary(sent.is_ok_and(|answer| answer.is_good()))
            }
            Command::Answer { good, active } => return (good, active),
        };
    }
}
