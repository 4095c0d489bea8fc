//! The resource `aws_cloudwatch_log_group`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Str};

construct! {
    resource CloudwatchLogGroup = "aws_cloudwatch_log_group";
    new ();
    optional {
        kms_key_id: Str,
        retention_in_days: Num,
        skip_destroy: Bool,
        tags: Map<Str>,
    }
    settable {
        deletion_protection_enabled: Bool,
        log_group_class: Str,
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(CloudwatchLogGroup);
