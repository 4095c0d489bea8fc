//! Roles that people and the platform's own machinery take (REQ-C3, X4): the operator's, which may do no
//! more than call the operator function and look; and the orchestrator's, by which one Region's run reads
//! the other.

use crate::functions::{Functions, Role};
use crate::place::Place;
use crate::policy;
use leeward_construct::ty::Str;
use leeward_construct::{Json, Value, aws, json, text};

const SESSION_S: i64 = 3_600;

pub(crate) fn add(place: &Place, functions: &Functions) {
    let place = &place.below("operators");
    let operator = functions.get(Role::Operator).arn();
    let verbs = vec![
        policy::allow(&["lambda:InvokeFunction"], vec![operator.into()]),
        policy::allow_unscoped(&["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard"]),
        // An answer to a planned move that asked for one (REQ-X2). Its token is what is authorised by; AWS knows
        // no resource here.
        policy::allow_unscoped(&["states:SendTaskFailure", "states:SendTaskSuccess"]),
    ];
    let role = aws::IamRole::new(operators(place))
        .name(place.name_here("operators", "role"))
        .max_session_duration(SESSION_S);
    let role = place.scope.add("operator", role);
    policy::attach(place, "operator", &role.id(), verbs);
    orchestrator(place, functions);
}

/// This account's people, whose own policies say which of them; and accounts that the blueprint trusts,
/// with the external id that both agreed on.
fn operators(place: &Place) -> Json {
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

/// By its name, for who may take it.
pub(crate) fn orchestrator_arn(place: &Place) -> Value<Str> {
    text!(
        "arn:{}:iam::{}:role/{}",
        place.partition(),
        place.account(),
        place.name_here("orchestrator", "role")
    )
}

/// REQ-C1: readiness asks its own like in the other Region; a recovery asks nobody there.
fn orchestrator(place: &Place, functions: &Functions) {
    if !functions.has(Role::Readiness) {
        return;
    }
    let peer = place.peer().as_str();
    let name = |role: Role| format!("function:{}", place.name(role.as_str(), "function"));
    let there = [place.arn_in(peer, "lambda", name(Role::Readiness))];
    let callers = text!(
        "arn:{}:iam::{}:role/{}",
        place.partition(),
        place.account(),
        place.name_here(Role::Readiness.as_str(), "role")
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
