//! The resource `aws_sqs_queue_redrive_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource SqsQueueRedrivePolicy = "aws_sqs_queue_redrive_policy";
    new SqsQueueRedrivePolicyArgs (queue_url: Str, redrive_policy: Str);
    required {
        queue_url: Str,
        redrive_policy: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
