//! The resource `aws_s3_bucket_ownership_controls`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource S3BucketOwnershipControls = "aws_s3_bucket_ownership_controls";
    new S3BucketOwnershipControlsArgs (bucket: Str, rule: One<Rule>);
    required {
        bucket: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        rule: One<Rule> = List 1 1,
    }
}

block! {
    Rule;
    new (object_ownership: Str);
    required {
        object_ownership: Str,
    }
}
