//! Health checks of Route 53 and load balancers. Traffic follows these answers and nothing else
//! (docs/spec/moves.md, attack R1).

use super::json;
use crate::region::Region;
use axum::extract::State;
use axum::response::Response;
use leeward_api::{AcceptingHealth, Liveness, LivenessHealth, TrafficHealth};
use leeward_core::health::{Command, Event, Inquiry, Question};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn check_liveness(State(region): State<Arc<Region>>) -> Response {
    json(200, &LivenessHealth { status: Liveness::Alive, region: region.name.clone() })
}

pub(super) async fn check_traffic(State(region): State<Arc<Region>>) -> Response {
    let (traffic, active) = ask(&region, Question::Traffic).await;
    let status = if traffic { 200 } else { 503 };
    json(status, &TrafficHealth { traffic, active, region: region.name.clone() })
}

pub(super) async fn check_accepting(State(region): State<Arc<Region>>) -> Response {
    let (accepting, _) = ask(&region, Question::Accepting).await;
    let status = if accepting { 200 } else { 503 };
    json(status, &AcceptingHealth { accepting, region: region.name.clone() })
}

/// Carries out what `core::health` wants, and returns whether the answer is good and the Region active.
async fn ask(region: &Region, question: Question) -> (bool, bool) {
    let settings = region.health_settings();
    let patience = Duration::from_millis(settings.probe_timeout_ms);
    let mut inquiry = Inquiry::new(question, region.name.clone(), settings);
    let mut event = Event::Asked;
    loop {
        event = match inquiry.step(region.canary_age_ms(), event) {
            Command::ReadAuthority => {
                let read = tokio::time::timeout(patience, region.read_authority()).await;
                Event::Authority(read.ok().flatten().flatten().map(Box::new))
            }
            Command::SendCanary => {
                let sent = tokio::time::timeout(patience, region.probe.canary(&region.name)).await;
                Event::Canary(sent.is_ok_and(|answer| answer.is_good()))
            }
            Command::Answer { good, active } => return (good, active),
        };
    }
}
