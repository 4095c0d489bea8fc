//! The resource `aws_iam_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Num, Str};

construct! {
    resource IamPolicy = "aws_iam_policy";
    new (policy: Str);
    required {
        policy: Str,
    }
    optional {
        delay_after_policy_creation_in_ms: Num,
        description: Str,
        path: Str,
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
    }
    computed {
        arn: Str,
        attachment_count: Num,
        id: Str,
        policy_id: Str,
        tags_all: Map<Str>,
    }
}

tagged!(IamPolicy);
