//! The features that ministack 1.5.33 lacks, each with the observed behaviour. Nothing else is removed from the stacks
//! before they are applied; docs/reference/ministack.md contains this list.

#[path = "../../../stacks/tests/it/older.rs"]
mod older;

use serde_json::{Value, json};

enum Gap {
    /// ministack refuses the call, so the test leaves out the argument, or the whole resource if the argument is `""`.
    Refuses(&'static str, &'static str, &'static str),
    /// ministack refuses resources with this argument, so the test leaves them out.
    RefusesWith(&'static str, &'static str, &'static str),
    /// ministack accepts the call and forgets or changes the value, so a later plan would restore it.
    Forgets(&'static str, &'static [&'static str], &'static str),
    /// Planned updates of this resource are artefacts of ministack.
    Misreads(&'static str, &'static str),
}

use Gap::{Forgets, Misreads, Refuses, RefusesWith};

const GAPS: &[Gap] = &[
    Refuses("aws_api_gateway_base_path_mapping", "", "one without a path cannot be read back"),
    Refuses("aws_wafv2_web_acl_logging_configuration", "", "no PutLoggingConfiguration"),
    Refuses("aws_vpc_peering_connection_options", "", "no ModifyVpcPeeringConnectionOptions"),
    Refuses("aws_vpc_peering_connection_accepter", "accepter", "the same"),
    Refuses(
        "aws_route53_zone",
        "force_destroy",
        "asks for DNSSEC when it is destroyed; no GetDNSSEC",
    ),
    RefusesWith(
        "aws_vpc_security_group_egress_rule",
        "prefix_list_id",
        "the list is gone when it is read, and the provider trips over that",
    ),
    Refuses("aws_autoscaling_policy", "", "two of one group cannot be read apart"),
    Refuses("aws_autoscaling_group", "enabled_metrics", "no EnableMetricsCollection"),
    Forgets(
        "aws_autoscaling_group",
        &["default_instance_warmup", "mixed_instances_policy", "target_group_arns"],
        "not kept",
    ),
    Forgets(
        "aws_api_gateway_domain_name",
        &["mutual_tls_authentication"],
        "answers with an empty block that was never set",
    ),
    Forgets(
        "aws_cloudtrail",
        &["cloud_watch_logs_group_arn", "cloud_watch_logs_role_arn", "tags", "tags_all"],
        "keeps neither the log group nor tags",
    ),
    Forgets(
        "aws_cloudwatch_composite_alarm",
        &["actions_enabled", "alarm_actions", "alarm_description", "ok_actions"],
        "keeps the rule alone",
    ),
    Misreads(
        "aws_cloudwatch_metric_alarm",
        "answers with no more than name, metric and threshold, and an alarm without a statistic cannot be \
         told to ignore it",
    ),
    Forgets("aws_dynamodb_table", &["replica", "stream_enabled"], "one key for all replicas"),
    Forgets(
        "aws_flow_log",
        &["iam_role_arn", "max_aggregation_interval", "tags", "tags_all"],
        "keeps none of these",
    ),
    Forgets(
        "aws_lambda_function",
        &["environment"],
        "a cluster's endpoint, which is in it, turns into localhost after it was created",
    ),
    Forgets("aws_rds_cluster", &["enabled_cloudwatch_logs_exports"], "not kept"),
    Forgets("aws_rds_cluster_instance", &["performance_insights_kms_key_id"], "not kept"),
    Forgets("aws_secretsmanager_secret", &["replica"], "the replica's key is not kept"),
    Forgets(
        "aws_launch_template",
        &["block_device_mappings", "user_data"],
        "disks are not kept; the cluster's endpoint is in the user data",
    ),
    Forgets(
        "aws_sfn_state_machine",
        &["encryption_configuration", "tracing_configuration"],
        "not kept",
    ),
    Forgets("aws_vpc_endpoint", &["private_dns_enabled", "security_group_ids"], "not kept"),
];

/// Adapts a stack to the 5.x provider and to ministack.
pub(crate) fn adapt(config: &mut Value) {
    older::without_newer(config);
    for gap in GAPS {
        match gap {
            Refuses(kind, "", _) => {
                if let Some(all) = config["resource"].as_object_mut() {
                    all.remove(*kind);
                }
            }
            Refuses(kind, path, _) => older::remove(config, kind, path),
            RefusesWith(kind, argument, _) => {
                let of_kind = config.pointer_mut(&format!("/resource/{kind}"));
                if let Some(all) = of_kind.and_then(Value::as_object_mut) {
                    all.retain(|_, body| body[*argument].is_null());
                }
            }
            Forgets(kind, arguments, _) => ignore(config, kind, arguments),
            Misreads(..) => {}
        }
    }
}

fn ignore(config: &mut Value, kind: &str, arguments: &[&str]) {
    let of_kind = config.pointer_mut(&format!("/resource/{kind}"));
    for (_, body) in of_kind.and_then(Value::as_object_mut).into_iter().flatten() {
        let ignored = body["lifecycle"]["ignore_changes"].take();
        let mut ignored: Vec<Value> = ignored.as_array().cloned().unwrap_or_default();
        ignored.extend(arguments.iter().map(|argument| json!(argument)));
        body["lifecycle"]["ignore_changes"] = Value::Array(ignored);
    }
}

/// Returns whether a planned change is an artefact of the emulator.
pub(crate) fn is_artefact(change: &Value) -> bool {
    let address = change["address"].as_str().unwrap_or_default();
    let of = |kind: &str| address.starts_with(&format!("{kind}."));
    let misread = GAPS.iter().any(|gap| matches!(gap, Misreads(kind, _) if of(kind)));
    misread && change["action"] == "update"
}

/// Returns the table of docs/reference/ministack.md.
pub(crate) fn table() -> String {
    let mut out = String::from("| resource | what | why |\n|---|---|---|\n");
    for gap in GAPS {
        let row = match gap {
            Refuses(kind, "", why) => format!("| `{kind}` | left out | {why} |\n"),
            Refuses(kind, path, why) => format!("| `{kind}` | without `{path}` | {why} |\n"),
            RefusesWith(kind, argument, why) => {
                format!("| `{kind}` | left out where it has `{argument}` | {why} |\n")
            }
            Misreads(kind, why) => {
                format!("| `{kind}` | updates in a plan are not counted | {why} |\n")
            }
            Forgets(kind, arguments, why) => {
                let arguments = arguments.join("`, `");
                format!("| `{kind}` | changes of `{arguments}` not compared | {why} |\n")
            }
        };
        out.push_str(&row);
    }
    out
}
