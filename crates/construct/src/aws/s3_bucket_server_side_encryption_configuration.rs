//! The resource `aws_s3_bucket_server_side_encryption_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, One, Str};

construct! {
    resource S3BucketServerSideEncryptionConfiguration = "aws_s3_bucket_server_side_encryption_configuration";
    new S3BucketServerSideEncryptionConfigurationArgs (bucket: Str, rule: Many<Rule>);
    required {
        bucket: Str,
    }
    optional {
        expected_bucket_owner: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        rule: Many<Rule> = Set 1 0,
    }
}

block! {
    Rule;
    new ();
    settable {
        blocked_encryption_types: List<Str>,
        bucket_key_enabled: Bool,
    }
    blocks {
        apply_server_side_encryption_by_default: One<RuleApplyServerSideEncryptionByDefault> = List 0 1,
    }
}

block! {
    RuleApplyServerSideEncryptionByDefault;
    new (sse_algorithm: Str);
    required {
        sse_algorithm: Str,
    }
    settable {
        kms_master_key_id: Str,
    }
}
