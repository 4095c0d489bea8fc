//! The resource `aws_s3_bucket_lifecycle_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Str};

construct! {
    resource S3BucketLifecycleConfiguration = "aws_s3_bucket_lifecycle_configuration";
    new (bucket: Str);
    required {
        bucket: Str,
    }
    settable {
        expected_bucket_owner: Str,
        region: Str,
        transition_default_minimum_object_size: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        rule: Many<Rule> = List 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

block! {
    Rule;
    new RuleArgs (id: Str, status: Str);
    required {
        id: Str,
        status: Str,
    }
    settable {
        prefix: Str,
    }
    blocks {
        abort_incomplete_multipart_upload: Many<RuleAbortIncompleteMultipartUpload> = List 0 0,
        expiration: Many<RuleExpiration> = List 0 0,
        filter: Many<RuleFilter> = List 0 0,
        noncurrent_version_expiration: Many<RuleNoncurrentVersionExpiration> = List 0 0,
        noncurrent_version_transition: Many<RuleNoncurrentVersionTransition> = Set 0 0,
        transition: Many<RuleTransition> = Set 0 0,
    }
}

block! {
    RuleAbortIncompleteMultipartUpload;
    new ();
    optional {
        days_after_initiation: Num,
    }
}

block! {
    RuleExpiration;
    new ();
    optional {
        date: Str,
    }
    settable {
        days: Num,
        expired_object_delete_marker: Bool,
    }
}

block! {
    RuleFilter;
    new ();
    settable {
        object_size_greater_than: Num,
        object_size_less_than: Num,
        prefix: Str,
    }
    blocks {
        and: Many<RuleFilterAnd> = List 0 0,
        tag: Many<RuleFilterTag> = List 0 0,
    }
}

block! {
    RuleFilterAnd;
    new ();
    optional {
        tags: Map<Str>,
    }
    settable {
        object_size_greater_than: Num,
        object_size_less_than: Num,
        prefix: Str,
    }
}

block! {
    RuleFilterTag;
    new RuleFilterTagArgs (key: Str, value: Str);
    required {
        key: Str,
        value: Str,
    }
}

block! {
    RuleNoncurrentVersionExpiration;
    new (noncurrent_days: Num);
    required {
        noncurrent_days: Num,
    }
    optional {
        newer_noncurrent_versions: Num,
    }
}

block! {
    RuleNoncurrentVersionTransition;
    new RuleNoncurrentVersionTransitionArgs (noncurrent_days: Num, storage_class: Str);
    required {
        noncurrent_days: Num,
        storage_class: Str,
    }
    optional {
        newer_noncurrent_versions: Num,
    }
}

block! {
    RuleTransition;
    new (storage_class: Str);
    required {
        storage_class: Str,
    }
    optional {
        date: Str,
    }
    settable {
        days: Num,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        update: Str,
    }
}
