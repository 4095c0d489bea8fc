//! The resource `aws_iam_role_policy_attachment`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource IamRolePolicyAttachment = "aws_iam_role_policy_attachment";
    new IamRolePolicyAttachmentArgs (policy_arn: Str, role: Str);
    required {
        policy_arn: Str,
        role: Str,
    }
    computed {
        id: Str,
    }
}
