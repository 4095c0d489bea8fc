//! The resource `aws_s3_bucket_replication_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Many, Map, Num, One, Str};

construct! {
    resource S3BucketReplicationConfiguration = "aws_s3_bucket_replication_configuration";
    new S3BucketReplicationConfigurationArgs (bucket: Str, role: Str, rule: Many<Rule>);
    required {
        bucket: Str,
        role: Str,
    }
    optional {
        token: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        rule: Many<Rule> = List 1 0,
    }
    sensitive {
        "token",
    }
}

block! {
    Rule;
    new RuleArgs (status: Str, destination: One<RuleDestination>);
    required {
        status: Str,
    }
    optional {
        prefix: Str,
        priority: Num,
    }
    settable {
        id: Str,
    }
    required_blocks {
        destination: One<RuleDestination> = List 1 1,
    }
    blocks {
        delete_marker_replication: One<RuleDeleteMarkerReplication> = List 0 1,
        existing_object_replication: One<RuleExistingObjectReplication> = List 0 1,
        filter: One<RuleFilter> = List 0 1,
        source_selection_criteria: One<RuleSourceSelectionCriteria> = List 0 1,
    }
}

block! {
    RuleDeleteMarkerReplication;
    new (status: Str);
    required {
        status: Str,
    }
}

block! {
    RuleDestination;
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        account: Str,
        storage_class: Str,
    }
    blocks {
        access_control_translation: One<RuleDestinationAccessControlTranslation> = List 0 1,
        encryption_configuration: One<RuleDestinationEncryptionConfiguration> = List 0 1,
        metrics: One<RuleDestinationMetrics> = List 0 1,
        replication_time: One<RuleDestinationReplicationTime> = List 0 1,
    }
}

block! {
    RuleDestinationAccessControlTranslation;
    new (owner: Str);
    required {
        owner: Str,
    }
}

block! {
    RuleDestinationEncryptionConfiguration;
    new (replica_kms_key_id: Str);
    required {
        replica_kms_key_id: Str,
    }
}

block! {
    RuleDestinationMetrics;
    new (status: Str);
    required {
        status: Str,
    }
    blocks {
        event_threshold: One<RuleDestinationMetricsEventThreshold> = List 0 1,
    }
}

block! {
    RuleDestinationMetricsEventThreshold;
    new (minutes: Num);
    required {
        minutes: Num,
    }
}

block! {
    RuleDestinationReplicationTime;
    new RuleDestinationReplicationTimeArgs (status: Str, time: One<RuleDestinationReplicationTimeTime>);
    required {
        status: Str,
    }
    required_blocks {
        time: One<RuleDestinationReplicationTimeTime> = List 1 1,
    }
}

block! {
    RuleDestinationReplicationTimeTime;
    new (minutes: Num);
    required {
        minutes: Num,
    }
}

block! {
    RuleExistingObjectReplication;
    new (status: Str);
    required {
        status: Str,
    }
}

block! {
    RuleFilter;
    new ();
    optional {
        prefix: Str,
    }
    blocks {
        and: One<RuleFilterAnd> = List 0 1,
        tag: One<RuleFilterTag> = List 0 1,
    }
}

block! {
    RuleFilterAnd;
    new ();
    optional {
        prefix: Str,
        tags: Map<Str>,
    }
}

block! {
    RuleFilterTag;
    new RuleFilterTagArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    RuleSourceSelectionCriteria;
    new ();
    blocks {
        replica_modifications: One<RuleSourceSelectionCriteriaReplicaModifications> = List 0 1,
        sse_kms_encrypted_objects: One<RuleSourceSelectionCriteriaSseKmsEncryptedObjects> = List 0 1,
    }
}

block! {
    RuleSourceSelectionCriteriaReplicaModifications;
    new (status: Str);
    required {
        status: Str,
    }
}

block! {
    RuleSourceSelectionCriteriaSseKmsEncryptedObjects;
    new (status: Str);
    required {
        status: Str,
    }
}
