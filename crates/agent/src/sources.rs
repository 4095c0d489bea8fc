//! What the Region itself keeps for its processes: one parameter and two secrets (REQ-C4, REQ-D4), read when a
//! process starts and every few minutes after that.

use crate::settings::Environment;
use leeward_aws::{AwsConfig, Parameters, Secrets};
use leeward_model::settings::PlatformSettings;
use leeward_ports::Outcome;
use leeward_service::auth::{Grant, hash};

/// A token that was taken away is refused after this, as soon as that can be read.
pub const KEPT_MS: u64 = 5 * 60_000;

/// Why they are not there. The next try may find them.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("LW-A010: {what} cannot be read here: {why}")]
    Unread { what: String, why: String },
    #[error("LW-A011: {what} is invalid: {why}")]
    Content { what: String, why: String },
}

/// Which secrets a process needs: what it does not read does not stop it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub grants: bool,
    pub canary: bool,
}

/// As they were read.
#[derive(Clone, PartialEq, Eq)]
pub struct Sources {
    pub config: String,
    pub grants: Option<String>,
    canary: Option<String>,
}

impl Sources {
    pub async fn read(
        environment: &Environment,
        aws: &AwsConfig,
        wanted: Wanted,
    ) -> Result<Sources, SourceError> {
        let parameters = Parameters::new(aws, &environment.region);
        let secrets = Secrets::new(aws, &environment.region);
        let grants = environment.grants_secret.as_deref().filter(|_| wanted.grants);
        let canary = environment.canary_secret.as_deref().filter(|_| wanted.canary);
        let (config, grants, canary) = tokio::join!(
            parameters.read(&environment.parameter),
            secret(&secrets, grants),
            secret(&secrets, canary),
        );
        let config = known(&format!("parameter {}", environment.parameter), config)?;
        Ok(Sources { config, grants: grants?, canary: canary? })
    }

    pub fn config(&self, environment: &Environment) -> Result<PlatformSettings, SourceError> {
        let wrong = |why: String| SourceError::Content { what: environment.parameter.clone(), why };
        let config: PlatformSettings =
            serde_json::from_str(&self.config).map_err(|e| wrong(e.to_string()))?;
        if config.region != environment.region {
            return Err(wrong(format!(
                "it is of {}, and this is {}",
                config.region, environment.region
            )));
        }
        Ok(config)
    }

    pub fn canary(&self) -> &str {
        self.canary.as_deref().unwrap_or_default().trim()
    }

    /// Who may trade, canaries included.
    pub fn grants(&self) -> Result<Vec<Grant>, SourceError> {
        let mut grants: Vec<Grant> = match &self.grants {
            // Made by the stacks, and written by the operators (docs/guides/deploying.md).
            None => Vec::new(),
            // Where it is wrong and not what: the words of an error may quote a secret.
            Some(text) => serde_json::from_str(text).map_err(|e| SourceError::Content {
                what: "the secret of grants".into(),
                why: format!("{:?} error at line {}", e.classify(), e.line()),
            })?,
        };
        if !self.canary().is_empty() {
            grants.push(Grant {
                name: "canary".into(),
                sha256: hash(self.canary()),
                accounts: vec!["canary:*".into()],
                operator: false,
            });
        }
        Ok(grants)
    }
}

/// One that was made and has no value yet is none.
async fn secret(secrets: &Secrets, name: Option<&str>) -> Result<Option<String>, SourceError> {
    let Some(name) = name else { return Ok(None) };
    known(&format!("secret {name}"), secrets.read(name).await)
}

fn known<T>(what: &str, outcome: Outcome<T>) -> Result<T, SourceError> {
    let why = outcome.why().unwrap_or_default().to_owned();
    outcome.done().ok_or_else(|| SourceError::Unread { what: what.to_owned(), why })
}
