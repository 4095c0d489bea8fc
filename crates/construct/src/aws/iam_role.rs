//! The resource `aws_iam_role`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, Set, Str};

construct! {
    resource IamRole = "aws_iam_role";
    new (assume_role_policy: Str);
    required {
        assume_role_policy: Str,
    }
    optional {
        description: Str,
        force_detach_policies: Bool,
        max_session_duration: Num,
        path: Str,
        permissions_boundary: Str,
        tags: Map<Str>,
    }
    settable {
        managed_policy_arns: Set<Str>,
        name: Str,
        name_prefix: Str,
    }
    computed {
        arn: Str,
        create_date: Str,
        id: Str,
        tags_all: Map<Str>,
        unique_id: Str,
    }
    blocks {
        inline_policy: Many<InlinePolicy> = Set 0 0,
    }
}

tagged!(IamRole);

block! {
    InlinePolicy;
    new ();
    optional {
        name: Str,
        policy: Str,
    }
}
