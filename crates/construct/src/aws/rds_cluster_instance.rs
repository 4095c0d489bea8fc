//! The resource `aws_rds_cluster_instance`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource RdsClusterInstance = "aws_rds_cluster_instance";
    new RdsClusterInstanceArgs (cluster_identifier: Str, engine: Str, instance_class: Str);
    required {
        cluster_identifier: Str,
        engine: Str,
        instance_class: Str,
    }
    optional {
        auto_minor_version_upgrade: Bool,
        copy_tags_to_snapshot: Bool,
        custom_iam_instance_profile: Str,
        force_destroy: Bool,
        monitoring_interval: Num,
        promotion_tier: Num,
        tags: Map<Str>,
    }
    settable {
        apply_immediately: Bool,
        availability_zone: Str,
        ca_cert_identifier: Str,
        db_parameter_group_name: Str,
        db_subnet_group_name: Str,
        engine_version: Str,
        identifier: Str,
        identifier_prefix: Str,
        monitoring_role_arn: Str,
        performance_insights_enabled: Bool,
        performance_insights_kms_key_id: Str,
        performance_insights_retention_period: Num,
        preferred_backup_window: Str,
        preferred_maintenance_window: Str,
        publicly_accessible: Bool,
        region: Str,
    }
    computed {
        arn: Str,
        dbi_resource_id: Str,
        endpoint: Str,
        engine_version_actual: Str,
        id: Str,
        kms_key_id: Str,
        network_type: Str,
        port: Num,
        storage_encrypted: Bool,
        tags_all: Map<Str>,
        writer: Bool,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(RdsClusterInstance);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
