//! Inputs that several verbs read from their arguments: the blueprint, the intervals, the database.

use crate::args::{DatabaseName, TimingName, WhichBlueprint};
use anyhow::Context;
use leeward_blueprint::{Blueprint, TimingProfile};
use leeward_local::DatabaseKind;
use std::path::Path;

/// The file that `leeward init` writes by default.
const DEFAULT_FILE: &str = "leeward.toml";

/// Reads the blueprint from the file, or returns the defaults if none is named.
pub(crate) fn read_blueprint(file: Option<&Path>) -> anyhow::Result<Blueprint> {
    let Some(file) = file else { return Ok(Blueprint::default()) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("LW-C001: the blueprint {} cannot be read", file.display()))?;
    let file = file.display().to_string();
    for note in leeward_blueprint::deprecations(&text, &file) {
        eprintln!("note: {note}");
    }
    Ok(Blueprint::parse(&text, &file)?)
}

/// Reads the blueprint from the file. If none is named, reads `leeward.toml` in the current directory if it exists, and
/// otherwise returns the defaults.
pub(crate) fn find_blueprint(file: Option<&Path>) -> anyhow::Result<Blueprint> {
    let default = Path::new(DEFAULT_FILE);
    read_blueprint(file.or_else(|| default.is_file().then_some(default)))
}

/// Reads the blueprint of a deployment and checks that it can be deployed. The suffix comes from the
/// command line, else from the environment, else from the file (docs/spec/requirements.md).
pub(crate) fn read_deployable(which: &WhichBlueprint) -> anyhow::Result<Blueprint> {
    let mut blueprint = find_blueprint(which.blueprint.as_deref())?;
    // An empty suffix counts as absent.
    if let Some(suffix) = which.suffix.as_ref().filter(|suffix| !suffix.is_empty()) {
        blueprint.suffix.clone_from(suffix);
        blueprint.validate()?;
    }
    blueprint.deployable()?;
    Ok(blueprint)
}

impl From<TimingName> for TimingProfile {
    fn from(name: TimingName) -> TimingProfile {
        match name {
            TimingName::Local => TimingProfile::Local,
            TimingName::Aws => TimingProfile::Aws,
        }
    }
}

impl From<DatabaseName> for DatabaseKind {
    fn from(name: DatabaseName) -> DatabaseKind {
        match name {
            DatabaseName::Sqlite => DatabaseKind::Sqlite,
            DatabaseName::Postgres => DatabaseKind::Postgres,
        }
    }
}
