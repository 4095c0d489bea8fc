//! The resource `aws_rds_cluster`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, Num, One, Set, Str, WriteOnly};

construct! {
    resource RdsCluster = "aws_rds_cluster";
    new (engine: Str);
    required {
        engine: Str,
    }
    optional {
        allow_major_version_upgrade: Bool,
        backtrack_window: Num,
        copy_tags_to_snapshot: Bool,
        db_cluster_instance_class: Str,
        db_instance_parameter_group_name: Str,
        delete_automated_backups: Bool,
        deletion_protection: Bool,
        domain: Str,
        domain_iam_role_name: Str,
        enable_global_write_forwarding: Bool,
        enable_http_endpoint: Bool,
        enable_local_write_forwarding: Bool,
        enabled_cloudwatch_logs_exports: Set<Str>,
        engine_mode: Str,
        final_snapshot_identifier: Str,
        global_cluster_identifier: Str,
        iam_database_authentication_enabled: Bool,
        iops: Num,
        manage_master_user_password: Bool,
        master_password: Str,
        master_password_wo_version: Num,
        performance_insights_enabled: Bool,
        replication_source_identifier: Str,
        skip_final_snapshot: Bool,
        snapshot_identifier: Str,
        source_region: Str,
        tags: Map<Str>,
    }
    settable {
        allocated_storage: Num,
        apply_immediately: Bool,
        auto_minor_version_upgrade: Bool,
        availability_zones: Set<Str>,
        backup_retention_period: Num,
        ca_certificate_identifier: Str,
        cluster_identifier: Str,
        cluster_identifier_prefix: Str,
        cluster_members: Set<Str>,
        cluster_scalability_type: Str,
        database_insights_mode: Str,
        database_name: Str,
        db_cluster_parameter_group_name: Str,
        db_subnet_group_name: Str,
        db_system_id: Str,
        engine_lifecycle_support: Str,
        engine_version: Str,
        iam_roles: Set<Str>,
        kms_key_id: Str,
        master_user_secret_kms_key_id: Str,
        master_username: Str,
        monitoring_interval: Num,
        monitoring_role_arn: Str,
        network_type: Str,
        performance_insights_kms_key_id: Str,
        performance_insights_retention_period: Num,
        port: Num,
        preferred_backup_window: Str,
        preferred_maintenance_window: Str,
        region: Str,
        storage_encrypted: Bool,
        storage_type: Str,
        vpc_security_group_ids: Set<Str>,
    }
    write_only {
        master_password_wo: WriteOnly<Str>,
    }
    computed {
        arn: Str,
        ca_certificate_valid_till: Str,
        cluster_resource_id: Str,
        endpoint: Str,
        engine_version_actual: Str,
        hosted_zone_id: Str,
        id: Str,
        master_user_secret: List<MasterUserSecret>,
        reader_endpoint: Str,
        tags_all: Map<Str>,
        upgrade_rollout_order: Str,
    }
    blocks {
        restore_to_point_in_time: One<RestoreToPointInTime> = List 0 1,
        s3_import: One<S3Import> = List 0 1,
        scaling_configuration: One<ScalingConfiguration> = List 0 1,
        serverlessv2_scaling_configuration: One<Serverlessv2ScalingConfiguration> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
    sensitive {
        "master_password",
        "master_password_wo",
    }
}

tagged!(RdsCluster);

object! {
    MasterUserSecret {
        kms_key_id: Str,
        secret_arn: Str,
        secret_status: Str,
    }
}

block! {
    RestoreToPointInTime;
    new ();
    optional {
        restore_to_time: Str,
        restore_type: Str,
        source_cluster_identifier: Str,
        source_cluster_resource_id: Str,
        use_latest_restorable_time: Bool,
    }
}

block! {
    S3Import;
    new S3ImportArgs (bucket_name: Str, ingestion_role: Str, source_engine: Str, source_engine_version: Str);
    required {
        bucket_name: Str,
        ingestion_role: Str,
        source_engine: Str,
        source_engine_version: Str,
    }
    optional {
        bucket_prefix: Str,
    }
}

block! {
    ScalingConfiguration;
    new ();
    optional {
        auto_pause: Bool,
        max_capacity: Num,
        min_capacity: Num,
        seconds_before_timeout: Num,
        seconds_until_auto_pause: Num,
        timeout_action: Str,
    }
}

block! {
    Serverlessv2ScalingConfiguration;
    new Serverlessv2ScalingConfigurationArgs (max_capacity: Num, min_capacity: Num);
    required {
        max_capacity: Num,
        min_capacity: Num,
    }
    settable {
        seconds_until_auto_pause: Num,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
