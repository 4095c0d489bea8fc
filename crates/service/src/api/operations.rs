//! Carries out operator verbs over HTTP. The function that `aws lambda invoke` calls reads the same document (REQ-X4).

use super::{Problem, authenticate_operator, body, json};
use crate::region::RegionRuntime;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use leeward_api::{
    Open, OperationDone, OperationRefused, OperationRequest, ProblemCode, Verb as Word,
};
use leeward_core::run::{Operation, Verb};
use leeward_driver::Operated;
use leeward_model::Region;
use std::sync::Arc;

const MAX_BYTES: usize = 4 * 1024;
const MAX_TEXT_CHARS: usize = 500;
const UNKNOWN: &str = "LW-V011";

/// The reason why a document is not a valid operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("LW-V010: {0}")]
pub struct InvalidOperation(String);

/// Parses an operation. If the document has no id, the id is the verb followed by `fresh`.
pub fn parse_operation(text: &[u8], by: &str, fresh: &str) -> Result<Operation, InvalidOperation> {
    let read: OperationRequest =
        serde_json::from_slice(text).map_err(|e| InvalidOperation(e.to_string()))?;
    let id = read.id.unwrap_or_else(|| format!("{}-{fresh}", read.verb));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if id.is_empty() || id.len() > 80 || !id.chars().all(plain) {
        return Err(InvalidOperation(
            "id: expected 1 to 80 letters, digits, '-', '_' and '.'".into(),
        ));
    }
    if read.reason.chars().count() > MAX_TEXT_CHARS {
        return Err(InvalidOperation(format!("reason: at most {MAX_TEXT_CHARS} characters")));
    }
    let to = read.to.as_deref().map(Region::new).transpose();
    let to = to.map_err(|e| InvalidOperation(format!("to: {e}")))?;
    let verb = bind_target(&read.verb, to).map_err(InvalidOperation)?;
    Ok(Operation { verb, id, by: by.to_owned(), reason: read.reason, at_ms: 0 })
}

fn bind_target(word: &Open<Word>, to: Option<Region>) -> Result<Verb, String> {
    let Some(word) = word.known() else {
        let all = Word::ALL.map(Word::as_str).join(", ");
        return Err(format!("unknown verb {word}; expected one of {all}"));
    };
    let named = to.is_some();
    let target = |to: Option<Region>| to.ok_or(format!("{word} needs the Region to move `to`"));
    let verb = match word {
        Word::Failover => return Ok(Verb::Failover { to: target(to)? }),
        Word::Switchover => return Ok(Verb::Switchover { to: target(to)? }),
        Word::Failback => Verb::Failback,
        Word::Realign => Verb::Realign,
        Word::Pause => Verb::Pause,
        Word::Resume => Verb::Resume,
        Word::Observe => Verb::Observe,
        Word::PauseRun => Verb::PauseRun,
        Word::ResumeRun => Verb::ResumeRun,
        Word::AbandonRun => Verb::AbandonRun,
    };
    if named { Err(format!("{word} takes no `to`")) } else { Ok(verb) }
}

/// Describes the outcome of an operation, for HTTP and for the operator function. The description is the resulting
/// authority (status 200), or a status of 409 or 503 with the reason.
pub fn describe_outcome(
    operation: &Operation,
    operated: &Operated,
) -> Result<OperationDone, (u16, OperationRefused)> {
    let refused = OperationRefused::default;
    match operated {
        Operated::Holds(authority) => Ok(OperationDone::new(&operation.id, authority)),
        Operated::Refused(refusal) => {
            let (code, detail) = (Some(refusal.code().to_owned()), Some(refusal.to_string()));
            Err((409, OperationRefused { code, detail, ..refused() }))
        }
        Operated::Unknown(why) => {
            let code = Some(UNKNOWN.to_owned());
            let detail = Some(format!("{why}; repeat the operation with the same id"));
            let id = Some(operation.id.clone());
            Err((503, OperationRefused { code, detail, id, ..refused() }))
        }
    }
}

pub(super) async fn operate(
    State(region): State<Arc<RegionRuntime>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let grant = authenticate_operator(&region, &headers, "an operation")?;
    let text = body::read(&headers, body, MAX_BYTES).await?;
    let fresh = format!("{}-{}", region.name, region.clock.wall_ms());
    let operation = parse_operation(&text, &format!("operator {}", grant.name), &fresh)
        .map_err(|e| Problem::new(422, ProblemCode::NoOperation, e.to_string()))?;
    let operated = region.operator.operate(operation.clone()).await;
    // The Region reads the authority again, so that its next status agrees with this response.
    region.read_authority().await;
    Ok(match describe_outcome(&operation, &operated) {
        Ok(done) => json(200, &done),
        Err((status, refused)) => json(status, &refused),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Verb) {
        let read = parse_operation(text.as_bytes(), "me", "1").map(|operation| operation.verb);
        assert_eq!(read, Ok(expect), "{text}");
    }

    fn refuse(text: &str, expect: &Expect) {
        let error = parse_operation(text.as_bytes(), "me", "1").expect_err(text);
        expect.assert_eq(&error.to_string());
    }

    #[test]
    fn documents_are_parsed_as_operations() {
        let b = Region::new("us-east-2").expect("valid");
        check(r#"{"verb":"failover","to":"us-east-2","reason":"x"}"#, Verb::Failover { to: b });
        check(r#"{"verb":"pause"}"#, Verb::Pause);
        check(r#"{"verb":"abandon-run"}"#, Verb::AbandonRun);
        let read = parse_operation(br#"{"verb":"pause-run"}"#, "me", "us-east-1-5").expect("valid");
        assert_eq!((read.id.as_str(), read.by.as_str()), ("pause-run-us-east-1-5", "me"));
    }

    #[test]
    fn an_invalid_document_is_rejected_with_the_reason() {
        refuse(
            r#"{"verb":"failover"}"#,
            &expect!["LW-V010: failover needs the Region to move `to`"],
        );
        refuse(r#"{"verb":"pause","to":"us-east-2"}"#, &expect!["LW-V010: pause takes no `to`"]);
        refuse(
            r#"{"verb":"explode"}"#,
            &expect![
                "LW-V010: unknown verb explode; expected one of failover, switchover, failback, realign, pause, resume, observe, pause-run, resume-run, abandon-run"
            ],
        );
        refuse(
            r#"{"verb":"pause","id":"a b"}"#,
            &expect!["LW-V010: id: expected 1 to 80 letters, digits, '-', '_' and '.'"],
        );
        for (text, start) in [
            (
                r#"{"verb":"pause","what":1}"#,
                "LW-V010: unknown field `what`, expected one of `verb`",
            ),
            ("[", "LW-V010: EOF while parsing"),
        ] {
            let error = parse_operation(text.as_bytes(), "me", "1").expect_err(text).to_string();
            assert!(error.starts_with(start), "{text}: {error}");
        }
    }
}
