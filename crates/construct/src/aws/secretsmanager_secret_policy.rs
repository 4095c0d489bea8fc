//! The resource `aws_secretsmanager_secret_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Str};

construct! {
    resource SecretsmanagerSecretPolicy = "aws_secretsmanager_secret_policy";
    new SecretsmanagerSecretPolicyArgs (policy: Str, secret_arn: Str);
    required {
        policy: Str,
        secret_arn: Str,
    }
    optional {
        block_public_policy: Bool,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
