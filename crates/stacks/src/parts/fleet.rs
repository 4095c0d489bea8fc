//! The agents of the `instances` profile (REQ-C2): a launch template and an Auto Scaling group over three zones.
//! Everything that a move needs already runs before the move, so recovery does not depend on scaling.

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::global::credentials;
use crate::global::tables;
use crate::parts::balancer::Balancer;
use crate::parts::database::Cluster;
use crate::parts::files::{self, Files};
use crate::parts::inputs::RegionInputs;
use crate::parts::parameters;
use leeward_blueprint::RegionRole;
use leeward_construct::aws::autoscaling_group as group;
use leeward_construct::aws::autoscaling_policy as scaling;
use leeward_construct::aws::launch_template as template;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Json, Lifecycle, Ref, Value, aws, text};

/// The average CPU utilization that scaling maintains, in percent. The alarm is at 80 (REQ-M1).
const CPU_TARGET: i64 = 60;
const REQUESTS_TARGET: i64 = 30_000;

pub(crate) fn add(
    place: &RegionStack,
    around: &RegionInputs<'_>,
    balancer: &Balancer,
    files: &Files,
) -> Handle<aws::AutoscalingGroup> {
    let place = &place.below("fleet");
    let scope = &place.scope;
    let settings = &place.blueprint.instances;
    let template = launch_template(place, around, files);
    let types = settings.types.iter().map(|kind| {
        group::MixedInstancesPolicyLaunchTemplateOverride::new().instance_type(kind.as_str())
    });
    let specification = group::MixedInstancesPolicyLaunchTemplateLaunchTemplateSpecification::new()
        .launch_template_id(template.id())
        .version(version(&template));
    let mixed = group::MixedInstancesPolicy::new(
        group::MixedInstancesPolicyLaunchTemplate::new(specification)
            .override_(types.collect::<Vec<_>>()),
    )
    // The group starts on-demand instances of the first type that has capacity, and no spot instances.
    .instances_distribution(
        group::MixedInstancesPolicyInstancesDistribution::new()
            .on_demand_allocation_strategy("prioritized")
            .on_demand_percentage_above_base_capacity(100),
    );
    let agents = aws::AutoscalingGroup::new(aws::AutoscalingGroupArgs {
        max_size: settings.max,
        min_size: settings.min,
    })
    .name(place.name("agents", "asg"))
    .desired_capacity(settings.desired)
    .vpc_zone_identifier(&around.network.private)
    .target_group_arns([balancer.targets.arn()])
    .health_check_type("ELB")
    .health_check_grace_period(settings.grace_s)
    .default_instance_warmup(settings.grace_s)
    .wait_for_capacity_timeout("0")
    .force_delete(true)
    .enabled_metrics(["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize"])
    .mixed_instances_policy(mixed)
    .instance_refresh(group::InstanceRefresh::new("Rolling"))
    .tag(group::Tag::new(group::TagArgs {
        key: "Name",
        propagate_at_launch: true,
        value: place.name("agent", "instance"),
    }))
    // After creation, Auto Scaling controls the capacity, and Terraform ignores it.
    .lifecycle(Lifecycle::new().ignore_changes(["desired_capacity"]));
    let agents = scope.add("agents", agents);
    scale(place, balancer, &agents);
    agents
}

fn version(template: &Handle<aws::LaunchTemplate>) -> Value<Str> {
    template.latest_version().into()
}

fn scale(place: &RegionStack, balancer: &Balancer, agents: &Handle<aws::AutoscalingGroup>) {
    let label = text!("{}/{}", balancer.balancer.arn_suffix(), balancer.targets.arn_suffix());
    let metric =
        |kind: &str| scaling::TargetTrackingConfigurationPredefinedMetricSpecification::new(kind);
    for (id, target, metric) in [
        ("cpu", CPU_TARGET, metric("ASGAverageCPUUtilization")),
        ("requests", REQUESTS_TARGET, metric("ALBRequestCountPerTarget").resource_label(label)),
    ] {
        let tracking = scaling::TargetTrackingConfiguration::new(target)
            .predefined_metric_specification(metric);
        place.scope.add(
            id,
            aws::AutoscalingPolicy::new(aws::AutoscalingPolicyArgs {
                autoscaling_group_name: agents.name(),
                name: place.name(id, "scaling"),
            })
            .policy_type("TargetTrackingScaling")
            .target_tracking_configuration(tracking),
        );
    }
}

/// Returns the AMI. AMIs are Regional, so Terraform looks one up in each Region unless the blueprint names it.
fn image(place: &RegionStack) -> Value<Str> {
    let settings = &place.blueprint.instances;
    let own = match place.region_role {
        RegionRole::Primary => &settings.primary_ami,
        RegionRole::Secondary | RegionRole::Witness => &settings.secondary_ami,
    };
    if let Some(ami) = own {
        return ami.as_str().into();
    }
    let parameter = aws::data::SsmParameter::new(settings.image.as_str());
    place.scope.add("image", parameter).insecure_value().into()
}

fn launch_template(
    place: &RegionStack,
    around: &RegionInputs<'_>,
    files: &Files,
) -> Handle<aws::LaunchTemplate> {
    let profile = profile(place, around);
    let disk = template::BlockDeviceMappingsEbs::new()
        .encrypted("true")
        .kms_key_id(place.key.arn())
        .volume_type("gp3")
        .volume_size(place.blueprint.instances.volume_gib)
        .delete_on_termination("true");
    let group = &around.network.groups.fleet.as_ref().expect("the profile has a fleet").app;
    let user_data =
        Ref::<Str>::call("base64encode", [Json::from(user_data(place, files, around.database))]);
    place.scope.add(
        "agent",
        aws::LaunchTemplate::new()
            .name(place.name("agent", "template"))
            .image_id(image(place))
            .user_data(user_data)
            .update_default_version(true)
            .vpc_security_group_ids([group])
            .iam_instance_profile(template::IamInstanceProfile::new().arn(profile.arn()))
            // Instance metadata requires a session token, which a request forged through a proxy lacks.
            .metadata_options(
                template::MetadataOptions::new()
                    .http_endpoint("enabled")
                    .http_tokens("required")
                    .http_put_response_hop_limit(1),
            )
            .monitoring(template::Monitoring::new().enabled(true))
            .block_device_mappings(
                template::BlockDeviceMappings::new().device_name("/dev/xvda").ebs(disk),
            ),
    )
}

/// Adds the agent's package to the Region's own bucket, under its hash. The old package stays until the launch template
/// names the new one.
fn package(place: &RegionStack, files: &Files) -> (Handle<aws::S3Object>, String) {
    let asset = place.scope.asset_of("agent", "agent.tar.zst", place.agent.to_vec());
    let sha256 = asset.sha256();
    let key = format!("agent/leeward-agent-{sha256}.tar.zst");
    let bucket = files.config.bucket.id();
    let object = aws::S3Object::new(aws::S3ObjectArgs { bucket, key })
        .source(asset.relative_path())
        .source_hash(sha256.as_str())
        .kms_key_id(place.key.arn())
        .server_side_encryption("aws:kms")
        .depends_on(&files.config.policy)
        .depends_on(&files.config.versioning)
        // Terraform deletes the old object only after the launch template names the new one.
        .lifecycle(Lifecycle::new().create_before_destroy());
    (place.scope.add("package", object), sha256)
}

/// Returns the script that sets up an instance. If a line fails, the instance logs which one and powers off, so that
/// its group starts another instance. The script contains no secret: the agent reads its secrets with its role. The
/// instance downloads nothing from the internet: system packages come from the Region's S3 through the network's own
/// gateway.
fn user_data(place: &RegionStack, files: &Files, database: &Cluster) -> Value<Str> {
    let (object, sha256) = package(place, files);
    let engine = place.blueprint.database.engine(place.blueprint.profile).as_str();
    let logs = place.name("agents", "logs");
    text!(
        "#!/bin/bash\n\
         set -Eeuo pipefail\n\
         install -d -m 0755 /var/log/leeward /etc/leeward\n\
         exec > >(tee -a /var/log/leeward/user-data.log /dev/console) 2>&1\n\
         trap 'echo \"leeward: LW-I001 user data failed at line $LINENO\"; sleep 60; poweroff' ERR\n\
         dnf install -y -q amazon-cloudwatch-agent logrotate zstd\n\
         cat > /etc/leeward/agent.env <<'EOF'\n\
         AWS_REGION={}\n\
         LEEWARD_PARAMETER={}\n\
         LEEWARD_GRANTS_SECRET={}\n\
         LEEWARD_CANARY_SECRET={}\n\
         LEEWARD_ENGINE={}\n\
         LEEWARD_DATABASE_HOST={}\n\
         LEEWARD_DATABASE_READER={}\n\
         LEEWARD_DATABASE_SECRET={}\n\
         EOF\n\
         cat > /etc/leeward/cloudwatch-agent.json <<'EOF'\n\
         {}\n\
         EOF\n\
         aws s3 cp --only-show-errors --region {} s3://{}/{} /tmp/leeward-agent.tar.zst\n\
         echo '{}  /tmp/leeward-agent.tar.zst' | sha256sum --check --strict\n\
         tar --zstd --no-same-owner -xf /tmp/leeward-agent.tar.zst -C /\n\
         /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl \
         -a fetch-config -m ec2 -s -c file:/etc/leeward/cloudwatch-agent.json\n\
         systemctl daemon-reload\n\
         systemctl enable --now logrotate.timer\n\
         systemctl enable --now leeward-agent\n",
        place.region.as_str(),
        place.names.platform_parameter(),
        place.names.grants_secret(),
        place.names.canary_secret(),
        engine,
        database.cluster.endpoint(),
        // The agent reads from this endpoint while its Region is not the writer.
        database.cluster.reader_endpoint(),
        place.names.database_secret(),
        watched(&logs),
        place.region.as_str(),
        object.bucket(),
        object.key(),
        sha256
    )
}

/// Returns the configuration of the CloudWatch agent: it sends the logs with the metrics that they contain, and the
/// instance's memory and disk usage.
fn watched(group: &str) -> String {
    let file = |name: &str| {
        let stream = format!("{{instance_id}}/{name}");
        let path = format!("/var/log/leeward/{name}.log");
        serde_json::json!({ "file_path": path, "log_group_name": group, "log_stream_name": stream })
    };
    let files = [file("agent"), file("user-data")];
    serde_json::json!({
        "logs": { "logs_collected": { "files": { "collect_list": files } } },
        "metrics": { "metrics_collected": {
            "disk": { "measurement": ["used_percent"], "resources": ["/"] },
            "mem": { "measurement": ["mem_used_percent"] },
        } },
    })
    .to_string()
}

fn profile(place: &RegionStack, around: &RegionInputs<'_>) -> Handle<aws::IamInstanceProfile> {
    let log = logs::group(place, "agents", place.name("agents", "logs"));
    let queue = vec![around.queues.orders.arn().into()];
    let bucket = text!("arn:{}:s3:::{}", place.partition(), files::bucket_name(place, "config"));
    let hints = [&place.region, place.peer()]
        .map(|region| place.arn_in(region.as_str(), "sqs", place.names.orders_queue()));
    let take = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ];
    let statements = vec![
        policy::use_key(place),
        tables::ledger::append(place),
        tables::control::read(place),
        tables::control::say(place),
        tables::sessions::write(place),
        tables::sessions::sweep(place),
        policy::allow(&take, queue),
        policy::allow(&["sqs:SendMessage"], hints.to_vec()),
        policy::use_keys(place, &["sqs"]),
        policy::allow(
            &["secretsmanager:GetSecretValue"],
            ["grants", "canary"].map(|role| credentials::token(place, role)).to_vec(),
        ),
        policy::allow(&["secretsmanager:GetSecretValue"], vec![credentials::arn(place)]),
        policy::allow(&["events:PutEvents"], vec![Value::from(&around.bus)]),
        policy::allow(&["s3:GetObject"], vec![text!("{}/agent/*", bucket)]),
        policy::allow(
            &["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            vec![text!("{}:*", log.arn())],
        ),
        parameters::read(place),
        // These actions serve Session Manager, which replaces SSH, and the CloudWatch agent's metrics. AWS cannot
        // restrict them to a resource.
        policy::allow_unscoped(&[
            "cloudwatch:PutMetricData",
            "ec2messages:AcknowledgeMessage",
            "ec2messages:GetMessages",
            "ec2messages:SendReply",
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ]),
    ];
    let role = policy::role(place, "agent", "ec2.amazonaws.com", statements);
    let name = place.name_here("agent", "profile");
    place.scope.add("agent", aws::IamInstanceProfile::new().name(name).role(role.name()))
}
