//! The role with which one Region's readiness function queries the other Region (REQ-C1).

use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::roles::roles;
use leeward_construct::ty::Str;
use leeward_construct::{Value, aws, json, text};
use leeward_model::FunctionRole;

/// Returns the role's ARN, built from its name, for the permission to assume the role.
pub(crate) fn arn(place: &RegionStack) -> Value<Str> {
    text!(
        "arn:{}:iam::{}:role/{}",
        place.partition(),
        place.account(),
        place.name_here("orchestrator", "role")
    )
}

/// Adds the role (REQ-C1). Only readiness assumes it; recovery does not need it.
pub(crate) fn add(place: &RegionStack) {
    if !roles(place.region_role, place.blueprint.profile).contains(&FunctionRole::Readiness) {
        return;
    }
    let peer = place.peer().as_str();
    let name = |role: FunctionRole| format!("function:{}", place.names.function(role));
    let there = [place.arn_in(peer, "lambda", name(FunctionRole::Readiness))];
    let callers = text!(
        "arn:{}:iam::{}:role/{}",
        place.partition(),
        place.account(),
        place.name_here(FunctionRole::Readiness.as_str(), "role")
    );
    let assume = policy::document(vec![json!({
        "Effect": "Allow",
        "Principal": { "AWS": text!("arn:{}:iam::{}:root", place.partition(), place.account()) },
        "Action": "sts:AssumeRole",
        "Condition": { "ArnEquals": { "aws:PrincipalArn": callers } },
    })]);
    let role = aws::IamRole::new(assume).name(place.name_here("orchestrator", "role"));
    let role = place.scope.add("orchestrator", role);
    let statements = vec![policy::allow(&["lambda:InvokeFunction"], there.to_vec())];
    policy::attach(place, "orchestrator", &role.id(), statements);
}
