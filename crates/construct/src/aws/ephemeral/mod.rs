//! The ephemeral resources of the AWS provider, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

pub mod secretsmanager_random_password;
pub mod secretsmanager_secret_version;

pub use secretsmanager_random_password::SecretsmanagerRandomPassword;
pub use secretsmanager_secret_version::SecretsmanagerSecretVersion;
