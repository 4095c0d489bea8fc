//! The resource `aws_s3_bucket_object_lock_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Num, One, Str};

construct! {
    resource S3BucketObjectLockConfiguration = "aws_s3_bucket_object_lock_configuration";
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        expected_bucket_owner: Str,
        object_lock_enabled: Str,
        token: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        rule: One<Rule> = List 0 1,
    }
    sensitive {
        "token",
    }
}

block! {
    Rule;
    new (default_retention: One<RuleDefaultRetention>);
    required_blocks {
        default_retention: One<RuleDefaultRetention> = List 1 1,
    }
}

block! {
    RuleDefaultRetention;
    new ();
    optional {
        days: Num,
        mode: Str,
        years: Num,
    }
}
