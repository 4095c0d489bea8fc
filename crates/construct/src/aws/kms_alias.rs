//! The resource `aws_kms_alias`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource KmsAlias = "aws_kms_alias";
    new (target_key_id: Str);
    required {
        target_key_id: Str,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        target_key_arn: Str,
    }
}
