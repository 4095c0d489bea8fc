//! The resource `aws_kms_key`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource KmsKey = "aws_kms_key";
    new ();
    optional {
        bypass_policy_lockout_safety_check: Bool,
        custom_key_store_id: Str,
        customer_master_key_spec: Str,
        deletion_window_in_days: Num,
        enable_key_rotation: Bool,
        is_enabled: Bool,
        key_usage: Str,
        tags: Map<Str>,
        xks_key_id: Str,
    }
    settable {
        description: Str,
        multi_region: Bool,
        policy: Str,
        region: Str,
        rotation_period_in_days: Num,
    }
    computed {
        arn: Str,
        id: Str,
        key_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(KmsKey);

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
    }
}
