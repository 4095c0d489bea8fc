//! The data source `aws_elb_service_account`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    data ElbServiceAccount = "aws_elb_service_account";
    new ();
    settable {
        id: Str,
        region: Str,
    }
    computed {
        arn: Str,
    }
}
