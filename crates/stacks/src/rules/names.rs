//! The naming rule: a name has the form `{role}-{resource-type}-{suffix}` and respects the length and the characters of
//! its service.

use crate::synthesized::{Resource, plain};
use leeward_blueprint::Blueprint;
use leeward_construct::check::Problem;

/// The resource types with names: the type, the argument, and the maximum length of the name (from each service's
/// quotas page).
const LIMITS: [(&str, &str, usize); 34] = [
    ("aws_api_gateway_rest_api", "name", 1_024),
    ("aws_autoscaling_group", "name", 255),
    ("aws_budgets_budget", "name", 100),
    ("aws_cloudtrail", "name", 128),
    ("aws_cloudwatch_composite_alarm", "alarm_name", 255),
    ("aws_cloudwatch_dashboard", "dashboard_name", 255),
    ("aws_cloudwatch_event_archive", "name", 48),
    ("aws_cloudwatch_event_bus", "name", 256),
    ("aws_cloudwatch_event_rule", "name", 64),
    ("aws_cloudwatch_log_group", "name", 512),
    ("aws_cloudwatch_metric_alarm", "alarm_name", 255),
    ("aws_db_subnet_group", "name", 255),
    ("aws_dynamodb_table", "name", 255),
    ("aws_iam_instance_profile", "name", 128),
    ("aws_iam_role", "name", 64),
    ("aws_iam_role_policy", "name", 128),
    ("aws_kms_alias", "name", 256),
    ("aws_lambda_function", "function_name", 64),
    ("aws_launch_template", "name", 128),
    ("aws_lb", "name", 32),
    ("aws_lb_target_group", "name", 32),
    ("aws_rds_cluster", "cluster_identifier", 63),
    ("aws_rds_cluster_instance", "identifier", 63),
    ("aws_rds_cluster_parameter_group", "name", 255),
    ("aws_rds_global_cluster", "global_cluster_identifier", 63),
    ("aws_s3_bucket", "bucket", 63),
    ("aws_scheduler_schedule", "name", 64),
    ("aws_scheduler_schedule_group", "name", 64),
    ("aws_secretsmanager_secret", "name", 512),
    ("aws_security_group", "name", 255),
    ("aws_sfn_state_machine", "name", 80),
    ("aws_sns_topic", "name", 256),
    ("aws_sqs_queue", "name", 80),
    ("aws_ssm_parameter", "name", 1_011),
];

pub(super) fn judge(resource: &Resource<'_>, blueprint: &Blueprint, out: &mut Vec<Problem>) {
    for (kind, argument, most) in LIMITS {
        if resource.kind != kind {
            continue;
        }
        let Some(name) = resource.body[argument].as_str() else {
            out.push(resource.problem(format!("{argument}: has no name")));
            continue;
        };
        let length = plain(name).chars().count();
        if length > most {
            out.push(resource.problem(format!(
                "{argument}: {name} has {length} characters, {kind} takes {most}; shorten the suffix"
            )));
        }
        let suffix = format!("-{}", blueprint.suffix);
        // RDS and API Gateway choose these names, and write to these groups whether or not they exist.
        let theirs = name.starts_with("/aws/rds/cluster/") || name.starts_with("API-Gateway-");
        if !theirs && !name.ends_with(&suffix) {
            out.push(resource.problem(format!("{argument}: {name} does not end in {suffix}")));
        }
        // RDS allows no two hyphens in a row. RDS, S3 and load balancers allow no hyphen at the end.
        let plain_name = plain(name);
        if plain_name.contains("--") || plain_name.ends_with('-') {
            out.push(resource.problem(format!("{argument}: {name} has a hyphen too many")));
        }
        if let Some(odd) = plain(name).chars().find(|c| !fits(kind, *c)) {
            out.push(
                resource.problem(format!("{argument}: {odd:?} in {name} is not allowed there")),
            );
        }
    }
}

/// Returns whether a character is valid in a name. Names that become part of host names have stricter rules than the
/// others.
fn fits(kind: &str, c: char) -> bool {
    let strict = c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match kind {
        "aws_s3_bucket" | "aws_rds_cluster" | "aws_rds_cluster_instance" => strict,
        "aws_lb" | "aws_lb_target_group" => c.is_ascii_alphanumeric() || c == '-',
        _ => c.is_ascii_alphanumeric() || "-_./".contains(c),
    }
}
