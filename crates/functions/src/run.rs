//! One step of a run, called by the state machine task by task, and safe to repeat (REQ-X2).

use crate::metrics;
use crate::platform::{NotReady, Platform};
use lambda_runtime::Context;
use leeward_driver::{Advanced, Task, advance, surrender};
use leeward_model::{FunctionRole as Role, Plan, RunKind, Step};
use serde::Deserialize;
use serde_json::{Value, json};

/// `{"run", "kind", "step"}`, or `{"run", "verb": "park" | "abandon" | "ask", …}`.
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

#[derive(Debug, thiserror::Error)]
pub(crate) enum Unadvanced {
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error("LW-X040: this is no step of a run: {0}")]
    NoCall(String),
    #[error("LW-X041: nothing is known of run {0}: the authority cannot be read here; call again")]
    Unknown(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Step(RunKind, Step),
    /// The machine's tries are used up.
    GiveUp(String),
    /// Somebody is asked before a planned move.
    Ask(String),
}

fn wanted(call: &Call) -> Result<Wanted, String> {
    match (call.verb.as_deref(), call.kind, call.step.as_deref()) {
        (None, Some(kind), Some(name)) => {
            let steps = Plan::steps(kind);
            let step = steps.iter().find(|step| step.as_str() == name);
            step.map(|step| Wanted::Step(kind, *step))
                .ok_or_else(|| format!("a {kind} has no step {name}"))
        }
        (Some("park" | "abandon"), ..) => Ok(Wanted::GiveUp(cause(&call.why))),
        (Some("ask"), ..) => match &call.token {
            Some(token) => Ok(Wanted::Ask(token.clone())),
            None => Err("who asks needs a token to be answered with".into()),
        },
        (Some(other), ..) => Err(format!("no verb {other}; it is one of park, abandon, ask")),
        _ => Err("it needs kind and step, or a verb".into()),
    }
}

/// What Step Functions catches: `{"Error", "Cause"}`.
fn cause(why: &Value) -> String {
    const MOST: usize = 400;
    let said = |key: &str| why.get(key).and_then(Value::as_str).unwrap_or_default();
    let text = format!("the state machine gave up: {} {}", said("Error"), said("Cause"));
    text.trim().chars().take(MOST).collect()
}

pub(crate) async fn handle(
    platform: &Platform,
    payload: &Value,
    context: &Context,
) -> Result<Value, Unadvanced> {
    let call = Call::deserialize(payload).map_err(|e| Unadvanced::NoCall(e.to_string()))?;
    let wanted = wanted(&call).map_err(Unadvanced::NoCall)?;
    let parts = platform.parts().await?;
    let assembly = &parts.assembly;
    let ports = assembly.run_ports("run");
    let advanced = match wanted {
        Wanted::Step(kind, step) => {
            let me = format!("{}-{}", assembly.incarnation, context.request_id);
            let task = Task { run: call.run.clone(), kind, step };
            // Waiting is the machine's: what does not wait is done in this call.
            let work = advance(&ports, assembly.run_settings(), me, &task, 0);
            match tokio::time::timeout(platform.remaining_time(context), work).await {
                Ok(advanced) => advanced,
                // SAFE-7: the item says how far it came.
                Err(_) => Advanced::Waiting,
            }
        }
        Wanted::GiveUp(why) => surrender(&ports, &call.run, &why).await,
        Wanted::Ask(token) => {
            let subject = format!("ACTION: may run {} begin?", call.run);
            let message = format!(
                "Run {} waits for an answer. Send it with `aws stepfunctions send-task-success \
                 --task-output '{{}}' --task-token {token}`, or refuse with `send-task-failure`.",
                call.run
            );
            for region in &ports.regions {
                let _ = ports.notify.notify(region, &subject, &message).await;
            }
            Advanced::Waiting
        }
    };
    let config = &assembly.config;
    let came = match &advanced {
        Advanced::Done => "StepsDone",
        Advanced::Waiting => "StepsWaiting",
        Advanced::Ended => "RunsEnded",
        Advanced::Parked(_) => "RunsParked",
        Advanced::Unknown => "StepsUnknown",
    };
    metrics::acted(&*platform.clock, &config.suffix, &config.region, Role::Run, came);
    match advanced {
        Advanced::Done => Ok(json!({ "step": "done" })),
        Advanced::Waiting => Ok(json!({ "step": "waiting" })),
        Advanced::Ended => Ok(json!({ "step": "ended" })),
        Advanced::Parked(why) => Ok(json!({ "step": "parked", "why": why })),
        // An error, so that the machine's own retries count it.
        Advanced::Unknown => Err(Unadvanced::Unknown(call.run)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: Value, expect: Result<Wanted, &str>) {
        let got =
            Call::deserialize(&call).map_err(|e| e.to_string()).and_then(|call| wanted(&call));
        match expect {
            Ok(expect) => assert_eq!(got, Ok(expect), "{call}"),
            Err(part) => {
                let said = got.expect_err("no call");
                assert!(said.contains(part), "{call}: {said}");
            }
        }
    }

    #[test]
    fn calls_of_the_state_machine_are_understood() {
        check(
            json!({ "run": "r", "kind": "failover", "step": "promote-database" }),
            Ok(Wanted::Step(RunKind::Failover, Step::PromoteDatabase)),
        );
        let why = json!({ "Error": "States.Timeout", "Cause": "late" });
        let said = "the state machine gave up: States.Timeout late".to_owned();
        check(json!({ "run": "r", "verb": "park", "why": why }), Ok(Wanted::GiveUp(said)));
        check(json!({ "run": "r", "verb": "ask", "token": "t" }), Ok(Wanted::Ask("t".into())));
        check(json!({ "run": "r", "verb": "ask" }), Err("token"));
        check(json!({ "run": "r", "verb": "eat" }), Err("no verb eat"));
        check(json!({ "run": "r", "kind": "failover" }), Err("needs kind and step"));
        check(json!({ "run": "r", "kind": "failover", "step": "check" }), Err("has no step check"));
        check(json!({ "kind": "failover" }), Err("run"));
        check(json!([1]), Err("invalid"));
    }
}
