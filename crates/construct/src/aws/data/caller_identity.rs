//! The data source `aws_caller_identity`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    data CallerIdentity = "aws_caller_identity";
    new ();
    settable {
        id: Str,
    }
    computed {
        account_id: Str,
        arn: Str,
        user_id: Str,
    }
}
