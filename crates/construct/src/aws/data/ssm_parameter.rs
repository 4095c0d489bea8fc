//! The data source `aws_ssm_parameter`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, Str};

construct! {
    data SsmParameter = "aws_ssm_parameter";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        with_decryption: Bool,
    }
    settable {
        id: Str,
        region: Str,
    }
    computed {
        arn: Str,
        insecure_value: Str,
        type_: Str,
        value: Str,
        version: Num,
    }
    sensitive {
        "value",
    }
}
