//! The role that operators assume (REQ-C3, X4). It allows them to call the operator function, to read alarms and the
//! dashboard, and to respond to requests for approval.

use crate::blocks::policy;
use crate::context::RegionStack;
use crate::parts::functions::Functions;
use crate::parts::orchestrator;
use leeward_construct::{Json, aws, json, text};
use leeward_model::FunctionRole;

const SESSION_S: i64 = 3_600;

pub(crate) fn add(place: &RegionStack, functions: &Functions) {
    let place = &place.below("operators");
    let operator = functions.get(FunctionRole::Operator).arn();
    let verbs = vec![
        policy::allow(&["lambda:InvokeFunction"], vec![operator.into()]),
        policy::allow_unscoped(&["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard"]),
        // The operator responds to the approval request of a planned move (REQ-X2). The request's token authorizes the
        // response; AWS cannot restrict this action to a resource.
        policy::allow_unscoped(&["states:SendTaskFailure", "states:SendTaskSuccess"]),
    ];
    let role = aws::IamRole::new(operators(place))
        .name(place.name_here("operators", "role"))
        .max_session_duration(SESSION_S);
    let role = place.scope.add("operator", role);
    policy::attach(place, "operator", &role.id(), verbs);
    orchestrator::add(place);
}

/// Returns the trust policy of the role. It trusts this account, whose own policies choose the users, and the accounts
/// that the blueprint names, if they present the agreed external id.
fn operators(place: &RegionStack) -> Json {
    let access = &place.blueprint.access;
    let root = |account: &str| text!("arn:{}:iam::{}:root", place.partition(), account);
    let own = text!("arn:{}:iam::{}:root", place.partition(), place.account());
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Principal": { "AWS": own },
        "Action": "sts:AssumeRole",
        "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } },
    })];
    if let (false, Some(id)) = (access.trusted_accounts.is_empty(), &access.external_id) {
        let trusted: Vec<_> = access.trusted_accounts.iter().map(|a| root(a)).collect();
        statements.push(json!({
            "Effect": "Allow",
            "Principal": { "AWS": trusted },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": id } },
        }));
    }
    policy::document(statements)
}
