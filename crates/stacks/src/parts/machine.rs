//! The Step Functions state machine that carries out runs (REQ-X2), generated from the plans. Every step makes the same
//! call, `advance`, which is safe to repeat, because a sentinel may take over at any point (docs/spec/moves.md). The
//! state machine decides only the waits, the number of retries, and the state that follows a failed step.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::functions::Functions;
use leeward_blueprint::{GIVE_UP_RETRIES, STEP_RETRIES, TimingProfile};
use leeward_construct::aws::sfn_state_machine::{
    EncryptionConfiguration, LoggingConfiguration, TracingConfiguration,
};
use leeward_construct::{Handle, Json, aws, json, text};
use leeward_model::FunctionRole;
use leeward_model::{Plan, RunKind, Step};

const KINDS: [RunKind; 4] =
    [RunKind::Failover, RunKind::Switchover, RunKind::Failback, RunKind::Realign];
/// The name of the state that surrenders the run.
const GIVE_UP: &str = "give up";
/// The time limit of an execution. `advance` parks a slow run long before this limit.
const RUN_S: u64 = 4 * 3_600;
/// The time that an operator has to respond to a request for approval. The move is abandoned afterwards.
const APPROVAL_S: u64 = 2 * 3_600;

pub(crate) fn add(place: &RegionStack, functions: &Functions) -> Handle<aws::SfnStateMachine> {
    let place = &place.below("runs");
    let function = functions.get(FunctionRole::Run);
    // AWS requires the prefix `/aws/vendedlogs/`.
    let log = logs::group(
        place,
        "runs",
        format!("/aws/vendedlogs/states/{}", place.name("runs", "logs")),
    );
    let deliver = [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
    ];
    let statements = vec![
        policy::allow(
            &["lambda:InvokeFunction"],
            vec![function.arn().into(), text!("{}:*", function.arn())],
        ),
        policy::use_key(place),
        policy::allow_unscoped(&deliver),
        policy::allow_unscoped(&["xray:PutTelemetryRecords", "xray:PutTraceSegments"]),
    ];
    let role = policy::role(place, "machine", "states.amazonaws.com", statements);
    let machine = aws::SfnStateMachine::new(aws::SfnStateMachineArgs {
        definition: definition(place, functions),
        role_arn: role.arn(),
    })
    .name(place.names.runs_machine())
    .type_("STANDARD")
    .publish(true)
    .logging_configuration(
        LoggingConfiguration::new()
            .level("ALL")
            .include_execution_data(true)
            .log_destination(text!("{}:*", log.arn())),
    )
    .encryption_configuration(
        EncryptionConfiguration::new()
            .type_("CUSTOMER_MANAGED_KMS_KEY")
            .kms_key_id(place.key.arn()),
    )
    .tracing_configuration(TracingConfiguration::new().enabled(true));
    place.scope.add("runs", machine)
}

/// Returns the timeout of one call of a step. A waiting step returns and is called again; it does not poll inside a
/// call.
fn timeout_s(step: Step) -> u64 {
    match step {
        Step::Fence => 15,
        Step::Check | Step::Announce | Step::ResumeProcessing => 30,
        Step::HandOverDatabase | Step::PromoteDatabase | Step::Reconcile | Step::Verify => 120,
    }
}

fn name(kind: RunKind, step: Step, what: &str) -> String {
    format!("{kind}: {step}{what}")
}

fn definition(place: &RegionStack, functions: &Functions) -> Json {
    let mut states: Vec<(String, Json)> = vec![("which plan".into(), choose(place))];
    for kind in KINDS {
        if asks(place, kind) {
            states.push((approval(kind), ask(functions, kind)));
        }
        for step in Plan::steps(kind) {
            states.extend(of_step(place, functions, kind, *step));
        }
    }
    states.push((GIVE_UP.into(), give_up(functions)));
    let cause = "the audit log has the reason in plain words";
    states.push(("ended".into(), json!({ "Type": "Succeed" })));
    states.push(("parked".into(), json!({ "Type": "Fail", "Error": "LW-X070", "Cause": cause })));
    let cause = "the state machine gave the run up; the audit log says whether it is abandoned or left to the sentinels";
    states.push(("given up".into(), json!({ "Type": "Fail", "Error": "LW-X071", "Cause": cause })));
    json!({
        "Comment": "Carries out a run, step by step; every call may be repeated",
        "StartAt": "which plan",
        "TimeoutSeconds": RUN_S,
        "States": Json::object(states),
    })
}

/// Returns whether a run needs approval. Only a planned move does, and only if the blueprint enables approval.
fn asks(place: &RegionStack, kind: RunKind) -> bool {
    place.blueprint.access.approval && matches!(kind, RunKind::Switchover | RunKind::Failback)
}

fn approval(kind: RunKind) -> String {
    format!("{kind}: approval")
}

/// Returns the state that waits for an operator's response, which carries the token from the notice.
fn ask(functions: &Functions, kind: RunKind) -> Json {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": functions.get(FunctionRole::Run).arn(),
            "Payload": { "run.$": "$.run", "verb": "ask", "token.$": "$$.Task.Token" },
        },
        "TimeoutSeconds": APPROVAL_S,
        "ResultPath": "$.approval",
        "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": GIVE_UP }],
        "Next": name(kind, Plan::steps(kind)[0], ""),
    })
}

fn choose(place: &RegionStack) -> Json {
    let choices = KINDS.map(|kind| {
        let first = name(kind, Plan::steps(kind)[0], "");
        json!({
            "Variable": "$.kind",
            "StringEquals": kind.as_str(),
            "Next": if asks(place, kind) { approval(kind) } else { first },
        })
    });
    json!({ "Type": "Choice", "Choices": choices.to_vec(), "Default": "parked" })
}

/// Returns the states of a step: the call, the choice by its result, and the wait before the next call.
fn of_step(
    place: &RegionStack,
    functions: &Functions,
    kind: RunKind,
    step: Step,
) -> [(String, Json); 3] {
    let next = Plan::after(kind, step).map_or("ended".into(), |after| name(kind, after, ""));
    let (call, judge, wait) =
        (name(kind, step, ""), name(kind, step, "?"), name(kind, step, " wait"));
    let poll_s = place.blueprint.timing(TimingProfile::Aws).poll_ms.div_ceil(1_000).max(1);
    let task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": functions.get(FunctionRole::Run).arn(),
            "Payload": { "run.$": "$.run", "kind": kind.as_str(), "step": step.as_str() },
        },
        "TimeoutSeconds": timeout_s(step),
        "ResultPath": "$.answer",
        "Retry": [{
            "ErrorEquals": ["States.ALL"],
            "IntervalSeconds": STEP_RETRIES.first_s,
            "BackoffRate": STEP_RETRIES.rate,
            "MaxDelaySeconds": STEP_RETRIES.most_s,
            "MaxAttempts": STEP_RETRIES.most,
            "JitterStrategy": "FULL",
        }],
        "Catch": [{
            "ErrorEquals": ["States.ALL"],
            "ResultPath": "$.error",
            "Next": GIVE_UP,
        }],
        "Next": judge.as_str(),
    });
    let answer_is = |word: &str, next: &str| json!({ "Variable": "$.answer.Payload.step", "StringEquals": word, "Next": next });
    let choice = json!({
        "Type": "Choice",
        "Choices": [
            answer_is("done", &next),
            // The run has ended already: another executor ended it, or a newer run replaced it.
            answer_is("ended", "ended"),
            answer_is("parked", "parked"),
        ],
        "Default": wait.as_str(),
    });
    let pause = json!({ "Type": "Wait", "Seconds": poll_s, "Next": call.as_str() });
    [(call, task), (judge, choice), (wait, pause)]
}

/// Returns the state that surrenders the run after a step's last retry and notifies operators. `core::run::surrender`
/// decides what follows. If this call fails too, a sentinel finds the run without progress and takes it over.
fn give_up(functions: &Functions) -> Json {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": functions.get(FunctionRole::Run).arn(),
            "Payload": { "run.$": "$.run", "verb": "give-up", "why.$": "$.error" },
        },
        "TimeoutSeconds": 60,
        "Retry": [{
            "ErrorEquals": ["States.ALL"],
            "IntervalSeconds": GIVE_UP_RETRIES.first_s,
            "BackoffRate": GIVE_UP_RETRIES.rate,
            "MaxDelaySeconds": GIVE_UP_RETRIES.most_s,
            "MaxAttempts": GIVE_UP_RETRIES.most,
        }],
        "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "given up" }],
        "Next": "given up",
    })
}
