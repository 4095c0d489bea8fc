//! Isolation of Regions (docs/spec/aws-facts.md): no recovery path depends on the other Region's control plane. A
//! Region's stack names only those resources of the other Region that are reached through a data plane, and its runs
//! call only its own functions.

use crate::synthesized::{Resource, Stacks, resources};
use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
use leeward_construct::check::Problem;
use serde_json::Value;

/// The services whose data planes authorize and handle a call in the Region that receives it.
const MAY_NAME: [&str; 6] = ["events", "lambda", "rds", "sns", "sqs", "states"];

pub(super) fn judge(stacks: &Stacks, blueprint: &Blueprint, out: &mut Vec<Problem>) {
    let r = &blueprint.regions;
    let control = Names::of(blueprint).control_table();
    let sides = [("primary", &r.primary, &r.secondary), ("secondary", &r.secondary, &r.primary)];
    for (stack, own, other) in sides {
        if let Some(config) = stacks.get(stack) {
            states(stack, config, out);
        }
        for resource in resources(stacks).iter().filter(|resource| resource.stack == stack) {
            named(resource, other.as_str(), &control, out);
            machine(resource, own.as_str(), out);
        }
    }
}

/// Checks which Terraform states a stack reads. The secondary reads one output of the primary's state: its first
/// instance, which must exist before a replica can be created. No other Region's stack reads the state of a Region.
fn states(stack: &str, config: &Value, out: &mut Vec<Problem>) {
    let read = config.pointer("/data/terraform_remote_state").and_then(Value::as_object);
    for name in read.into_iter().flatten().map(|(name, _)| name) {
        let allowed = name.contains("global")
            || name.contains("zone")
            || (stack == "secondary" && name.contains("primary"));
        if !allowed {
            let address = format!("{stack}: data.terraform_remote_state.{name}");
            let message = "a Region's stack must not read another Region's".to_owned();
            out.push(Problem { address, message });
        }
    }
}

fn named(resource: &Resource<'_>, other: &str, control: &str, out: &mut Vec<Problem>) {
    // Recovery does not depend on the widgets of a dashboard.
    if resource.kind == "aws_cloudwatch_dashboard" {
        return;
    }
    let text = resource.body.to_string();
    for part in text.split("arn:").skip(1) {
        let fields: Vec<&str> = part.splitn(5, ':').collect();
        let [_, service, region, ..] = fields.as_slice() else { continue };
        // A sentinel reads the control table at the endpoint of each Region to find out whether that Region's ledger
        // answers. A Region that does not answer is the finding, and not a failure of the sentinel.
        let probed = *service == "dynamodb"
            && resource.kind == "aws_iam_role_policy"
            && resource.name.contains("_sentinel_")
            && fields.get(4).is_some_and(|rest| names_table(rest, control));
        if *region == other && !probed && !MAY_NAME.contains(service) {
            out.push(resource.problem(format!("names a {service} resource of {other}")));
        }
    }
}

/// Returns whether the rest of an ARN within JSON text is exactly this table.
fn names_table(rest: &str, table: &str) -> bool {
    let after = rest.strip_prefix("table/").and_then(|rest| rest.strip_prefix(table));
    after.is_some_and(|after| after.starts_with(['"', '\\']))
}

fn machine(resource: &Resource<'_>, own: &str, out: &mut Vec<Problem>) {
    if resource.kind != "aws_sfn_state_machine" {
        return;
    }
    let definition = resource.body["definition"].as_str().unwrap_or_default();
    let Ok(definition) = serde_json::from_str::<Value>(definition) else {
        out.push(resource.problem("definition: is no JSON"));
        return;
    };
    for (name, state) in definition["States"].as_object().into_iter().flatten() {
        let task = state["Type"] == "Task";
        if task && (state["TimeoutSeconds"].is_null() || state["Catch"].is_null()) {
            out.push(resource.problem(format!("{name}: a task needs a timeout and a catch")));
        }
        let function = state.pointer("/Parameters/FunctionName").and_then(Value::as_str);
        // A reference within the same stack means a function in the same Region.
        if task
            && !function.is_some_and(|f| f.starts_with(&format!("${{aws_lambda_function.{own}_")))
        {
            out.push(resource.problem(format!("{name}: must call a function of {own}")));
        }
    }
}
