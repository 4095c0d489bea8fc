//! The resource `aws_s3_bucket_public_access_block`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Str};

construct! {
    resource S3BucketPublicAccessBlock = "aws_s3_bucket_public_access_block";
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        block_public_acls: Bool,
        block_public_policy: Bool,
        ignore_public_acls: Bool,
        restrict_public_buckets: Bool,
        skip_destroy: Bool,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
