//! Reads and writes sessions, which are small client documents that both Regions serve (REQ-S2).

use super::{Problem, authenticate, body};
use crate::region::RegionRuntime;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leeward_api::{ProblemCode, SessionParameters};
use leeward_model::Session;
use leeward_ports::{Outcome, Swap};
use std::sync::Arc;

fn no_such_session() -> Problem {
    Problem::new(404, ProblemCode::NoSession, "no such session")
}

fn version_mismatch(detail: &str) -> Problem {
    Problem::new(412, ProblemCode::Changed, detail)
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

fn check_id(id: &str) -> Result<(), Problem> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if (1..=128).contains(&id.len()) && id.bytes().all(plain) {
        Ok(())
    } else {
        Err(no_such_session())
    }
}

/// Returns the session if it exists, has not expired and belongs to the caller.
async fn find(region: &RegionRuntime, id: &str, owner: &str) -> Result<Option<Session>, Problem> {
    let Some(found) = region.sessions.session(id).await.done() else {
        return Err(Problem::unknown());
    };
    let now_s = region.clock.wall_ms() / 1_000;
    match found {
        Some(session) if session.owner != owner => Err(no_such_session()),
        other => Ok(other.filter(|session| session.expires_at_s > now_s)),
    }
}

pub(super) async fn read(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let owner = authenticate(&region, &headers)?.name.clone();
    check_id(&id)?;
    let session = find(&region, &id, &owner).await?.ok_or_else(no_such_session)?;
    let mut response =
        (StatusCode::OK, hex::decode(&session.body_hex).unwrap_or_default()).into_response();
    let out = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&etag(session.version)) {
        out.insert(header::ETAG, tag);
    }
    if let Ok(kind) = HeaderValue::from_str(&session.content_type) {
        out.insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}

pub(super) async fn write(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(parameters): Query<SessionParameters>,
    body: Body,
) -> Result<Response, Problem> {
    let owner = authenticate(&region, &headers)?.name.clone();
    check_id(&id)?;
    let bytes = body::read(&headers, body, Session::MAX_BODY_BYTES).await?;
    let stored = match region.sessions.session(&id).await {
        Outcome::Done(stored) => stored,
        _ => return Err(Problem::unknown()),
    };
    if stored.as_ref().is_some_and(|s| s.owner != owner) {
        return Err(no_such_session());
    }
    let now_s = region.clock.wall_ms() / 1_000;
    let current = stored.as_ref().filter(|s| s.expires_at_s > now_s);
    check_precondition(&headers, current)?;
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|k| k.to_str().ok())
        .unwrap_or("application/octet-stream");
    let ttl_s = parameters.ttl_s.unwrap_or(SessionParameters::TTL_DEFAULT_S);
    let ttl_s = ttl_s.min(SessionParameters::TTL_MAX_S);
    if ttl_s == 0 {
        return Err(Problem::new(422, ProblemCode::Invalid, "ttl_s must be at least 1"));
    }
    let next = Session {
        id,
        owner,
        content_type: content_type.to_owned(),
        body_hex: hex::encode(&bytes),
        // The version of a new session is higher than every version of a deleted session with the same id, so that an
        // old tag that a client still holds cannot match again.
        version: stored.as_ref().map_or(region.clock.wall_ms(), |s| s.version + 1),
        expires_at_s: now_s + ttl_s,
    };
    let created = current.is_none();
    match region.sessions.swap_session(&next, stored.as_ref().map(|s| s.version)).await {
        Outcome::Done(Swap::Stored) => {
            let status = if created { StatusCode::CREATED } else { StatusCode::OK };
            let tag = [(header::ETAG, etag(next.version))];
            Ok((status, tag).into_response())
        }
        Outcome::Done(Swap::Changed(_)) => {
            Err(version_mismatch("another request has just written this session"))
        }
        _ => Err(Problem::unknown()),
    }
}

fn check_precondition(headers: &HeaderMap, current: Option<&Session>) -> Result<(), Problem> {
    let mismatch = || version_mismatch("the session is not at the version that the request names");
    let text = |name| headers.get(name).and_then(|h: &HeaderValue| h.to_str().ok());
    if let Some(wanted) = text(header::IF_MATCH) {
        let current_tag = current.map(|s| etag(s.version));
        let matches = match wanted {
            "*" => current.is_some(),
            wanted => wanted.split(',').any(|tag| current_tag.as_deref() == Some(tag.trim())),
        };
        if !matches {
            return Err(mismatch());
        }
    }
    if text(header::IF_NONE_MATCH) == Some("*") && current.is_some() {
        return Err(mismatch());
    }
    Ok(())
}

pub(super) async fn delete(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let owner = authenticate(&region, &headers)?.name.clone();
    check_id(&id)?;
    let session = find(&region, &id, &owner).await?.ok_or_else(no_such_session)?;
    check_precondition(&headers, Some(&session))?;
    match region.sessions.delete_session(&id, session.version).await {
        Outcome::Done(Swap::Stored) => Ok(StatusCode::NO_CONTENT.into_response()),
        Outcome::Done(Swap::Changed(_)) => {
            Err(version_mismatch("another request has just written this session"))
        }
        _ => Err(Problem::unknown()),
    }
}
