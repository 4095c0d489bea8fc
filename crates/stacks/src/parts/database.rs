//! The Regions' clusters of the Aurora global database (REQ-D1 to D6). Their roles swap after a failover, so Terraform
//! uses the arguments about roles only at creation and ignores later differences (docs/spec/aws-facts.md).

use crate::blocks::logs;
use crate::blocks::policy;
use crate::context::RegionStack;
use crate::global::Globals;
use crate::global::credentials;
use crate::parts::network::Network;
use leeward_blueprint::RegionRole;
use leeward_blueprint::deploy::Engine;
use leeward_construct::aws::rds_cluster_parameter_group::{Parameter, ParameterArgs};
use leeward_construct::{Handle, Lifecycle, aws};

/// The interval of the operating-system metrics of the instances, which complement CloudWatch's own metrics.
const MONITORING_S: i64 = 60;

pub(crate) struct Cluster {
    pub(crate) cluster: Handle<aws::RdsCluster>,
    pub(crate) identifier: String,
    first_instance: Handle<aws::RdsClusterInstance>,
}

type Parameters = &'static [(&'static str, &'static str)];

/// Returns the family and the values of the parameter group. With these values the server requires TLS, and logs schema
/// changes and slow statements.
fn parameters(engine: Engine, version: &str) -> (String, Parameters) {
    match engine {
        Engine::AuroraPostgresql => {
            let major = version.split('.').next().unwrap_or(version);
            (
                format!("aurora-postgresql{major}"),
                &[
                    ("rds.force_ssl", "1"),
                    ("log_statement", "ddl"),
                    ("log_min_duration_statement", "1000"),
                ],
            )
        }
        Engine::AuroraMysql => (
            "aurora-mysql8.0".into(),
            &[
                ("require_secure_transport", "ON"),
                ("slow_query_log", "1"),
                ("long_query_time", "1"),
            ],
        ),
    }
}

pub(crate) fn add(
    place: &RegionStack,
    globals: &Globals,
    network: &Network,
    writer: Option<&Cluster>,
) -> Cluster {
    let place = &place.below("database");
    let (scope, settings, profile) =
        (&place.scope, &place.blueprint.database, place.blueprint.profile);
    let (engine, version) = (settings.engine(profile), settings.engine_version(profile));
    let identifier = place.names.cluster(&place.region);
    let subnets = scope.add(
        "subnets",
        aws::DbSubnetGroup::new(&network.private)
            .name(place.name("database", "subnets"))
            .description("The private subnets"),
    );
    let (family, values) = parameters(engine, version);
    let value = |(name, value): &(&'static str, &'static str)| {
        Parameter::new(ParameterArgs { name: *name, value: *value })
    };
    let values: Vec<Parameter> = values.iter().map(value).collect();
    let parameters = scope.add(
        "parameters",
        aws::RdsClusterParameterGroup::new(family)
            .name(place.name("database", "parameters"))
            .description("TLS only")
            .parameter(values),
    );
    let exports: &[&str] = match engine {
        Engine::AuroraPostgresql => &["postgresql"],
        Engine::AuroraMysql => &["audit", "error", "slowquery"],
    };
    // If these log groups did not exist, RDS would create them without a key and without an expiry.
    let exported: Vec<Handle<aws::CloudwatchLogGroup>> = exports
        .iter()
        .map(|log| logs::group(place, log, format!("/aws/rds/cluster/{identifier}/{log}")))
        .collect();
    let mut cluster = aws::RdsCluster::new(engine.as_str())
        .cluster_identifier(identifier.as_str())
        .engine_version(version)
        .global_cluster_identifier(globals.cluster.id())
        .db_subnet_group_name(subnets.name())
        .db_cluster_parameter_group_name(parameters.name())
        .vpc_security_group_ids([&network.groups.database])
        .kms_key_id(place.key.arn())
        .storage_encrypted(true)
        .iam_database_authentication_enabled(true)
        .backup_retention_period(7)
        .preferred_backup_window("03:00-04:00")
        .preferred_maintenance_window("mon:04:00-mon:05:00")
        .enabled_cloudwatch_logs_exports(exports.to_vec())
        .copy_tags_to_snapshot(true)
        .deletion_protection(false)
        .skip_final_snapshot(true)
        .lifecycle(Lifecycle::new().ignore_changes([
            "engine_version",
            "global_cluster_identifier",
            "replication_source_identifier",
        ]));
    // AWS rejects a user and a password for a cluster that is a replica.
    if place.region_role == RegionRole::Primary {
        cluster = cluster
            .database_name("orders")
            .master_username(credentials::USER)
            .master_password_wo(globals.credentials.password(scope))
            .master_password_wo_version(credentials::VERSION);
    }
    for group in &exported {
        cluster = cluster.depends_on(group);
    }
    if let Some(writer) = writer {
        cluster = cluster.depends_on(&writer.first_instance);
    }
    let cluster = scope.add("cluster", cluster);
    let first_instance = instances(place, &cluster).remove(0);
    Cluster { cluster, identifier, first_instance }
}

fn instances(
    place: &RegionStack,
    cluster: &Handle<aws::RdsCluster>,
) -> Vec<Handle<aws::RdsClusterInstance>> {
    let settings = &place.blueprint.database;
    let engine = settings.engine(place.blueprint.profile).as_str();
    let write = [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
    ];
    let metrics = vec![place.arn("logs", "log-group:RDSOSMetrics:*")];
    let monitor = vec![policy::allow(&write, metrics)];
    let monitor = policy::role(place, "monitor", "monitoring.rds.amazonaws.com", monitor);
    let instance = |n: u32| {
        aws::RdsClusterInstance::new(aws::RdsClusterInstanceArgs {
            cluster_identifier: cluster.id(),
            engine,
            instance_class: settings.instance_class.as_str(),
        })
        .identifier(place.name(&format!("{}-{n}", place.region), "database"))
        .publicly_accessible(false)
        .auto_minor_version_upgrade(false)
        .monitoring_interval(MONITORING_S)
        .monitoring_role_arn(monitor.arn())
        .performance_insights_enabled(true)
        .performance_insights_kms_key_id(place.key.arn())
        .lifecycle(Lifecycle::new().ignore_changes(["engine_version"]))
    };
    let add = |n| place.scope.add(format!("instance-{n}"), instance(n));
    (0..settings.instances).map(add).collect()
}
