//! The function that the state machine of a run calls. A call works on one step of the run, gives the run up, or asks
//! an operator for approval. Every call is safe to repeat (REQ-X2).

use crate::metrics;
use crate::platform::{NotReady, Platform};
use lambda_runtime::Context;
use leeward_driver::{Advanced, Task, advance, notify_operators, surrender};
use leeward_model::{FunctionRole, Plan, RunKind, Step};
use serde::Deserialize;
use serde_json::{Value, json};

/// A call of the state machine: `{"run", "kind", "step"}`, or `{"run", "verb": "park" | "abandon" | "ask", …}`.
#[derive(Deserialize)]
struct Call {
    run: String,
    kind: Option<RunKind>,
    step: Option<String>,
    verb: Option<String>,
    #[serde(default)]
    why: Value,
    token: Option<String>,
}

/// The reasons why a call did not advance its run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error("LW-X040: this is not a step of a run: {0}")]
    InvalidCall(String),
    #[error(
        "LW-X041: the state of run {0} is unknown: the authority cannot be read here; call again"
    )]
    Unknown(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Request {
    Step(RunKind, Step),
    /// The state machine has used up its retries.
    GiveUp(String),
    /// An operator must approve a planned move.
    Ask(String),
}

fn parse_request(call: &Call) -> Result<Request, String> {
    match (call.verb.as_deref(), call.kind, call.step.as_deref()) {
        (None, Some(kind), Some(name)) => {
            let steps = Plan::steps(kind);
            let step = steps.iter().find(|step| step.as_str() == name);
            step.map(|step| Request::Step(kind, *step))
                .ok_or_else(|| format!("a {kind} has no step {name}"))
        }
        // State machines that were deployed earlier still send `park` and `abandon`.
        (Some("give-up" | "park" | "abandon"), ..) => {
            Ok(Request::GiveUp(describe_cause(&call.why)))
        }
        (Some("ask"), ..) => match &call.token {
            Some(token) => Ok(Request::Ask(token.clone())),
            None => Err("the verb ask needs a token for the answer".into()),
        },
        (Some(other), ..) => Err(format!("unknown verb {other}; expected give-up or ask")),
        _ => Err("the call needs kind and step, or a verb".into()),
    }
}

/// Describes an error as Step Functions passes it on after a `Catch`: `{"Error", "Cause"}`.
fn describe_cause(why: &Value) -> String {
    const CHARS_MAX: usize = 400;
    let field = |key: &str| why.get(key).and_then(Value::as_str).unwrap_or_default();
    let text = format!("the state machine gave up: {} {}", field("Error"), field("Cause"));
    text.trim().chars().take(CHARS_MAX).collect()
}

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, RunError> {
    let call = Call::deserialize(payload).map_err(|e| RunError::InvalidCall(e.to_string()))?;
    let request = parse_request(&call).map_err(RunError::InvalidCall)?;
    let parts = platform.parts().await?;
    let assembly = &parts.assembly;
    let ports = assembly.run_ports("run");
    let advanced = match request {
        Request::Step(kind, step) => {
            let me = format!("{}-{}", assembly.incarnation, context.request_id);
            let task = Task { run: call.run.clone(), kind, step };
            // The state machine does the waiting. This call does all the work that needs no waiting.
            let work = advance(&ports, assembly.run_settings(), me, &task);
            match tokio::time::timeout(platform.remaining_time(context), work).await {
                Ok(advanced) => advanced,
                // SAFE-7: the authority item records how far the step got.
                Err(_) => Advanced::Waiting,
            }
        }
        Request::GiveUp(why) => surrender(&ports, &call.run, &why).await,
        Request::Ask(token) => {
            let subject = format!("ACTION: approve run {}?", call.run);
            let message = format!(
                "Run {} waits for approval. Approve it with `aws stepfunctions send-task-success \
                 --task-output '{{}}' --task-token {token}`, or reject it with `send-task-failure`.",
                call.run
            );
            // The state machine waits for an operator's answer, so at least one Region must have accepted the notice.
            match notify_operators(&ports, &subject, &message).await {
                0 => Advanced::Unknown,
                _ => Advanced::Waiting,
            }
        }
    };
    let config = &assembly.config;
    let outcome = match &advanced {
        Advanced::Done => "StepsDone",
        Advanced::Waiting => "StepsWaiting",
        Advanced::Ended => "RunsEnded",
        Advanced::Parked(_) => "RunsParked",
        Advanced::Unknown => "StepsUnknown",
    };
    metrics::count_outcome(
        &*platform.clock,
        &config.suffix,
        &config.region,
        FunctionRole::Run,
        outcome,
    );
    match advanced {
        Advanced::Done => Ok(json!({ "step": "done" })),
        Advanced::Waiting => Ok(json!({ "step": "waiting" })),
        Advanced::Ended => Ok(json!({ "step": "ended" })),
        Advanced::Parked(why) => Ok(json!({ "step": "parked", "why": why })),
        // The function returns an error, so that the state machine retries the call and counts the attempt.
        Advanced::Unknown => Err(RunError::Unknown(call.run)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: Value, expect: Result<Request, &str>) {
        let parsed = Call::deserialize(&call).map_err(|e| e.to_string());
        let got = parsed.and_then(|call| parse_request(&call));
        match expect {
            Ok(expect) => assert_eq!(got, Ok(expect), "{call}"),
            Err(part) => {
                let message = got.expect_err("the call is invalid");
                assert!(message.contains(part), "{call}: {message}");
            }
        }
    }

    #[test]
    fn calls_of_the_state_machine_are_parsed() {
        check(
            json!({ "run": "r", "kind": "failover", "step": "promote-database" }),
            Ok(Request::Step(RunKind::Failover, Step::PromoteDatabase)),
        );
        let why = json!({ "Error": "States.Timeout", "Cause": "late" });
        let cause = "the state machine gave up: States.Timeout late".to_owned();
        check(json!({ "run": "r", "verb": "park", "why": why }), Ok(Request::GiveUp(cause)));
        check(json!({ "run": "r", "verb": "ask", "token": "t" }), Ok(Request::Ask("t".into())));
        check(json!({ "run": "r", "verb": "ask" }), Err("token"));
        check(json!({ "run": "r", "verb": "eat" }), Err("unknown verb eat"));
        check(json!({ "run": "r", "kind": "failover" }), Err("needs kind and step"));
        check(json!({ "run": "r", "kind": "failover", "step": "check" }), Err("has no step check"));
        check(json!({ "kind": "failover" }), Err("run"));
        check(json!([1]), Err("invalid"));
    }
}
