//! The resource `aws_sqs_queue_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource SqsQueuePolicy = "aws_sqs_queue_policy";
    new SqsQueuePolicyArgs (policy: Str, queue_url: Str);
    required {
        policy: Str,
        queue_url: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
