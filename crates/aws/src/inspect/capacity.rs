//! The Lambda concurrency of the AWS account in this Region, and the size limits of the fleet.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>,
//! <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html>

use crate::config::AwsConfig;
use crate::signed::{Form, QueryService, RestService, Service};
use leeward_model::readiness::{CapacityFacts, FleetFacts, FleetScope, Scope};
use leeward_ports::Outcome;
use serde::Deserialize;

const GROUPS: &str = "2011-01-01";
const TARGETS: &str = "2015-12-01";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Account {
    account_limit: Concurrency,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Concurrency {
    concurrent_executions: u64,
    unreserved_concurrent_executions: u64,
}

#[derive(Deserialize)]
struct Groups {
    #[serde(rename = "DescribeAutoScalingGroupsResult")]
    result: GroupsResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupsResult {
    auto_scaling_groups: GroupList,
}

#[derive(Deserialize, Default)]
struct GroupList {
    #[serde(rename = "member", default)]
    list: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    max_size: u64,
    desired_capacity: u64,
}

#[derive(Deserialize)]
struct Healths {
    #[serde(rename = "DescribeTargetHealthResult")]
    result: HealthsResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HealthsResult {
    target_health_descriptions: TargetHealthList,
}

#[derive(Deserialize, Default)]
struct TargetHealthList {
    #[serde(rename = "member", default)]
    list: Vec<TargetHealth>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TargetHealth {
    target_health: Health,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Health {
    state: String,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<CapacityFacts> {
    let service = RestService(Service::new(config, &scope.region, "lambda", "lambda"));
    let path = "2016-08-19/account-settings/";
    let account = match service.json::<Account>(path, config.call_timeout).await {
        Outcome::Done(account) => account.account_limit,
        other => return other.map(|_| CapacityFacts::default()),
    };
    let fleet = match &scope.fleet {
        None => None,
        Some(fleet) => match fleet_facts(config, scope, fleet).await {
            Outcome::Done(fleet) => Some(fleet),
            other => return other.map(|_| CapacityFacts::default()),
        },
    };
    Outcome::Done(CapacityFacts {
        concurrency: account.concurrent_executions,
        unreserved: account.unreserved_concurrent_executions,
        fleet,
    })
}

async fn fleet_facts(config: &AwsConfig, scope: &Scope, fleet: &FleetScope) -> Outcome<FleetFacts> {
    let (region, limit) = (&scope.region, config.call_timeout);
    let scaling = QueryService::new(config, region, "autoscaling", GROUPS);
    let balancing = QueryService::new(config, region, "elasticloadbalancing", TARGETS);
    let group = Form::new().with("AutoScalingGroupNames.member.1", &fleet.group);
    let targets = Form::new().with("TargetGroupArn", &fleet.targets);
    let (groups, healths) = tokio::join!(
        scaling.call::<Groups>("DescribeAutoScalingGroups", group, limit),
        balancing.call::<Healths>("DescribeTargetHealth", targets, limit),
    );
    let (groups, healths) = match (groups, healths) {
        (Outcome::Done(groups), Outcome::Done(healths)) => (groups, healths),
        (Outcome::Done(_), other) => return other.map(|_| FleetFacts::default()),
        (other, _) => return other.map(|_| FleetFacts::default()),
    };
    let Some(group) = groups.result.auto_scaling_groups.list.into_iter().next() else {
        return Outcome::Rejected(format!("no Auto Scaling group {}", fleet.group));
    };
    let targets = healths.result.target_health_descriptions.list;
    let healthy = targets.iter().filter(|t| t.target_health.state == "healthy").count() as u64;
    Outcome::Done(FleetFacts { most: group.max_size, desired: group.desired_capacity, healthy })
}
