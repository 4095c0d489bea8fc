//! The resource `aws_s3_bucket_acl`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{List, Many, One, Set, Str};

construct! {
    resource S3BucketAcl = "aws_s3_bucket_acl";
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        acl: Str,
        expected_bucket_owner: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        access_control_policy: One<AccessControlPolicy> = List 0 1,
    }
    block_references {
        access_control_policy: List<AccessControlPolicy>,
    }
}

block! {
    AccessControlPolicy;
    new (owner: One<AccessControlPolicyOwner>);
    required_blocks {
        owner: One<AccessControlPolicyOwner> = List 1 1,
    }
    blocks {
        grant: Many<AccessControlPolicyGrant> = Set 0 0,
    }
    block_references {
        grant: Set<AccessControlPolicyGrant>,
    }
}

block! {
    AccessControlPolicyGrant;
    new (permission: Str);
    required {
        permission: Str,
    }
    blocks {
        grantee: One<AccessControlPolicyGrantGrantee> = List 0 1,
    }
    block_references {
        grantee: List<AccessControlPolicyGrantGrantee>,
    }
}

block! {
    AccessControlPolicyGrantGrantee;
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
    AccessControlPolicyOwner;
    new (id: Str);
    required {
        id: Str,
    }
    settable {
        display_name: Str,
    }
}
