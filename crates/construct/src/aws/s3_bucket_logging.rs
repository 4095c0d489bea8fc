//! The resource `aws_s3_bucket_logging`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{List, Many, One, Set, Str};

construct! {
    resource S3BucketLogging = "aws_s3_bucket_logging";
    new S3BucketLoggingArgs (bucket: Str, target_bucket: Str, target_prefix: Str);
    required {
        bucket: Str,
        target_bucket: Str,
        target_prefix: Str,
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
    blocks {
        target_grant: Many<TargetGrant> = Set 0 0,
        target_object_key_format: One<TargetObjectKeyFormat> = List 0 1,
    }
    block_references {
        target_grant: Set<TargetGrant>,
    }
}

block! {
    TargetGrant;
    new TargetGrantArgs (permission: Str, grantee: One<TargetGrantGrantee>);
    required {
        permission: Str,
    }
    required_blocks {
        grantee: One<TargetGrantGrantee> = List 1 1,
    }
    block_references {
        grantee: List<TargetGrantGrantee>,
    }
}

block! {
    TargetGrantGrantee;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        email_address: Str,
        id: Str,
        uri: Str,
    }
    computed {
        display_name: Str,
    }
}

block! {
    TargetObjectKeyFormat;
    new ();
    blocks {
        partitioned_prefix: One<TargetObjectKeyFormatPartitionedPrefix> = List 0 1,
        simple_prefix: One<TargetObjectKeyFormatSimplePrefix> = List 0 1,
    }
}

block! {
    TargetObjectKeyFormatPartitionedPrefix;
    new (partition_date_source: Str);
    required {
        partition_date_source: Str,
    }
}

block! {
    TargetObjectKeyFormatSimplePrefix;
    new ();
}
