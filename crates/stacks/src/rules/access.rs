//! The rules of least privilege. A policy contains no wildcard where a service has resources or actions to name. Every
//! role carries the guards. No principal outside the account is trusted unless the blueprint names it.

use crate::synthesized::Resource;
use leeward_construct::check::Problem;
use serde_json::Value;

/// The actions for which AWS has no resource type, or whose resources have no name yet (Service Authorization
/// Reference).
const UNSCOPED: [&str; 9] = [
    "autoscaling:Describe",
    "cloudwatch:",
    "ec2:",
    "ec2messages:",
    "elasticloadbalancing:Describe",
    "logs:",
    "rds:Describe",
    "ssmmessages:",
    "xray:",
];
const UNSCOPED_EXACT: [&str; 4] = [
    "lambda:GetAccountSettings",
    "ssm:UpdateInstanceInformation",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
];

/// Returns the statements of the policy that an argument holds as literal JSON.
fn statements(resource: &Resource<'_>, argument: &str) -> Option<Vec<Value>> {
    let text = resource.body[argument].as_str()?;
    let document: Value = serde_json::from_str(text).ok()?;
    Some(document["Statement"].as_array()?.clone())
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

pub(super) fn judge(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    match resource.kind {
        "aws_iam_role_policy" | "aws_iam_policy" => identity(resource, out),
        "aws_iam_role" => trust(resource, out),
        "aws_s3_bucket_policy" | "aws_sns_topic_policy" | "aws_sqs_queue_policy" => {
            shared(resource, out);
        }
        _ => {}
    }
}

fn identity(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    let Some(statements) = statements(resource, "policy") else {
        out.push(resource.problem("policy: is no literal JSON, which scanners could read"));
        return;
    };
    for statement in statements.iter().filter(|s| s["Effect"] == "Allow") {
        let everywhere = strings(&statement["Resource"]).contains(&"*");
        if !statement["NotAction"].is_null() {
            out.push(resource.problem("policy: allows by NotAction"));
        }
        for action in strings(&statement["Action"]) {
            if action.contains('*') {
                out.push(resource.problem(format!("policy: allows the wildcard {action}")));
            }
            let known = UNSCOPED.iter().any(|start| action.starts_with(start))
                || UNSCOPED_EXACT.contains(&action);
            if everywhere && !known {
                out.push(resource.problem(format!("policy: allows {action} on everything")));
            }
        }
    }
}

/// The statements that every role's policy must contain: one denies Regions outside the blueprint, the other any change
/// of existing ledger items (REQ-C3, SAFE-1).
const GUARDS: [&str; 2] = ["RegionsOnly", "LedgerIsAppendOnly"];

pub(super) fn judge_roles(all: &[Resource<'_>], out: &mut Vec<Problem>) {
    let policies: Vec<(&Resource<'_>, Vec<Value>)> = all
        .iter()
        .filter(|r| r.kind == "aws_iam_role_policy")
        .filter_map(|r| Some((r, statements(r, "policy")?)))
        .collect();
    for role in all.iter().filter(|r| r.kind == "aws_iam_role") {
        let reference = format!("${{aws_iam_role.{}.id}}", role.name);
        let own: Vec<&Value> = policies
            .iter()
            .filter(|(policy, _)| policy.stack == role.stack && policy.body["role"] == reference)
            .flat_map(|(_, statements)| statements)
            .collect();
        for guard in GUARDS {
            if !own.iter().any(|s| s["Sid"] == guard && s["Effect"] == "Deny") {
                out.push(role.problem(format!("has no policy with the guard {guard}")));
            }
        }
    }
}

/// The services that do not set the source account when they assume a role.
const UNCONDITIONED: [&str; 5] = [
    "apigateway.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "s3.amazonaws.com",
];

/// Checks the principals that may assume a role: a service on behalf of this account, the account itself, or accounts
/// that the blueprint names.
fn trust(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    for statement in statements(resource, "assume_role_policy").unwrap_or_default() {
        let principal = &statement["Principal"];
        if *principal == "*" || strings(&principal["AWS"]).contains(&"*") {
            out.push(resource.problem("assume_role_policy: trusts everybody"));
        }
        let services = strings(&principal["Service"]);
        let plain = services.len() == 1 && UNCONDITIONED.contains(&services[0]);
        if statement["Condition"].is_null() && !plain {
            out.push(resource.problem("assume_role_policy: trusts without a condition"));
        }
    }
}

fn shared(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    let statements = statements(resource, "policy").unwrap_or_default();
    if !statements.iter().any(|s| s["Sid"] == "TlsOnly" && s["Effect"] == "Deny") {
        out.push(resource.problem("policy: does not refuse connections without TLS"));
    }
    for statement in statements.iter().filter(|s| s["Effect"] == "Allow") {
        let principal = &statement["Principal"];
        if *principal == "*" || strings(&principal["AWS"]).contains(&"*") {
            out.push(resource.problem("policy: allows everybody"));
        }
    }
}
