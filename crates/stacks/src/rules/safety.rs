//! The safety rules: every resource can be destroyed, everything is encrypted, nothing is public, and no secret is in
//! plain text.

use crate::synthesized::Resource;
use leeward_construct::check::Problem;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The arguments whose default is unsafe, with the values that they must have.
const MUST_BE: [(&str, &str, Value); 12] = [
    ("aws_dynamodb_table", "deletion_protection_enabled", Value::Bool(false)),
    ("aws_lb", "enable_deletion_protection", Value::Bool(false)),
    ("aws_lb", "drop_invalid_header_fields", Value::Bool(true)),
    ("aws_rds_cluster", "deletion_protection", Value::Bool(false)),
    ("aws_rds_cluster", "skip_final_snapshot", Value::Bool(true)),
    ("aws_rds_cluster", "storage_encrypted", Value::Bool(true)),
    ("aws_rds_cluster_instance", "publicly_accessible", Value::Bool(false)),
    ("aws_rds_global_cluster", "deletion_protection", Value::Bool(false)),
    ("aws_rds_global_cluster", "storage_encrypted", Value::Bool(true)),
    ("aws_route53_zone", "force_destroy", Value::Bool(true)),
    ("aws_s3_bucket", "force_destroy", Value::Bool(true)),
    ("aws_subnet", "map_public_ip_on_launch", Value::Bool(false)),
];

/// The arguments that name the Region's key (REQ-G2).
const KEYS: [(&str, &str); 11] = [
    ("aws_cloudtrail", "kms_key_id"),
    ("aws_cloudwatch_event_bus", "kms_key_identifier"),
    ("aws_cloudwatch_log_group", "kms_key_id"),
    ("aws_lambda_function", "kms_key_arn"),
    ("aws_rds_cluster", "kms_key_id"),
    ("aws_rds_cluster_instance", "performance_insights_kms_key_id"),
    ("aws_scheduler_schedule", "kms_key_arn"),
    ("aws_secretsmanager_secret", "kms_key_id"),
    ("aws_sns_topic", "kms_master_key_id"),
    ("aws_sqs_queue", "kms_master_key_id"),
    ("aws_ssm_parameter", "key_id"),
];

/// The arguments that would store a secret in the state.
const STORED: [(&str, &str); 4] = [
    ("aws_rds_cluster", "master_password"),
    ("aws_secretsmanager_secret_version", "secret_string"),
    ("aws_secretsmanager_secret_version", "secret_binary"),
    ("aws_rds_cluster", "manage_master_user_password"),
];

pub(super) fn judge(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    let body = resource.body;
    for (kind, argument, expect) in MUST_BE.iter().filter(|(kind, ..)| *kind == resource.kind) {
        if body[argument] != *expect {
            out.push(resource.problem(format!("{kind}.{argument}: must be {expect}")));
        }
    }
    for (_, argument) in KEYS.iter().filter(|(kind, _)| *kind == resource.kind) {
        if !body[argument].as_str().is_some_and(|key| key.contains("kms_key")) {
            out.push(resource.problem(format!("{argument}: must be the Region's key")));
        }
    }
    for (_, argument) in STORED.iter().filter(|(kind, _)| *kind == resource.kind) {
        if !body[argument].is_null() {
            out.push(resource.problem(format!("{argument}: would be in the state in plain text")));
        }
    }
    listeners(resource, out);
    secrets(resource, body, out);
    if resource.kind == "aws_secretsmanager_secret" && body["recovery_window_in_days"] != json!(0) {
        out.push(resource.problem("recovery_window_in_days: must be 0, else the name stays taken"));
    }
}

/// Checks that every public listener uses TLS, and that port 80 only redirects.
fn listeners(resource: &Resource<'_>, out: &mut Vec<Problem>) {
    if resource.kind != "aws_lb_listener" || resource.body["protocol"] == "HTTPS" {
        return;
    }
    let actions = resource.body["default_action"].as_array();
    if !actions.is_some_and(|all| all.iter().all(|action| action["type"] == "redirect")) {
        out.push(resource.problem("protocol: must be HTTPS, or redirect to it"));
    }
}

/// Reports literal values of settings whose names denote secrets.
fn secrets(resource: &Resource<'_>, value: &Value, out: &mut Vec<Problem>) {
    let Value::Object(map) = value else {
        if let Value::Array(items) = value {
            items.iter().for_each(|item| secrets(resource, item, out));
        }
        return;
    };
    for (name, value) in map {
        let lower = name.to_lowercase();
        let sounds = ["password", "token", "private_key", "secret_key", "access_key"];
        let named = sounds.iter().any(|s| lower.ends_with(s)) || lower.ends_with("password_wo");
        let literal = value.as_str().is_some_and(|text| !text.contains("${"));
        // `http_tokens` is a setting of the instance metadata service, not a secret.
        if named && literal && name != "http_tokens" {
            out.push(resource.problem(format!("{name}: a secret is written here in plain text")));
        }
        secrets(resource, value, out);
    }
}

/// The types of the resources that each bucket needs under its own name.
const OF_A_BUCKET: [&str; 6] = [
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
];

pub(super) fn judge_buckets(all: &[Resource<'_>], out: &mut Vec<Problem>) {
    let there: BTreeSet<(&str, &str, &str)> =
        all.iter().map(|r| (r.stack, r.kind, r.name)).collect();
    for bucket in all.iter().filter(|r| r.kind == "aws_s3_bucket") {
        for kind in OF_A_BUCKET {
            if !there.contains(&(bucket.stack, kind, bucket.name)) {
                out.push(bucket.problem(format!("has no {kind}")));
            }
        }
    }
    for block in all.iter().filter(|r| r.kind == "aws_s3_bucket_public_access_block") {
        for argument in [
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ] {
            if block.body[argument] != true {
                out.push(block.problem(format!("{argument}: must be true")));
            }
        }
    }
}
