//! IAM policies: statements, and roles that carry the platform's guards.

use crate::context::RegionStack;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Ref, Value, aws, json, text};

/// Returns a statement that denies the action over connections without TLS (REQ-G2).
pub(crate) fn tls_statement(action: &str, resources: Vec<Value<Str>>) -> Json {
    json!({
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resources,
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    })
}

pub(crate) fn allow(actions: &[&str], resources: Vec<Value<Str>>) -> Json {
    json!({ "Effect": "Allow", "Action": actions.to_vec(), "Resource": resources })
}

/// Returns a statement that allows actions that AWS cannot restrict to a resource.
pub(crate) fn allow_unscoped(actions: &[&str]) -> Json {
    json!({ "Effect": "Allow", "Action": actions.to_vec(), "Resource": "*" })
}

pub(crate) fn document(statements: Vec<Json>) -> Json {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The services that set `aws:SourceAccount` when they assume a role. For these services the trust policy requires this
/// account, so that another account's resources cannot use the role. AWS does not document the key for other services,
/// whose calls such a condition would always deny.
const SETS_SOURCE_ACCOUNT: [&str; 5] = [
    "events.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
];

/// Returns the trust policy that lets a service assume a role.
pub(crate) fn assumed_by(place: &RegionStack, service: &str) -> Json {
    let mut statement = vec![
        ("Effect", Json::from("Allow")),
        ("Principal", json!({ "Service": service })),
        ("Action", Json::from("sts:AssumeRole")),
    ];
    if SETS_SOURCE_ACCOUNT.contains(&service) {
        let account = json!({ "StringEquals": { "aws:SourceAccount": place.account() } });
        statement.push(("Condition", account));
    }
    document(vec![Json::object(statement)])
}

/// Returns a statement that denies all actions outside the blueprint's Regions, except those of services without a
/// Region (REQ-C3).
fn regions_only(place: &RegionStack) -> Json {
    let r = &place.blueprint.regions;
    let regions: Vec<&str> = [&r.primary, &r.secondary, &r.witness].map(|r| r.as_str()).to_vec();
    json!({
        "Sid": "RegionsOnly",
        "Effect": "Deny",
        "NotAction": ["iam:*", "route53:*", "sts:*", "support:*"],
        "Resource": "*",
        "Condition": { "StringNotEquals": { "aws:RequestedRegion": regions } },
    })
}

/// Returns a statement that denies every change of existing ledger items, whatever a binary attempts (SAFE-1).
fn ledger_is_append_only(place: &RegionStack) -> Json {
    let ledger = text!(
        "arn:{}:dynamodb:*:{}:table/{}",
        place.partition(),
        place.account(),
        place.names.ledger_table()
    );
    json!({
        "Sid": "LedgerIsAppendOnly",
        "Effect": "Deny",
        "Action": [
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:DeleteTable",
            "dynamodb:PartiQLDelete",
            "dynamodb:PartiQLInsert",
            "dynamodb:PartiQLUpdate",
            "dynamodb:UpdateItem",
            "dynamodb:UpdateTable",
        ],
        "Resource": ledger,
    })
}

/// Adds a role of this Region with its permissions and the statements that every role carries.
pub(crate) fn role(
    place: &RegionStack,
    id: &str,
    service: &str,
    statements: Vec<Json>,
) -> Handle<aws::IamRole> {
    // IAM has no Regions, so the role's name contains its Region.
    let role = aws::IamRole::new(assumed_by(place, service)).name(place.name_here(id, "role"));
    let role = place.scope.add(id, role);
    attach(place, id, &role.id(), statements);
    role
}

/// Attaches permissions to a role, together with the statements that every role carries.
pub(crate) fn attach(place: &RegionStack, id: &str, role: &Ref<Str>, mut statements: Vec<Json>) {
    statements.extend([regions_only(place), ledger_is_append_only(place)]);
    let policy = document(statements);
    let name = place.name(id, "policy");
    place
        .scope
        .add(id, aws::IamRolePolicy::new(aws::IamRolePolicyArgs { policy, role }).name(name));
}

/// Returns a statement that allows Lambda to create and delete a function's network interfaces.
pub(crate) fn in_network() -> Json {
    allow_unscoped(&[
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ])
}

/// Returns a statement that allows reading and writing with the Region's own key.
pub(crate) fn use_key(place: &RegionStack) -> Json {
    allow(&["kms:Decrypt", "kms:GenerateDataKey"], vec![place.key.arn().into()])
}

/// Returns a statement that allows these services to use the other Regions' keys, for data that is sent to those
/// Regions.
pub(crate) fn use_keys(place: &RegionStack, services: &[&str]) -> Json {
    let others = place.keys.iter().filter(|(region, _)| **region != place.region);
    let (arns, regions): (Vec<Value<Str>>, Vec<&str>) =
        others.map(|(region, key)| (key.arn().into(), region.as_str())).unzip();
    let via: Vec<String> = regions
        .iter()
        .flat_map(|region| services.iter().map(move |s| format!("{s}.{region}.amazonaws.com")))
        .collect();
    json!({
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": arns,
        "Condition": { "StringEquals": { "kms:ViaService": via } },
    })
}
