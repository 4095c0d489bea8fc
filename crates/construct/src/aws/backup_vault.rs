//! The resource `aws_backup_vault`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource BackupVault = "aws_backup_vault";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        force_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        kms_key_arn: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        recovery_points: Num,
        tags_all: Map<Str>,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(BackupVault);

block! {
    Timeouts;
    new ();
    optional {
        delete: Str,
    }
}
