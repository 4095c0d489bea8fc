//! The resource `aws_secretsmanager_secret_version`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, Set, Str, WriteOnly};

construct! {
    resource SecretsmanagerSecretVersion = "aws_secretsmanager_secret_version";
    new (secret_id: Str);
    required {
        secret_id: Str,
    }
    optional {
        secret_binary: Str,
        secret_string: Str,
        secret_string_wo_version: Num,
    }
    settable {
        region: Str,
        version_stages: Set<Str>,
    }
    write_only {
        secret_string_wo: WriteOnly<Str>,
    }
    computed {
        arn: Str,
        has_secret_string_wo: Bool,
        id: Str,
        secret_arn: Str,
        version_id: Str,
    }
    sensitive {
        "secret_binary",
        "secret_string",
        "secret_string_wo",
    }
}
