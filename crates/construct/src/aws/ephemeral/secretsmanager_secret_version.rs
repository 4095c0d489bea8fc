//! The ephemeral resource `aws_secretsmanager_secret_version`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Set, Str};

construct! {
    ephemeral SecretsmanagerSecretVersion = "aws_secretsmanager_secret_version";
    new (secret_id: Str);
    required {
        secret_id: Str,
    }
    optional {
        version_stage: Str,
    }
    settable {
        id: Str,
        region: Str,
        version_id: Str,
    }
    computed {
        arn: Str,
        created_date: Str,
        secret_arn: Str,
        secret_binary: Str,
        secret_string: Str,
        version_stages: Set<Str>,
    }
    sensitive {
        "secret_binary",
        "secret_string",
    }
}
