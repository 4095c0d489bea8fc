//! The supervisor's own HTTP endpoint, on loopback, for the local verbs: status, faults and down. Every call requires
//! the operator's token, which a page of another web site cannot send (REQ-G4).

use crate::faults::FaultVerb;
use crate::platform::CloudError;
use crate::status::status;
use crate::supervisor::Supervisor;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use leeward_api::Done;
use leeward_http::{Limits, Server};
use leeward_service::auth::{Grant, Tokens, hash};
use std::sync::Arc;
use std::time::Duration;

struct Admin {
    supervisor: Arc<Supervisor>,
    tokens: Tokens,
}

pub(crate) async fn start(supervisor: Arc<Supervisor>) -> Result<(), CloudError> {
    let address = supervisor.addresses().admin();
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|source| CloudError::Listen { address, source })?;
    let tokens = Tokens::new(vec![Grant {
        name: "operator".into(),
        sha256: hash(&supervisor.secrets().operator),
        accounts: vec![],
        operator: true,
    }]);
    let admin = Arc::new(Admin { supervisor, tokens });
    let router = Router::new()
        .route("/status", get(read_status))
        .route("/fault", post(switch_fault))
        .route("/down", post(stop))
        .layer(from_fn_with_state(admin.clone(), require_operator))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(admin);
    let server = Server::new(listener, Limits::public(64));
    tokio::spawn(server.serve(router, std::future::pending()));
    Ok(())
}

async fn require_operator(
    State(admin): State<Arc<Admin>>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    let now_ms = admin.supervisor.engine().now_us() / 1_000;
    match admin.tokens.check(header, now_ms) {
        Ok(_) => next.run(request).await,
        Err(_) => (StatusCode::UNAUTHORIZED, "the operator's token is required").into_response(),
    }
}

async fn read_status(State(admin): State<Arc<Admin>>) -> Response {
    Json(status(&admin.supervisor).await).into_response()
}

/// The time that `restart` waits for the Region to accept orders. If another fault prevents that, the response says so.
const RESTART: Duration = Duration::from_secs(10);

async fn switch_fault(State(admin): State<Arc<Admin>>, Json(verb): Json<FaultVerb>) -> Response {
    let supervisor = admin.supervisor.clone();
    let restarted = match &verb {
        FaultVerb::Restart { region } => supervisor.region_with_api(region),
        _ => None,
    };
    let done = tokio::task::spawn_blocking(move || supervisor.fault(&verb)).await;
    match done {
        Ok(Ok(mut done)) => {
            if let Some(place) = restarted
                && !admin.supervisor.wait_accepting(place, RESTART).await
            {
                done += &format!(", but does not accept orders after {} s", RESTART.as_secs());
            }
            Json(Done { done }).into_response()
        }
        Ok(Err(error)) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn stop(State(admin): State<Arc<Admin>>) -> Response {
    admin.supervisor.stop_requested.notify_waiters();
    admin.supervisor.stop_requested.notify_one();
    Json(Done { done: "stopping".into() }).into_response()
}
