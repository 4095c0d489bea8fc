//! The data source `aws_partition`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    data Partition = "aws_partition";
    new ();
    settable {
        id: Str,
    }
    computed {
        dns_suffix: Str,
        partition: Str,
        reverse_dns_prefix: Str,
    }
}
