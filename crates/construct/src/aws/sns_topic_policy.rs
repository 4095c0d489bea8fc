//! The resource `aws_sns_topic_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource SnsTopicPolicy = "aws_sns_topic_policy";
    new SnsTopicPolicyArgs (arn: Str, policy: Str);
    required {
        arn: Str,
        policy: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
        owner: Str,
    }
}
