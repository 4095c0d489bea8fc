//! The resource `aws_iam_role_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource IamRolePolicy = "aws_iam_role_policy";
    new IamRolePolicyArgs (policy: Str, role: Str);
    required {
        policy: Str,
        role: Str,
    }
    settable {
        name: Str,
        name_prefix: Str,
    }
    computed {
        id: Str,
    }
}
