//! The table of resources by requirement. Each row has the numbers of resources over all stacks, first in the
//! `serverless` profile and then in `instances`. A test fails if the table and the stacks disagree.

pub(crate) struct Row {
    pub(crate) requirement: &'static str,
    pub(crate) claims: &'static [Claim],
}

/// A claim: the type without `aws_`, the path of ids (in which a final `*` matches the rest), and the number in each
/// profile.
pub(crate) struct Claim(pub(crate) &'static str, pub(crate) &'static str, pub(crate) [usize; 2]);

const fn row(requirement: &'static str, claims: &'static [Claim]) -> Row {
    Row { requirement, claims }
}

pub(crate) const ROWS: &[Row] = &[
    row(
        "N1",
        &[
            Claim("vpc", "network_vpc", [2, 2]),
            Claim("subnet", "network_public-*", [6, 6]),
            Claim("subnet", "network_private-*", [6, 6]),
        ],
    ),
    row(
        "N2",
        &[
            Claim("internet_gateway", "network_internet", [2, 2]),
            Claim("nat_gateway", "network_nat-*", [6, 6]),
            Claim("eip", "network_nat-*", [6, 6]),
            Claim("route_table", "network_*", [8, 8]),
            Claim("route_table_association", "network_*", [12, 12]),
            Claim("route", "network_*", [8, 8]),
            Claim("vpc_endpoint", "network_*", [26, 30]),
        ],
    ),
    row(
        "N3",
        &[
            Claim("vpc_peering_connection", "peering", [1, 1]),
            Claim("vpc_peering_connection_accepter", "peering", [1, 1]),
            Claim("vpc_peering_connection_options", "peering", [1, 1]),
            Claim("route", "private-*", [6, 6]),
        ],
    ),
    row(
        "N4",
        &[
            Claim("default_security_group", "network_default", [2, 2]),
            Claim("security_group", "network_*", [8, 12]),
            Claim("vpc_security_group_ingress_rule", "network_*", [6, 14]),
            Claim("vpc_security_group_egress_rule", "network_*", [10, 16]),
        ],
    ),
    row(
        "N5",
        &[
            Claim("flow_log", "network_flow", [2, 2]),
            Claim("cloudwatch_log_group", "network_flow", [2, 2]),
            Claim("iam_role", "network_flow-logs", [2, 2]),
            Claim("iam_role_policy", "network_flow-logs", [2, 2]),
        ],
    ),
    row(
        "D1",
        &[
            Claim("rds_global_cluster", "database", [1, 1]),
            Claim("rds_cluster", "database_cluster", [2, 2]),
            Claim("rds_cluster_instance", "database_instance-*", [4, 4]),
            Claim("db_subnet_group", "database_subnets", [2, 2]),
            Claim("iam_role", "database_monitor", [2, 2]),
            Claim("iam_role_policy", "database_monitor", [2, 2]),
        ],
    ),
    row("D2", &[Claim("rds_cluster", "database_cluster", [2, 2])]),
    row(
        "D3",
        &[
            Claim("kms_key", "platform", [3, 3]),
            Claim("kms_alias", "platform", [3, 3]),
            Claim("rds_cluster_parameter_group", "database_parameters", [2, 2]),
            Claim("cloudwatch_log_group", "database_*", [2, 6]),
        ],
    ),
    row(
        "D4",
        &[
            Claim("secretsmanager_secret", "database", [1, 1]),
            Claim("secretsmanager_secret_version", "database", [1, 1]),
        ],
    ),
    row(
        "D5",
        &[
            Claim("iam_role_policy", "functions_run", [2, 2]),
            Claim("iam_role_policy", "functions_operator", [3, 3]),
        ],
    ),
    row("D6", &[Claim("rds_cluster", "database_cluster", [2, 2])]),
    row("S1", &[Claim("dynamodb_table", "sessions", [1, 1])]),
    row("S2", &[Claim("lambda_function", "functions_sweeper", [2, 0])]),
    row(
        "O1",
        &[
            Claim("api_gateway_rest_api", "api_orders", [2, 0]),
            Claim("api_gateway_resource", "api_*", [8, 0]),
            Claim("api_gateway_method", "api_*", [8, 0]),
            Claim("api_gateway_integration", "api_*", [8, 0]),
            Claim("lambda_permission", "api_*", [4, 0]),
            Claim("lb_listener", "balancer_*", [0, 4]),
        ],
    ),
    row(
        "O2",
        &[
            Claim("sqs_queue", "*", [4, 4]),
            Claim("sqs_queue_policy", "*", [4, 4]),
            Claim("sqs_queue_redrive_allow_policy", "dead-letters", [2, 2]),
            Claim("lambda_event_source_mapping", "triggers_hints", [2, 0]),
        ],
    ),
    row("O3", &[Claim("dynamodb_table", "ledger", [1, 1])]),
    row(
        "O4",
        &[
            Claim("api_gateway_method_settings", "api_orders", [2, 0]),
            Claim("lambda_provisioned_concurrency_config", "functions_*", [4, 0]),
            Claim("lambda_alias", "functions_*", [4, 0]),
            Claim("autoscaling_policy", "fleet_*", [0, 4]),
        ],
    ),
    row(
        "F1",
        &[
            Claim("s3_bucket", "files_*", [8, 8]),
            Claim("s3_bucket_versioning", "files_*", [8, 8]),
            Claim("s3_bucket_server_side_encryption_configuration", "files_*", [8, 8]),
            Claim("s3_bucket_public_access_block", "files_*", [8, 8]),
            Claim("s3_bucket_policy", "files_*", [8, 8]),
            Claim("s3_bucket_ownership_controls", "files_*", [8, 8]),
            Claim("s3_bucket_logging", "files_*", [6, 6]),
        ],
    ),
    row(
        "F2",
        &[
            Claim("s3_bucket_replication_configuration", "files_*", [4, 4]),
            Claim("iam_role", "files_replicate-*", [4, 4]),
            Claim("iam_role_policy", "files_replicate-*", [4, 4]),
        ],
    ),
    row("F3", &[Claim("s3_bucket_lifecycle_configuration", "files_*", [8, 8])]),
    row(
        "C1",
        &[
            Claim("lambda_function", "functions_*", [18, 10]),
            Claim("cloudwatch_log_group", "functions_*", [18, 10]),
        ],
    ),
    row(
        "C2",
        &[
            Claim("s3_object", "fleet_package", [0, 2]),
            Claim("launch_template", "fleet_agent", [0, 2]),
            Claim("autoscaling_group", "fleet_agents", [0, 2]),
            Claim("lb", "balancer_orders", [0, 2]),
            Claim("lb_target_group", "balancer_agents", [0, 2]),
            Claim("iam_instance_profile", "fleet_agent", [0, 2]),
            Claim("cloudwatch_log_group", "fleet_agents", [0, 2]),
            Claim("wafv2_web_acl", "balancer_firewall", [0, 2]),
            Claim("wafv2_web_acl_association", "balancer_firewall", [0, 2]),
            Claim("wafv2_web_acl_logging_configuration", "balancer_firewall", [0, 2]),
            Claim("cloudwatch_log_group", "balancer_firewall", [0, 2]),
        ],
    ),
    row(
        "C3",
        &[
            Claim("iam_role", "functions_*", [18, 10]),
            Claim("iam_role_policy", "functions_*", [18, 10]),
            Claim("iam_role", "fleet_agent", [0, 2]),
            Claim("iam_role_policy", "fleet_agent", [0, 2]),
            Claim("iam_role", "operators_operator", [3, 3]),
            Claim("iam_role_policy", "operators_operator", [3, 3]),
            Claim("iam_role", "operators_orchestrator", [2, 2]),
            Claim("iam_role_policy", "operators_orchestrator", [2, 2]),
        ],
    ),
    row("C4", &[Claim("ssm_parameter", "parameters_*", [3, 3])]),
    row(
        "A1",
        &[
            Claim("acm_certificate", "api", [2, 2]),
            Claim("acm_certificate_validation", "api", [2, 2]),
            Claim("route53_record", "certificates", [1, 1]),
            Claim("api_gateway_domain_name", "api_*", [4, 0]),
            Claim("api_gateway_base_path_mapping", "api_*", [4, 0]),
            Claim("api_gateway_stage", "api_orders", [2, 0]),
            Claim("api_gateway_deployment", "api_orders", [2, 0]),
            Claim("api_gateway_account", "api_settings", [2, 0]),
            Claim("iam_role", "api_api-logs", [2, 0]),
            Claim("iam_role_policy", "api_api-logs", [2, 0]),
            Claim("cloudwatch_log_group", "api_*", [6, 0]),
            Claim("wafv2_web_acl", "api_firewall", [2, 0]),
            Claim("wafv2_web_acl_association", "api_firewall", [2, 0]),
            Claim("wafv2_web_acl_logging_configuration", "api_firewall", [2, 0]),
        ],
    ),
    row(
        "A2",
        &[
            Claim("route53_zone", "zone", [1, 1]),
            Claim("route53_health_check", "traffic_api", [2, 2]),
            Claim("route53_record", "traffic_*", [4, 4]),
        ],
    ),
    row("A3", &[Claim("route53_record", "traffic_public", [2, 2])]),
    row(
        "X1",
        &[
            Claim("lambda_function", "functions_sentinel", [3, 3]),
            Claim("dynamodb_table", "control", [1, 1]),
            Claim("scheduler_schedule", "triggers_*", [7, 5]),
            Claim("lambda_function_event_invoke_config", "triggers_*", [7, 5]),
            Claim("scheduler_schedule_group", "triggers_platform", [3, 3]),
            Claim("iam_role", "triggers_clock", [3, 3]),
            Claim("iam_role_policy", "triggers_clock", [3, 3]),
        ],
    ),
    row(
        "X2",
        &[
            Claim("sfn_state_machine", "runs_runs", [2, 2]),
            Claim("cloudwatch_log_group", "runs_runs", [2, 2]),
            Claim("iam_role", "runs_machine", [2, 2]),
            Claim("iam_role_policy", "runs_machine", [2, 2]),
        ],
    ),
    row(
        "X3",
        &[
            Claim("cloudwatch_event_bus", "events_platform", [2, 2]),
            Claim("cloudwatch_event_archive", "events_platform", [2, 2]),
            Claim("cloudwatch_event_rule", "events_*", [14, 14]),
            Claim("cloudwatch_event_target", "events_*", [14, 14]),
            Claim("iam_role", "events_*", [5, 5]),
            Claim("iam_role_policy", "events_*", [5, 5]),
        ],
    ),
    row("X4", &[Claim("lambda_function", "functions_operator", [3, 3])]),
    row(
        "X5",
        &[
            Claim("sns_topic", "notices", [3, 3]),
            Claim("sns_topic_policy", "notices", [3, 3]),
            Claim("sns_topic_subscription", "notices-*", [3, 3]),
        ],
    ),
    row("X6", &[Claim("lb_target_group", "balancer_agents", [0, 2])]),
    row("M1", &[Claim("cloudwatch_metric_alarm", "alarms_*", [81, 67])]),
    row(
        "M2",
        &[
            Claim("cloudwatch_composite_alarm", "alarms_region", [3, 3]),
            Claim("cloudwatch_event_rule", "events_alarms*", [4, 4]),
            Claim("cloudwatch_event_rule", "events_peer-alarms", [2, 2]),
        ],
    ),
    row("M3", &[Claim("cloudwatch_dashboard", "platform", [2, 2])]),
    row(
        "M4",
        &[
            Claim("cloudtrail", "trail_platform", [1, 1]),
            Claim("cloudwatch_log_group", "trail_trail", [1, 1]),
            Claim("iam_role", "trail_trail", [1, 1]),
            Claim("iam_role_policy", "trail_trail", [1, 1]),
            Claim("cloudwatch_log_group", "events_audit", [2, 2]),
            Claim("cloudwatch_log_resource_policy", "events_audit", [2, 2]),
        ],
    ),
    row(
        "M5",
        &[
            Claim("cloudwatch_metric_alarm", "alarms_round-trip", [2, 2]),
            Claim("cloudwatch_metric_alarm", "alarms_append", [2, 2]),
        ],
    ),
    row("T1", &[Claim("ssm_parameter", "readiness_scope", [2, 2])]),
    row(
        "G1",
        &[
            Claim("secretsmanager_secret", "grants", [1, 1]),
            Claim("secretsmanager_secret", "canary", [1, 1]),
            Claim("secretsmanager_secret_version", "canary", [1, 1]),
        ],
    ),
    row("G2", &[Claim("kms_key", "platform", [3, 3])]),
    row("G3", &[Claim("wafv2_web_acl", "*_firewall", [2, 2])]),
    row("G4", &[]),
];
