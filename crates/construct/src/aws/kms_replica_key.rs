//! The resource `aws_kms_replica_key`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Str};

construct! {
    resource KmsReplicaKey = "aws_kms_replica_key";
    new (primary_key_arn: Str);
    required {
        primary_key_arn: Str,
    }
    optional {
        bypass_policy_lockout_safety_check: Bool,
        deletion_window_in_days: Num,
        description: Str,
        enabled: Bool,
        tags: Map<Str>,
    }
    settable {
        policy: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        key_id: Str,
        key_rotation_enabled: Bool,
        key_spec: Str,
        key_usage: Str,
        tags_all: Map<Str>,
    }
}

tagged!(KmsReplicaKey);
