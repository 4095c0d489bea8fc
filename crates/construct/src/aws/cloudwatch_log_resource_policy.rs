//! The resource `aws_cloudwatch_log_resource_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource CloudwatchLogResourcePolicy = "aws_cloudwatch_log_resource_policy";
    new (policy_document: Str);
    required {
        policy_document: Str,
    }
    optional {
        policy_name: Str,
        resource_arn: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
        policy_scope: Str,
        revision_id: Str,
    }
}
