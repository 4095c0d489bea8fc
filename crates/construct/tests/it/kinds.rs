//! Validates one element of every kind of nesting and type, with the crate's own checks and with Terraform.

use crate::terraform::validate;
use leeward_construct::aws::{
    autoscaling_group, cloudwatch_metric_alarm, dynamodb_table, lambda_function, launch_template,
    lb_listener, rds_cluster, route53_record, s3_bucket_lifecycle_configuration as lifecycle,
    s3_bucket_server_side_encryption_configuration as encryption, wafv2_web_acl,
};
use leeward_construct::ty::Str;
use leeward_construct::{App, AwsProvider, Ref, Scope, With, aws, check, json, text};

fn data(scope: &Scope) {
    let key = scope.add("key", aws::KmsKey::new().enable_key_rotation(true));
    let table = aws::DynamodbTable::new("ledger")
        .billing_mode("PAY_PER_REQUEST")
        .hash_key("account")
        .attribute(dynamodb_table::Attribute::new(dynamodb_table::AttributeArgs {
            name: "account",
            type_: "S",
        }))
        .replica(
            ["us-east-2", "us-west-2"]
                .map(|region| dynamodb_table::Replica::new(region).point_in_time_recovery(true)),
        )
        .ttl(dynamodb_table::Ttl::new().attribute_name("until").enabled(true))
        .server_side_encryption(
            dynamodb_table::ServerSideEncryption::new(true).kms_key_arn(key.arn()),
        );
    let table = scope.add("ledger", table);
    scope.output("streams", table.replica().one().arn());
    let cluster = aws::RdsCluster::new("aurora-postgresql")
        .database_name("orders")
        .manage_master_user_password(true)
        .master_username("root")
        .availability_zones(["us-east-1a", "us-east-1b"])
        .serverlessv2_scaling_configuration(rds_cluster::Serverlessv2ScalingConfiguration::new(
            rds_cluster::Serverlessv2ScalingConfigurationArgs {
                max_capacity: 4,
                min_capacity: 0.5,
            },
        ));
    let cluster = scope.add("orders", cluster);
    scope.output("secret", cluster.master_user_secret().at(0).secret_arn());
    let bucket = scope.add("logs", aws::S3Bucket::new());
    let rule = encryption::Rule::new().apply_server_side_encryption_by_default(
        encryption::RuleApplyServerSideEncryptionByDefault::new("aws:kms"),
    );
    scope.add(
        "logs",
        aws::S3BucketServerSideEncryptionConfiguration::new(
            aws::S3BucketServerSideEncryptionConfigurationArgs { bucket: bucket.id(), rule },
        ),
    );
    let rule = lifecycle::Rule::new(lifecycle::RuleArgs { id: "old", status: "Enabled" })
        .filter(lifecycle::RuleFilter::new().prefix("logs/"))
        .expiration(lifecycle::RuleExpiration::new().days(30));
    scope.add("logs", aws::S3BucketLifecycleConfiguration::new(bucket.id()).rule(rule));
}

fn compute(scope: &Scope) {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    });
    let role = scope.add("role", aws::IamRole::new(trust));
    let code = scope.asset_of("code", "code.zip", b"no archive".to_vec());
    let function = aws::LambdaFunction::new(aws::LambdaFunctionArgs {
        function_name: "fold",
        role: role.arn(),
    })
    .filename(code.relative_path())
    .source_code_hash(code.sha256_base64())
    .runtime("provided.al2023")
    .handler("bootstrap")
    .architectures(["x86_64"])
    .environment(lambda_function::Environment::new().variables([("ROLE", "fold")]))
    .when(scope.stack_name() == "compute", |function| {
        function.tracing_config(lambda_function::TracingConfig::new("Active"))
    })
    .when_some(Some(512), |function, megabytes| function.memory_size(megabytes));
    let function = scope.add("fold", function);
    let alarm = aws::CloudwatchMetricAlarm::new(text!("{}-errors", function.function_name()))
        .comparison_operator("GreaterThanThreshold")
        .evaluation_periods(1)
        .threshold(0)
        .metric_query(
            cloudwatch_metric_alarm::MetricQuery::new("e").return_data(true).metric(
                cloudwatch_metric_alarm::MetricQueryMetric::new(
                    cloudwatch_metric_alarm::MetricQueryMetricArgs {
                        metric_name: "Errors",
                        period: 60,
                        stat: "Sum",
                    },
                )
                .namespace("AWS/Lambda")
                .dimensions([("FunctionName", function.function_name())]),
            ),
        );
    scope.add("errors", alarm);
    let image = scope
        .add("image", aws::data::SsmParameter::new("/aws/service/ami-amazon-linux-latest/al2023"));
    let template = aws::LaunchTemplate::new()
        .image_id(image.value())
        .metadata_options(launch_template::MetadataOptions::new().http_tokens("required"))
        .user_data(Ref::<Str>::call("base64encode", ["#!/bin/sh\n${no}"]));
    let template = scope.add("workers", template);
    let group = aws::AutoscalingGroup::new(aws::AutoscalingGroupArgs { max_size: 3, min_size: 3 })
        .launch_template(
            autoscaling_group::LaunchTemplate::new().id(template.id()).version("$Latest"),
        )
        .availability_zones(["us-east-1a"])
        .tag(autoscaling_group::Tag::new(autoscaling_group::TagArgs {
            key: "Name",
            propagate_at_launch: true,
            value: "worker",
        }));
    scope.add("workers", group);
}

fn edge(scope: &Scope) {
    let acl = aws::Wafv2WebAcl::new(aws::Wafv2WebAclArgs {
        scope: "REGIONAL",
        default_action: wafv2_web_acl::DefaultAction::new()
            .allow(wafv2_web_acl::DefaultActionAllow::new()),
        visibility_config: wafv2_web_acl::VisibilityConfig::new(
            wafv2_web_acl::VisibilityConfigArgs {
                cloudwatch_metrics_enabled: true,
                metric_name: "all",
                sampled_requests_enabled: false,
            },
        ),
    })
    .name("api")
    .rule(
        wafv2_web_acl::Rule::new(wafv2_web_acl::RuleArgs {
            name: "rate",
            priority: 1,
            visibility_config: wafv2_web_acl::RuleVisibilityConfig::new(
                wafv2_web_acl::RuleVisibilityConfigArgs {
                    cloudwatch_metrics_enabled: true,
                    metric_name: "rate",
                    sampled_requests_enabled: false,
                },
            ),
        })
        .action(wafv2_web_acl::RuleAction::new().block(wafv2_web_acl::RuleActionBlock::new()))
        .statement(json!({ "rate_based_statement": { "limit": 1000 } })),
    );
    scope.add("api", acl);
    let balancer = scope.add("api", aws::Lb::new().subnets(["subnet-1", "subnet-2"]));
    let listener = aws::LbListener::new(aws::LbListenerArgs {
        load_balancer_arn: balancer.arn(),
        default_action: lb_listener::DefaultAction::new("fixed-response").fixed_response(
            lb_listener::DefaultActionFixedResponse::new("text/plain").status_code("404"),
        ),
    });
    scope.add("api", listener.port(80).protocol("HTTP"));
    let record = aws::Route53Record::new(aws::Route53RecordArgs {
        name: "api.example.com",
        type_: "A",
        zone_id: "Z1",
    })
    .set_identifier("east")
    .weighted_routing_policy(route53_record::WeightedRoutingPolicy::new(100))
    .alias(route53_record::Alias::new(route53_record::AliasArgs {
        evaluate_target_health: true,
        name: balancer.dns_name(),
        zone_id: balancer.zone_id(),
    }));
    scope.add("api", record);
    let group = aws::SecurityGroup::new().egress([aws::security_group::Egress::new()
        .cidr_blocks(["0.0.0.0/0"])
        .protocol("-1")
        .from_port(0)
        .to_port(0)]);
    scope.add("open", group);
}

#[test]
fn every_kind_of_argument() {
    let out = tempfile::tempdir().expect("a temporary directory");
    let app = App::new(out.path()).aws_version(">= 5.0");
    for (name, fill) in [("data", data as fn(&Scope)), ("compute", compute), ("edge", edge)] {
        let stack = app.stack(name);
        stack.aws_provider(AwsProvider::new().region("us-east-1"));
        fill(&stack.scope("all").tag("Name", "all"));
    }
    let synthesis = app.write().expect("it is sound");
    for config in synthesis.stacks.values() {
        assert_eq!(check::conforms(config), []);
    }
    validate(&["data", "compute", "edge"].map(|stack| out.path().join("stacks").join(stack)));
}
