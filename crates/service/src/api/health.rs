//! What Route 53 and load balancers ask. Traffic follows these answers and nothing else
//! (docs/spec/moves.md, attack R1).

use super::json;
use crate::region::Region;
use axum::extract::State;
use axum::response::Response;
use leeward_core::health::{Command, Event, Inquiry, Question};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn alive(State(region): State<Arc<Region>>) -> Response {
    json(200, json!({"status": "alive", "region": region.name}))
}

pub(super) async fn traffic(State(region): State<Arc<Region>>) -> Response {
    let (good, active) = ask(&region, Question::Traffic).await;
    let status = if good { 200 } else { 503 };
    json(status, json!({"traffic": good, "active": active, "region": region.name}))
}

pub(super) async fn accepting(State(region): State<Arc<Region>>) -> Response {
    let (good, _) = ask(&region, Question::Accepting).await;
    let status = if good { 200 } else { 503 };
    json(status, json!({"accepting": good, "region": region.name}))
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
