//! The database's credentials (REQ-D4). An ephemeral resource generates them and write-only arguments receive them, so
//! neither the plan nor the state contains them. The secret has a replica in the other Region, so that a database login
//! still works when one Region is lost.

use crate::context::RegionStack;
use leeward_blueprint::Blueprint;
use leeward_blueprint::names::Names;
use leeward_construct::aws::secretsmanager_secret::Replica;
use leeward_construct::ty::Str;
use leeward_construct::{Ephemeral, Handle, Scope, Value, aws};
use leeward_model::Region;
use std::collections::BTreeMap;

pub(crate) struct Credentials {
    pub(crate) secret: Handle<aws::SecretsmanagerSecret>,
}

pub(crate) const USER: &str = "leeward";
/// The version of the password. Terraform creates a new password when this number increases.
pub(crate) const VERSION: i64 = 1;

pub(crate) fn add(
    scope: &Scope,
    blueprint: &Blueprint,
    names: &Names,
    keys: &BTreeMap<Region, Handle<aws::KmsKey>>,
) -> Credentials {
    let r = &blueprint.regions;
    let primary = &keys[&r.primary];
    let in_region = |region: &Region| Replica::new(region.as_str()).kms_key_id(keys[region].arn());
    let replica = in_region(&r.secondary);
    tokens_in(scope, names, primary, [in_region(&r.secondary), in_region(&r.witness)]);
    let secret = scope.add(
        "database",
        aws::SecretsmanagerSecret::new()
            .name(names.database_secret())
            .description("The database's password; the user is leeward")
            .kms_key_id(primary.arn())
            .recovery_window_in_days(0)
            .replica([replica]),
    );
    scope.add(
        "database",
        aws::SecretsmanagerSecretVersion::new(secret.id())
            .secret_string_wo(random(scope, "database"))
            .secret_string_wo_version(VERSION),
    );
    Credentials { secret }
}

/// Returns the ARN of the database password in a Region. AWS chooses its last six characters, so the ARN has wildcards
/// there.
pub(crate) fn arn(place: &RegionStack) -> Value<Str> {
    place.arn("secretsmanager", format!("secret:{}-??????", place.names.database_secret()))
}

/// The callers' grants with hashed tokens (REQ-G1), and the token that canary orders carry. The witness Region has both
/// secrets, because its sentinel also sends canary orders.
const TOKENS: [(&str, &str); 2] = [
    ("grants", "Grants of traders and operators, with hashed tokens"),
    ("canary", "The token of canary orders"),
];

fn tokens_in(scope: &Scope, names: &Names, primary: &Handle<aws::KmsKey>, replicas: [Replica; 2]) {
    for (role, what) in TOKENS {
        let secret = aws::SecretsmanagerSecret::new()
            .name(names.name(role, "secret"))
            .description(what)
            .kms_key_id(primary.arn())
            .recovery_window_in_days(0)
            .replica(replicas.clone());
        let secret = scope.add(role, secret);
        // Operators write the grants, because only operators may see the tokens (docs/guides/deploying.md).
        if role == "canary" {
            scope.add(
                role,
                aws::SecretsmanagerSecretVersion::new(secret.id())
                    .secret_string_wo(random(scope, role))
                    .secret_string_wo_version(VERSION),
            );
        }
    }
}

/// Returns the names of all secrets that exist in both Regions.
pub(crate) fn names(names: &Names) -> Vec<String> {
    let tokens = TOKENS.iter().map(|(role, _)| names.name(role, "secret"));
    tokens.chain([names.database_secret()]).collect()
}

/// Returns the ARN of `grants` or `canary` in a Region.
pub(crate) fn token(place: &RegionStack, role: &str) -> Value<Str> {
    place.arn("secretsmanager", format!("secret:{}-??????", place.name(role, "secret")))
}

impl Credentials {
    /// Reads the password as an ephemeral value, which exists only during this run of Terraform.
    pub(crate) fn password(&self, scope: &Scope) -> Ephemeral<Str> {
        let read = aws::ephemeral::SecretsmanagerSecretVersion::new(self.secret.id());
        scope.add("password", read).secret_string()
    }
}

fn random(scope: &Scope, id: &str) -> Ephemeral<Str> {
    let random = aws::ephemeral::SecretsmanagerRandomPassword::new()
        .password_length(40)
        .exclude_punctuation(true);
    scope.add(id, random).random_password()
}
