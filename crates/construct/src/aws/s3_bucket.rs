//! The resource `aws_s3_bucket`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource S3Bucket = "aws_s3_bucket";
    new ();
    optional {
        force_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        acceleration_status: Str,
        acl: Str,
        bucket: Str,
        bucket_namespace: Str,
        bucket_prefix: Str,
        object_lock_enabled: Bool,
        policy: Str,
        region: Str,
        request_payer: Str,
    }
    computed {
        arn: Str,
        bucket_domain_name: Str,
        bucket_region: Str,
        bucket_regional_domain_name: Str,
        hosted_zone_id: Str,
        id: Str,
        tags_all: Map<Str>,
        website_domain: Str,
        website_endpoint: Str,
    }
    blocks {
        cors_rule: Many<CorsRule> = List 0 0,
        grant: Many<Grant> = Set 0 0,
        lifecycle_rule: Many<LifecycleRule> = List 0 0,
        logging: One<Logging> = List 0 1,
        object_lock_configuration: One<ObjectLockConfiguration> = List 0 1,
        replication_configuration: One<ReplicationConfiguration> = List 0 1,
        server_side_encryption_configuration: One<ServerSideEncryptionConfiguration> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
        versioning: One<Versioning> = List 0 1,
        website: One<Website> = List 0 1,
    }
}

tagged!(S3Bucket);

block! {
    CorsRule;
    new CorsRuleArgs (allowed_methods: List<Str>, allowed_origins: List<Str>);
    required {
        allowed_methods: List<Str>,
        allowed_origins: List<Str>,
    }
    optional {
        allowed_headers: List<Str>,
        expose_headers: List<Str>,
        max_age_seconds: Num,
    }
}

block! {
    Grant;
    new GrantArgs (permissions: Set<Str>, type_: Str);
    required {
        permissions: Set<Str>,
        type_: Str,
    }
    optional {
        id: Str,
        uri: Str,
    }
}

block! {
    LifecycleRule;
    new (enabled: Bool);
    required {
        enabled: Bool,
    }
    optional {
        abort_incomplete_multipart_upload_days: Num,
        prefix: Str,
        tags: Map<Str>,
    }
    settable {
        id: Str,
    }
    blocks {
        expiration: One<LifecycleRuleExpiration> = List 0 1,
        noncurrent_version_expiration: One<LifecycleRuleNoncurrentVersionExpiration> = List 0 1,
        noncurrent_version_transition: Many<LifecycleRuleNoncurrentVersionTransition> = Set 0 0,
        transition: Many<LifecycleRuleTransition> = Set 0 0,
    }
}

block! {
    LifecycleRuleExpiration;
    new ();
    optional {
        date: Str,
        days: Num,
        expired_object_delete_marker: Bool,
    }
}

block! {
    LifecycleRuleNoncurrentVersionExpiration;
    new ();
    optional {
        days: Num,
    }
}

block! {
    LifecycleRuleNoncurrentVersionTransition;
    new (storage_class: Str);
    required {
        storage_class: Str,
    }
    optional {
        days: Num,
    }
}

block! {
    LifecycleRuleTransition;
    new (storage_class: Str);
    required {
        storage_class: Str,
    }
    optional {
        date: Str,
        days: Num,
    }
}

block! {
    Logging;
    new (target_bucket: Str);
    required {
        target_bucket: Str,
    }
    optional {
        target_prefix: Str,
    }
}

block! {
    ObjectLockConfiguration;
    new ();
    optional {
        object_lock_enabled: Str,
    }
    blocks {
        rule: One<ObjectLockConfigurationRule> = List 0 1,
    }
}

block! {
    ObjectLockConfigurationRule;
    new (default_retention: One<ObjectLockConfigurationRuleDefaultRetention>);
    required_blocks {
        default_retention: One<ObjectLockConfigurationRuleDefaultRetention> = List 1 1,
    }
}

block! {
    ObjectLockConfigurationRuleDefaultRetention;
    new (mode: Str);
    required {
        mode: Str,
    }
    optional {
        days: Num,
        years: Num,
    }
}

block! {
    ReplicationConfiguration;
    new ReplicationConfigurationArgs (role: Str, rules: Many<ReplicationConfigurationRules>);
    required {
        role: Str,
    }
    required_blocks {
        rules: Many<ReplicationConfigurationRules> = Set 1 0,
    }
}

block! {
    ReplicationConfigurationRules;
    new ReplicationConfigurationRulesArgs (status: Str, destination: One<ReplicationConfigurationRulesDestination>);
    required {
        status: Str,
    }
    optional {
        delete_marker_replication_status: Str,
        id: Str,
        prefix: Str,
        priority: Num,
    }
    required_blocks {
        destination: One<ReplicationConfigurationRulesDestination> = List 1 1,
    }
    blocks {
        filter: One<ReplicationConfigurationRulesFilter> = List 0 1,
        source_selection_criteria: One<ReplicationConfigurationRulesSourceSelectionCriteria> = List 0 1,
    }
}

block! {
    ReplicationConfigurationRulesDestination;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        account_id: Str,
        replica_kms_key_id: Str,
        storage_class: Str,
    }
    blocks {
        access_control_translation: One<ReplicationConfigurationRulesDestinationAccessControlTranslation> = List 0 1,
        metrics: One<ReplicationConfigurationRulesDestinationMetrics> = List 0 1,
        replication_time: One<ReplicationConfigurationRulesDestinationReplicationTime> = List 0 1,
    }
}

block! {
    ReplicationConfigurationRulesDestinationAccessControlTranslation;
    new (owner: Str);
    required {
        owner: Str,
    }
}

block! {
    ReplicationConfigurationRulesDestinationMetrics;
    new ();
    optional {
        minutes: Num,
        status: Str,
    }
}

block! {
    ReplicationConfigurationRulesDestinationReplicationTime;
    new ();
    optional {
        minutes: Num,
        status: Str,
    }
}

block! {
    ReplicationConfigurationRulesFilter;
    new ();
    optional {
        prefix: Str,
        tags: Map<Str>,
    }
}

block! {
    ReplicationConfigurationRulesSourceSelectionCriteria;
    new ();
    blocks {
        sse_kms_encrypted_objects: One<ReplicationConfigurationRulesSourceSelectionCriteriaSseKmsEncryptedObjects> = List 0 1,
    }
}

block! {
    ReplicationConfigurationRulesSourceSelectionCriteriaSseKmsEncryptedObjects;
    new (enabled: Bool);
    required {
        enabled: Bool,
    }
}

block! {
    ServerSideEncryptionConfiguration;
    new (rule: One<ServerSideEncryptionConfigurationRule>);
    required_blocks {
        rule: One<ServerSideEncryptionConfigurationRule> = List 1 1,
    }
}

block! {
    ServerSideEncryptionConfigurationRule;
    new (apply_server_side_encryption_by_default: One<ServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault>);
    optional {
        bucket_key_enabled: Bool,
    }
    required_blocks {
        apply_server_side_encryption_by_default: One<ServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault> = List 1 1,
    }
}

block! {
    ServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault;
    new (sse_algorithm: Str);
    required {
        sse_algorithm: Str,
    }
    optional {
        kms_master_key_id: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        read: Str,
        update: Str,
    }
}

block! {
    Versioning;
    new ();
    optional {
        enabled: Bool,
        mfa_delete: Bool,
    }
}

block! {
    Website;
    new ();
    optional {
        error_document: Str,
        index_document: Str,
        redirect_all_requests_to: Str,
        routing_rules: Str,
    }
}
