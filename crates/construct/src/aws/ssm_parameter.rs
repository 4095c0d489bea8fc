//! The resource `aws_ssm_parameter`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, Str, WriteOnly};

construct! {
    resource SsmParameter = "aws_ssm_parameter";
    new SsmParameterArgs (name: Str, type_: Str);
    required {
        name: Str,
        type_: Str,
    }
    optional {
        allowed_pattern: Str,
        description: Str,
        overwrite: Bool,
        tags: Map<Str>,
        value_wo_version: Num,
    }
    settable {
        arn: Str,
        data_type: Str,
        insecure_value: Str,
        key_id: Str,
        region: Str,
        tier: Str,
        value: Str,
    }
    write_only {
        value_wo: WriteOnly<Str>,
    }
    computed {
        has_value_wo: Bool,
        id: Str,
        tags_all: Map<Str>,
        version: Num,
    }
    sensitive {
        "value",
        "value_wo",
    }
}

tagged!(SsmParameter);
