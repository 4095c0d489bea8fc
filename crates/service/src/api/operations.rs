//! Operators' verbs over HTTP. The function that `aws lambda invoke` calls reads the same document
//! (REQ-X4).

use super::{Problem, authenticate, json, read_body};
use crate::region::Region;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use leeward_core::run::{Operation, Verb};
use leeward_driver::Operated;
use leeward_model::Region as Name;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

const MAX_BYTES: usize = 4 * 1024;
const MAX_TEXT_CHARS: usize = 500;

/// `{"verb": "failover", "to": "us-east-2", "reason": "…", "id": "…"}`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    verb: String,
    to: Option<String>,
    #[serde(default)]
    reason: String,
    /// Names the run; the same id is the same operation, however often it is sent.
    id: Option<String>,
}

/// Why a document is no operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("LW-V010: {0}")]
pub struct NoOperation(String);

/// `fresh`: makes an operation's id when the document brings none.
pub fn parse_operation(text: &[u8], by: &str, fresh: &str) -> Result<Operation, NoOperation> {
    let wrong = |what: String| NoOperation(what);
    let read: Document = serde_json::from_slice(text).map_err(|e| wrong(e.to_string()))?;
    let id = read.id.unwrap_or_else(|| format!("{}-{fresh}", read.verb));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.is_empty() || id.len() > 80 || !id.chars().all(plain) {
        return Err(wrong("id: 1 to 80 letters, digits, '-', '_' and '.'".into()));
    }
    if read.reason.chars().count() > MAX_TEXT_CHARS {
        return Err(wrong(format!("reason: at most {MAX_TEXT_CHARS} characters")));
    }
    let to = read.to.as_deref().map(Name::new).transpose();
    let to = to.map_err(|e| wrong(format!("to: {e}")))?;
    let verb = verb(&read.verb, to).map_err(wrong)?;
    Ok(Operation { verb, id, by: by.to_owned(), reason: read.reason, at_ms: 0 })
}

fn verb(name: &str, to: Option<Name>) -> Result<Verb, String> {
    let named = to.is_some();
    let target = |to: Option<Name>| to.ok_or(format!("{name} needs the Region to move `to`"));
    let verb = match name {
        "failover" => return Ok(Verb::Failover { to: target(to)? }),
        "switchover" => return Ok(Verb::Switchover { to: target(to)? }),
        "failback" => Verb::Failback,
        "realign" => Verb::Realign,
        "pause" => Verb::Pause,
        "resume" => Verb::Resume,
        "observe" => Verb::Observe,
        "pause-run" => Verb::PauseRun,
        "resume-run" => Verb::ResumeRun,
        "abandon-run" => Verb::AbandonRun,
        other => {
            return Err(format!(
                "no verb {other}; it is one of failover, switchover, failback, realign, pause, \
                 resume, observe, pause-run, resume-run, abandon-run"
            ));
        }
    };
    if named { Err(format!("{name} takes no `to`")) } else { Ok(verb) }
}

/// What an operator is told, whichever way they asked.
pub fn told(operation: &Operation, operated: &Operated) -> (u16, Value) {
    match operated {
        Operated::Holds(authority) => (
            200,
            json!({
                "id": operation.id,
                "active": authority.active,
                "epoch": authority.epoch,
                "mode": authority.mode,
                "run": authority.run,
                "last_run": authority.marks.last_run,
            }),
        ),
        Operated::Refused(refusal) => {
            (409, json!({"code": refusal.code(), "detail": refusal.to_string()}))
        }
        Operated::Unknown(why) => (
            503,
            json!({"code": "LW-V011", "detail": format!("{why}; repeat it with the same id"), "id": operation.id}),
        ),
    }
}

pub(super) async fn operate(
    State(region): State<Arc<Region>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let grant = authenticate(&region, &headers)?;
    if !grant.operator {
        return Err(Problem::new(403, "operators_only", "operations are for operators"));
    }
    let body = read_body(&headers, body, MAX_BYTES).await?;
    let fresh = format!("{}-{}", region.name, region.clock.wall_ms());
    let operation = parse_operation(&body, &format!("operator {}", grant.name), &fresh)
        .map_err(|e| Problem::new(422, "no_operation", e.to_string()))?;
    let operated = region.operator.operate(operation.clone()).await;
    // What this Region says of itself next is what the operator was told.
    region.read_authority().await;
    let (status, body) = told(&operation, &operated);
    Ok(json(status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<Verb, &str>) {
        let got = parse_operation(text.as_bytes(), "me", "1").map(|operation| operation.verb);
        match expect {
            Ok(verb) => assert_eq!(got, Ok(verb), "{text}"),
            Err(part) => {
                let said = got.expect_err(text).to_string();
                assert!(said.contains(part), "{text}: {said}");
            }
        }
    }

    #[test]
    fn documents_are_operations_or_say_why_not() {
        let b = Name::new("us-east-2").expect("valid");
        check(r#"{"verb":"failover","to":"us-east-2","reason":"x"}"#, Ok(Verb::Failover { to: b }));
        check(r#"{"verb":"pause"}"#, Ok(Verb::Pause));
        check(r#"{"verb":"failover"}"#, Err("needs the Region"));
        check(r#"{"verb":"pause","to":"us-east-2"}"#, Err("takes no `to`"));
        check(r#"{"verb":"explode"}"#, Err("no verb explode"));
        check(r#"{"verb":"pause","id":"a b"}"#, Err("id:"));
        check(r#"{"verb":"pause","what":1}"#, Err("unknown field"));
        check("[", Err("LW-V010"));
    }
}
