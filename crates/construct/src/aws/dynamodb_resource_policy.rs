//! The resource `aws_dynamodb_resource_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Str};

construct! {
    resource DynamodbResourcePolicy = "aws_dynamodb_resource_policy";
    new DynamodbResourcePolicyArgs (policy: Str, resource_arn: Str);
    required {
        policy: Str,
        resource_arn: Str,
    }
    settable {
        confirm_remove_self_resource_access: Bool,
        region: Str,
    }
    computed {
        id: Str,
        revision_id: Str,
    }
}
