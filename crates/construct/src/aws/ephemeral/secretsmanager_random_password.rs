//! The ephemeral resource `aws_secretsmanager_random_password`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, Str};

construct! {
    ephemeral SecretsmanagerRandomPassword = "aws_secretsmanager_random_password";
    new ();
    optional {
        exclude_characters: Str,
        exclude_lowercase: Bool,
        exclude_numbers: Bool,
        exclude_punctuation: Bool,
        exclude_uppercase: Bool,
        include_space: Bool,
        password_length: Num,
        require_each_included_type: Bool,
    }
    settable {
        id: Str,
        region: Str,
    }
    computed {
        random_password: Str,
    }
}
