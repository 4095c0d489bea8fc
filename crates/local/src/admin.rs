//! The supervisor's own door, on loopback, for the local verbs: status, faults, down. Every call
//! needs the operator's token, which no page of another site can send along (REQ-G4).

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
use leeward_http::{Limits, Server};
use leeward_service::auth::{Grant, Tokens, hash};
use std::sync::Arc;

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
        .route("/fault", post(switch))
        .route("/down", post(down))
        .layer(from_fn_with_state(admin.clone(), operators_only))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(admin);
    let server = Server::new(listener, Limits::public(64));
    tokio::spawn(server.serve(router, std::future::pending()));
    Ok(())
}

async fn operators_only(State(admin): State<Arc<Admin>>, request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
    let now_ms = admin.supervisor.engine().now_us() / 1_000;
    match admin.tokens.check(header, now_ms) {
        Ok(_) => next.run(request).await,
        Err(_) => (StatusCode::UNAUTHORIZED, "the operator's token is needed").into_response(),
    }
}

async fn read_status(State(admin): State<Arc<Admin>>) -> Response {
    Json(status(&admin.supervisor).await).into_response()
}

async fn switch(State(admin): State<Arc<Admin>>, Json(verb): Json<FaultVerb>) -> Response {
    let supervisor = admin.supervisor.clone();
    let done = tokio::task::spawn_blocking(move || supervisor.fault(&verb)).await;
    match done {
        Ok(Ok(what)) => Json(serde_json::json!({"done": what})).into_response(),
        Ok(Err(error)) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn down(State(admin): State<Arc<Admin>>) -> Response {
    admin.supervisor.asked_to_stop.notify_waiters();
    admin.supervisor.asked_to_stop.notify_one();
    Json(serde_json::json!({"done": "stopping"})).into_response()
}
