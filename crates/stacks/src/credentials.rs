//! The database's credentials (REQ-D4): made by an ephemeral resource, written into write-only arguments,
//! so that neither plan nor state ever has them. The secret has a replica in the other Region: nothing
//! is asked of the lost one to log in to the database.

use crate::names::Names;
use crate::place::Place;
use leeward_blueprint::Blueprint;
use leeward_construct::aws::secretsmanager_secret::Replica;
use leeward_construct::ty::Str;
use leeward_construct::{Ephemeral, Handle, Scope, Value, aws};

pub(crate) struct Credentials {
    pub(crate) secret: Handle<aws::SecretsmanagerSecret>,
}

pub(crate) const USER: &str = "leeward";
/// Raised when the password is to be made anew.
pub(crate) const VERSION: i64 = 1;

pub(crate) fn add(
    scope: &Scope,
    blueprint: &Blueprint,
    names: &Names,
    primary: &Handle<aws::KmsKey>,
    secondary: &Handle<aws::KmsKey>,
) -> Credentials {
    let replica = Replica::new(blueprint.regions.secondary.as_str()).kms_key_id(secondary.arn());
    let secret = scope.add(
        "database",
        aws::SecretsmanagerSecret::new()
            .name(name(names))
            .description("The database's password; the user is leeward")
            .kms_key_id(primary.arn())
            .recovery_window_in_days(0)
            .replica([replica]),
    );
    scope.add(
        "database",
        aws::SecretsmanagerSecretVersion::new(secret.id())
            .secret_string_wo(password(scope))
            .secret_string_wo_version(VERSION),
    );
    Credentials { secret }
}

/// The secret is read by its name, which is the same in both Regions.
pub(crate) fn name(names: &Names) -> String {
    names.name("database", "secret")
}

/// Its ARN in a Region ends in six characters of AWS's own choice.
pub(crate) fn arn(place: &Place) -> Value<Str> {
    place.arn("secretsmanager", format!("secret:{}-??????", name(&place.names)))
}

impl Credentials {
    /// Read for this run only, by whoever sets it somewhere.
    pub(crate) fn password(&self, scope: &Scope) -> Ephemeral<Str> {
        let read = aws::ephemeral::SecretsmanagerSecretVersion::new(self.secret.id());
        scope.add("password", read).secret_string()
    }
}

fn password(scope: &Scope) -> Ephemeral<Str> {
    let random = aws::ephemeral::SecretsmanagerRandomPassword::new()
        .password_length(40)
        .exclude_punctuation(true);
    scope.add("database", random).random_password()
}
