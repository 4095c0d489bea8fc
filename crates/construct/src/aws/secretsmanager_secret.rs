//! The resource `aws_secretsmanager_secret`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, Set, Str};

construct! {
    resource SecretsmanagerSecret = "aws_secretsmanager_secret";
    new ();
    optional {
        description: Str,
        force_overwrite_replica_secret: Bool,
        kms_key_id: Str,
        recovery_window_in_days: Num,
        tags: Map<Str>,
        type_: Str,
    }
    settable {
        name: Str,
        name_prefix: Str,
        policy: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        replica: Many<Replica> = Set 0 0,
    }
    block_references {
        replica: Set<Replica>,
    }
}

tagged!(SecretsmanagerSecret);

block! {
    Replica;
    new (region: Str);
    required {
        region: Str,
    }
    settable {
        kms_key_id: Str,
    }
    computed {
        last_accessed_date: Str,
        status: Str,
        status_message: Str,
    }
}
