//! The properties that each requirement demands of its resources, in both profiles.

use super::{path, profiles};
use crate::valid::synthesize;
use leeward_blueprint::deploy::Profile;
use leeward_blueprint::services::{Consistency, Routing};
use leeward_blueprint::{Blueprint, TimingProfile};
use leeward_stacks::rules::Stacks;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The stacks of a blueprint, with lookups for the tests.
pub(super) struct View {
    pub(super) stacks: Stacks,
    pub(super) blueprint: Blueprint,
}

pub(super) const SIDES: [&str; 2] = ["primary", "secondary"];

impl View {
    fn of(blueprint: &Blueprint) -> View {
        View { stacks: synthesize(blueprint).stacks, blueprint: blueprint.clone() }
    }

    pub(super) fn both() -> [View; 2] {
        profiles().map(|blueprint| View::of(&blueprint))
    }

    fn fleet(&self) -> bool {
        self.blueprint.profile == Profile::Instances
    }

    /// Returns the resources of a type in a stack whose path begins with `start`.
    pub(super) fn all(&self, stack: &str, kind: &str, start: &str) -> Vec<&Value> {
        let of_kind = self.stacks[stack].pointer(&format!("/resource/aws_{kind}"));
        let named = of_kind.and_then(Value::as_object).into_iter().flatten();
        named.filter(|(name, _)| path(name).starts_with(start)).map(|(_, body)| body).collect()
    }

    pub(super) fn one(&self, stack: &str, kind: &str, start: &str) -> &Value {
        let found = self.all(stack, kind, start);
        assert!(found.len() == 1, "{stack}: {} {kind} {start}", found.len());
        found[0]
    }
}

/// Asserts that arguments have the expected values.
#[track_caller]
fn assert_arguments(body: &Value, arguments: &[(&str, Value)]) {
    for (at, expect) in arguments {
        assert_eq!(body.pointer(at), Some(expect), "{at} of {body}");
    }
}

pub(super) fn document(body: &Value, argument: &str) -> Value {
    serde_json::from_str(body[argument].as_str().expect("text")).expect("a document")
}

#[test]
fn n_network() {
    for view in View::both() {
        for (stack, cidr) in SIDES.into_iter().zip(["10.0.0.0/16", "10.1.0.0/16"]) {
            let vpc = view.one(stack, "vpc", "network_vpc");
            assert_arguments(
                vpc,
                &[
                    ("/cidr_block", json!(cidr)),
                    ("/enable_dns_support", json!(true)),
                    ("/enable_dns_hostnames", json!(true)),
                ],
            );
            let zones: BTreeSet<String> = view
                .all(stack, "subnet", "network_private")
                .iter()
                .map(|s| s["availability_zone"].to_string())
                .collect();
            assert_eq!(zones.len(), 3);
            // Only the load balancer's group accepts traffic from anywhere.
            for rule in view.all(stack, "vpc_security_group_ingress_rule", "network_") {
                let open = rule["cidr_ipv4"] == "0.0.0.0/0";
                let balancer = rule["security_group_id"].to_string().contains("balancer");
                assert_eq!(open, balancer, "{rule}");
            }
            let peer = if stack == "primary" { "10.1.0.0/16" } else { "10.0.0.0/16" };
            let from_peer =
                view.one(stack, "vpc_security_group_ingress_rule", "network_database-from-peer");
            assert_arguments(from_peer, &[("/cidr_ipv4", json!(peer))]);
            assert_eq!(view.all(stack, "default_security_group", "")[0]["ingress"], Value::Null);
            assert_arguments(
                view.one(stack, "flow_log", "network_flow"),
                &[("/traffic_type", json!("ALL"))],
            );
        }
        let routes = view.all("links", "route", "private-");
        let towards = |cidr: &str| {
            routes.iter().filter(|route| route["destination_cidr_block"] == cidr).count()
        };
        assert_eq!((towards("10.0.0.0/16"), towards("10.1.0.0/16")), (3, 3));
        let accepter = view.one("links", "vpc_peering_connection_accepter", "peering");
        assert_arguments(accepter, &[("/accepter/allow_remote_vpc_dns_resolution", json!(true))]);
    }
}

#[test]
fn d_database() {
    for view in View::both() {
        let versions = SIDES.map(|stack| {
            let cluster = view.one(stack, "rds_cluster", "database_cluster");
            assert_arguments(
                cluster,
                &[
                    ("/backup_retention_period", json!(7)),
                    ("/preferred_backup_window", json!("03:00-04:00")),
                    ("/preferred_maintenance_window", json!("mon:04:00-mon:05:00")),
                    ("/skip_final_snapshot", json!(true)),
                    ("/storage_encrypted", json!(true)),
                ],
            );
            // D6: a plan never reverts the arguments that swap with the clusters' roles.
            let ignored = cluster["lifecycle"]["ignore_changes"].to_string();
            for argument in
                ["global_cluster_identifier", "replication_source_identifier", "engine_version"]
            {
                assert!(ignored.contains(argument), "{ignored}");
            }
            let parameter = view.one(stack, "rds_cluster_parameter_group", "database_parameters");
            let tls = if view.fleet() { "require_secure_transport" } else { "rds.force_ssl" };
            assert_arguments(parameter, &[("/parameter/0/name", json!(tls))]);
            for instance in view.all(stack, "rds_cluster_instance", "database_instance") {
                assert_arguments(
                    instance,
                    &[
                        ("/instance_class", json!("db.r6g.large")),
                        ("/performance_insights_enabled", json!(true)),
                    ],
                );
            }
            cluster["engine_version"].clone()
        });
        assert_eq!(versions[0], versions[1]);
        let secondary = view.one("secondary", "rds_cluster", "database_cluster");
        for argument in ["master_username", "master_password_wo", "database_name"] {
            assert_eq!(secondary[argument], Value::Null, "AWS refuses it for a replica");
        }
        // D5: only roles that execute moves may promote a cluster. Only operators, with their own rights, may remove a
        // cluster from the global cluster.
        let may = |role: &str| view.one("secondary", "iam_role_policy", role)["policy"].to_string();
        assert!(may("functions_run").contains("rds:FailoverGlobalCluster"));
        assert!(!may("functions_run").contains("rds:RemoveFromGlobalCluster"));
        assert!(!may("functions_operator").contains("rds:RemoveFromGlobalCluster"));
    }
}

#[test]
fn s_sessions() {
    let [strong, _] = View::both();
    let table = strong.one("global", "dynamodb_table", "sessions");
    assert_arguments(
        table,
        &[
            ("/billing_mode", json!("PAY_PER_REQUEST")),
            ("/point_in_time_recovery/enabled", json!(true)),
        ],
    );
    assert_eq!(table["ttl"], Value::Null, "strong tables have none: the sweeper expires");
    let mut blueprint = profiles()[0].clone();
    blueprint.sessions.consistency = Consistency::Eventual;
    let eventual = View::of(&blueprint);
    let table = eventual.one("global", "dynamodb_table", "sessions");
    assert_arguments(table, &[("/ttl/enabled", json!(true)), ("/stream_enabled", json!(true))]);
    assert_eq!(table["global_table_witness"], Value::Null);
}

#[test]
fn o_orders() {
    for view in View::both() {
        let ledger = view.one("global", "dynamodb_table", "ledger");
        assert_arguments(
            ledger,
            &[
                ("/replica/0/consistency_mode", json!("STRONG")),
                ("/global_table_witness/region_name", json!("us-west-2")),
            ],
        );
        for stack in SIDES {
            let redrive = document(view.one(stack, "sqs_queue", "orders"), "redrive_policy");
            assert_eq!(redrive["maxReceiveCount"], 20);
            if view.fleet() {
                continue;
            }
            let hints = view.one(stack, "lambda_event_source_mapping", "triggers_hints");
            assert_arguments(
                hints,
                &[("/function_response_types/0", json!("ReportBatchItemFailures"))],
            );
            let paths: BTreeSet<&str> = view
                .all(stack, "api_gateway_resource", "api_")
                .iter()
                .filter_map(|r| r["path_part"].as_str())
                .collect();
            assert_eq!(paths, BTreeSet::from(["{proxy+}", "health", "traffic", "accepting"]));
        }
    }
}

#[test]
fn f_files() {
    for view in View::both() {
        for stack in SIDES {
            for bucket in ["access", "audit", "config", "logs"] {
                let at = format!("files_{bucket}");
                let versioning = view.one(stack, "s3_bucket_versioning", &at);
                assert_arguments(
                    versioning,
                    &[("/versioning_configuration/status", json!("Enabled"))],
                );
                let age = view.one(stack, "s3_bucket_lifecycle_configuration", &at);
                let expiry = "/rule/0/noncurrent_version_expiration/0/noncurrent_days";
                assert_arguments(age, &[(expiry, json!(30))]);
                let archived = age.pointer("/rule/0/transition/0/days");
                assert_eq!(archived, (bucket != "config").then(|| json!(90)).as_ref());
            }
        }
        for (role, markers) in [("config", "Enabled"), ("audit", "Disabled")] {
            let both =
                view.all("links", "s3_bucket_replication_configuration", &format!("files_{role}"));
            assert_eq!(both.len(), 2);
            for one in both {
                assert_arguments(
                    one,
                    &[
                        ("/rule/0/destination/replication_time/time/minutes", json!(15)),
                        ("/rule/0/destination/metrics/status", json!("Enabled")),
                        ("/rule/0/delete_marker_replication/status", json!(markers)),
                    ],
                );
            }
        }
        // Object lock is off by default.
        assert!(view.all("primary", "s3_bucket_object_lock_configuration", "").is_empty());
    }
    let mut blueprint = profiles()[0].clone();
    blueprint.files.audit_lock_days = 30;
    let locked = View::of(&blueprint);
    let lock = locked.one("primary", "s3_bucket_object_lock_configuration", "files_audit");
    assert_arguments(lock, &[("/rule/default_retention/mode", json!("GOVERNANCE"))]);
}

#[test]
fn c_compute() {
    for view in View::both() {
        let packages: BTreeSet<String> = ["primary", "secondary", "witness"]
            .iter()
            .flat_map(|stack| view.all(stack, "lambda_function", "functions_"))
            .map(|f| f["source_code_hash"].to_string())
            .collect();
        assert_eq!(packages.len(), 1, "the same package everywhere");
        for stack in SIDES {
            for function in view.all(stack, "lambda_function", "functions_") {
                assert_arguments(function, &[("/tracing_config/mode", json!("Active"))]);
                assert!(function["reserved_concurrent_executions"].as_u64() > Some(0));
                assert!(!function["dead_letter_config"].is_null());
            }
            if !view.fleet() {
                continue;
            }
            let template = view.one(stack, "launch_template", "fleet_agent");
            assert_arguments(template, &[("/metadata_options/http_tokens", json!("required"))]);
            let group = view.one(stack, "autoscaling_group", "fleet_agents");
            assert_arguments(
                group,
                &[
                    ("/min_size", json!(3)),
                    ("/max_size", json!(10)),
                    ("/desired_capacity", json!(3)),
                    ("/health_check_type", json!("ELB")),
                ],
            );
            assert!(group["lifecycle"]["ignore_changes"].to_string().contains("desired_capacity"));
            assert_arguments(
                view.one(stack, "lb", "balancer_orders"),
                &[("/client_keep_alive", json!(60))],
            );
            let targets = view.one(stack, "lb_target_group", "balancer_agents");
            assert_arguments(
                targets,
                &[
                    ("/deregistration_delay", json!("30")),
                    ("/health_check/path", json!("/health")),
                    ("/health_check/interval", json!(10)),
                    ("/health_check/timeout", json!(5)),
                ],
            );
        }
        for stack in ["primary", "secondary", "witness"] {
            view.one(stack, "ssm_parameter", "parameters_platform");
        }
    }
}

#[test]
fn a_api_and_traffic() {
    for view in View::both() {
        let timing = view.blueprint.timing(TimingProfile::Aws);
        let asked: BTreeSet<String> = view
            .all("links", "route53_health_check", "traffic_api")
            .iter()
            .map(|check| {
                assert_arguments(
                    check,
                    &[
                        ("/request_interval", json!(10)),
                        ("/failure_threshold", json!(2)),
                        ("/measure_latency", json!(true)),
                        ("/type", json!("HTTPS")),
                    ],
                );
                format!("{} {}", check["fqdn"], check["resource_path"])
            })
            .collect();
        let expect = [
            "\"us-east-1.orders.leeward.test\" \"/health/traffic\"",
            "\"us-east-2.orders.leeward.test\" \"/health/accepting\"",
        ];
        assert_eq!(asked, expect.map(String::from).into());
        for record in view.all("links", "route53_record", "traffic_public") {
            assert_arguments(record, &[("/type", json!("CNAME")), ("/ttl", json!(timing.ttl_s))]);
            assert!(!record["health_check_id"].is_null());
        }
        // A3: no role can change a DNS record, a zone or a health check.
        for stack in ["primary", "secondary", "witness"] {
            for policy in view.all(stack, "iam_role_policy", "") {
                let text = policy["policy"].as_str().unwrap_or_default();
                assert!(!text.contains("route53:Change") && !text.contains("route53:Update"));
            }
        }
    }
    let mut blueprint = profiles()[0].clone();
    blueprint.dns.routing = Routing::Latency;
    let view = View::of(&blueprint);
    for check in view.all("links", "route53_health_check", "traffic_api") {
        assert_arguments(check, &[("/resource_path", json!("/health/accepting"))]);
    }
}

#[test]
fn x_failover() {
    for view in View::both() {
        for stack in ["primary", "secondary", "witness"] {
            let sentinel = view.one(stack, "scheduler_schedule", "triggers_sentinel");
            assert_arguments(sentinel, &[("/schedule_expression", json!("rate(1 minute)"))]);
            let function = view.one(stack, "lambda_function", "functions_sentinel");
            assert_arguments(function, &[("/timeout", json!(150))]);
            view.one(stack, "lambda_function", "functions_operator");
            view.one(stack, "sns_topic", "notices");
        }
        for (stack, own, other) in
            [("primary", "us-east-1", "us-east-2"), ("secondary", "us-east-2", "us-east-1")]
        {
            let machine = document(view.one(stack, "sfn_state_machine", "runs_runs"), "definition");
            for (kind, first) in [
                ("failover", "fence"),
                ("switchover", "check"),
                ("failback", "check"),
                ("realign", "promote-database"),
            ] {
                let state = &machine["States"][format!("{kind}: {first}")];
                assert!(state["Retry"].is_array() && state["TimeoutSeconds"].is_u64(), "{kind}");
            }
            assert!(!machine.to_string().contains("waitForTaskToken"), "approval is off");
            // X3: only events of this Region are forwarded, so that no event circulates.
            let forward = view.one(stack, "cloudwatch_event_rule", "events_forward");
            assert_eq!(document(forward, "event_pattern")["region"], json!([own]));
            let target = view.one(stack, "cloudwatch_event_target", "events_forward");
            assert!(target["arn"].to_string().contains(other));
            let start = view.one(stack, "cloudwatch_event_rule", "events_runs");
            assert_eq!(document(start, "event_pattern")["detail"]["target"], json!([own]));
        }
    }
    let mut blueprint = profiles()[0].clone();
    blueprint.access.approval = true;
    let asked = View::of(&blueprint);
    let machine = document(asked.one("primary", "sfn_state_machine", "runs_runs"), "definition");
    let states = machine["States"].as_object().expect("states");
    let approvals: Vec<&String> = states.keys().filter(|name| name.ends_with("approval")).collect();
    assert_eq!(approvals, ["failback: approval", "switchover: approval"]);
}

#[test]
fn m_monitoring() {
    for view in View::both() {
        for stack in SIDES {
            for alarm in view.all(stack, "cloudwatch_metric_alarm", "alarms_") {
                assert_arguments(alarm, &[("/evaluation_periods", json!(2))]);
            }
            let sentinels = view.all(stack, "cloudwatch_metric_alarm", "alarms_sentinel");
            let ticks = sentinels.iter().find(|alarm| alarm["metric_name"] == "SentinelTicks");
            assert_arguments(
                ticks.expect("an alarm on silence"),
                &[("/treat_missing_data", json!("breaching"))],
            );
            let lag = view.one(stack, "cloudwatch_metric_alarm", "alarms_replication-lag");
            assert_arguments(
                lag,
                &[("/threshold", json!(1000.0)), ("/treat_missing_data", json!("notBreaching"))],
            );
            let composite = view.one(stack, "cloudwatch_composite_alarm", "alarms_region");
            let rule = composite["alarm_rule"].as_str().expect("a rule");
            let alarms = view.all(stack, "cloudwatch_metric_alarm", "alarms_").len();
            assert_eq!(rule.matches("ALARM(").count(), alarms);
            let forwarded = view.one(stack, "cloudwatch_event_rule", "events_alarms");
            let pattern = document(forwarded, "event_pattern");
            assert_eq!(pattern["detail"]["alarmName"][0], composite["alarm_name"]);
            let dashboard = view.one(stack, "cloudwatch_dashboard", "platform");
            let widgets = document(dashboard, "dashboard_body");
            let shown: BTreeSet<String> = (widgets["widgets"].as_array().expect("widgets").iter())
                .map(|widget| widget["properties"]["region"].to_string())
                .collect();
            assert_eq!(shown.len(), 2, "both Regions side by side");
        }
        let trail = view.one("links", "cloudtrail", "trail_platform");
        assert_arguments(
            trail,
            &[
                ("/is_multi_region_trail", json!(true)),
                ("/enable_log_file_validation", json!(true)),
            ],
        );
    }
}

#[test]
fn g_guard() {
    for view in View::both() {
        for stack in SIDES {
            let acl = view.all(stack, "wafv2_web_acl", "");
            assert_eq!(acl.len(), 1);
            let rules = document(acl[0], "rule_json");
            assert_eq!(rules[0]["Name"], "rate");
            // G4: no resource could serve as a fault switch.
            let text = view.stacks[stack].to_string().to_lowercase().replace("default", "");
            assert!(!text.contains("fault"), "a fault switch in {stack}");
        }
        let operator = view.one("primary", "iam_role", "operators_operator");
        let trust = document(operator, "assume_role_policy");
        let mfa = "/Condition/Bool/aws:MultiFactorAuthPresent";
        assert_eq!(trust["Statement"][0].pointer(mfa), Some(&json!("true")));
        assert_eq!(trust["Statement"].as_array().map(Vec::len), Some(1), "nobody else by default");
    }
    let mut blueprint = profiles()[0].clone();
    blueprint.access.trusted_accounts = vec!["111122223333".into()];
    blueprint.access.external_id = Some("agreed-upon".into());
    let view = View::of(&blueprint);
    let operator = view.one("primary", "iam_role", "operators_operator");
    let trust = document(operator, "assume_role_policy");
    let id = "/Condition/StringEquals/sts:ExternalId";
    assert_eq!(trust["Statement"][1].pointer(id), Some(&json!("agreed-upon")));
}
