//! The resource `aws_s3_bucket_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource S3BucketPolicy = "aws_s3_bucket_policy";
    new S3BucketPolicyArgs (bucket: Str, policy: Str);
    required {
        bucket: Str,
        policy: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
