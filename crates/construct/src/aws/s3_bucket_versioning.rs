//! The resource `aws_s3_bucket_versioning`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource S3BucketVersioning = "aws_s3_bucket_versioning";
    new S3BucketVersioningArgs (bucket: Str, versioning_configuration: One<VersioningConfiguration>);
    required {
        bucket: Str,
    }
    optional {
        expected_bucket_owner: Str,
        mfa: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        versioning_configuration: One<VersioningConfiguration> = List 1 1,
    }
}

block! {
    VersioningConfiguration;
    new (status: Str);
    required {
        status: Str,
    }
    settable {
        mfa_delete: Str,
    }
}
