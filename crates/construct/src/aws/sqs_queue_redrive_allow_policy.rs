//! The resource `aws_sqs_queue_redrive_allow_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource SqsQueueRedriveAllowPolicy = "aws_sqs_queue_redrive_allow_policy";
    new SqsQueueRedriveAllowPolicyArgs (queue_url: Str, redrive_allow_policy: Str);
    required {
        queue_url: Str,
        redrive_allow_policy: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
