//! The data source `aws_region`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    data Region = "aws_region";
    new ();
    settable {
        endpoint: Str,
        id: Str,
        name: Str,
        region: Str,
    }
    computed {
        description: Str,
    }
}
