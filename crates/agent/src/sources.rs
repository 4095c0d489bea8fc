//! The settings that a Region stores for its processes: one parameter and two secrets (REQ-C4, REQ-D4). A process reads
//! them when it starts and every few minutes after that.

use crate::settings::Environment;
use leeward_aws::{AwsConfig, Parameters, Secrets};
use leeward_model::settings::PlatformSettings;
use leeward_ports::Outcome;
use leeward_service::auth::{Grant, hash};

/// The period after which a process reads its settings again. It bounds the time for which a revoked token is still
/// accepted, as long as the secret can be read.
pub const REFRESH_MS: u64 = 5 * 60_000;

/// The reasons why the settings are unavailable. The next attempt may succeed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("LW-A010: {what} cannot be read here: {why}")]
    Unreadable { what: String, why: String },
    #[error("LW-A011: {what} is invalid: {why}")]
    Content { what: String, why: String },
}

/// The secrets that a process needs. A process must not fail because of a secret that it does not need.
#[derive(Debug, Clone, Copy)]
pub struct RequiredSecrets {
    pub grants: bool,
    pub canary: bool,
}

/// The settings as text, before they are parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct Sources {
    pub config: String,
    pub grants: Option<String>,
    canary: Option<String>,
}

impl Sources {
    /// Reads the parameter and the required secrets.
    pub async fn read(
        environment: &Environment,
        aws: &AwsConfig,
        required: RequiredSecrets,
    ) -> Result<Sources, SourceError> {
        let parameters = Parameters::new(aws, &environment.region);
        let secrets = Secrets::new(aws, &environment.region);
        let grants = environment.grants_secret.as_deref().filter(|_| required.grants);
        let canary = environment.canary_secret.as_deref().filter(|_| required.canary);
        let (config, grants, canary) = tokio::join!(
            parameters.read(&environment.parameter),
            read_secret(&secrets, grants),
            read_secret(&secrets, canary),
        );
        let config = require_known(&format!("parameter {}", environment.parameter), config)?;
        Ok(Sources { config, grants: grants?, canary: canary? })
    }

    /// Parses the platform's settings.
    pub fn config(&self, environment: &Environment) -> Result<PlatformSettings, SourceError> {
        let invalid =
            |why: String| SourceError::Content { what: environment.parameter.clone(), why };
        let config: PlatformSettings =
            serde_json::from_str(&self.config).map_err(|e| invalid(e.to_string()))?;
        if config.region != environment.region {
            return Err(invalid(format!(
                "it belongs to {}, and this process runs in {}",
                config.region, environment.region
            )));
        }
        Ok(config)
    }

    /// Returns the token of canaries, or an empty text if there is none.
    pub fn canary(&self) -> &str {
        self.canary.as_deref().unwrap_or_default().trim()
    }

    /// Parses the grants, and adds the grant for canaries.
    pub fn grants(&self) -> Result<Vec<Grant>, SourceError> {
        let mut grants: Vec<Grant> = match &self.grants {
            // The stacks create the secret, and operators fill it (docs/guides/deploying.md).
            None => Vec::new(),
            // The message has only the kind and the line of the error, because the parser's text could quote a secret.
            Some(text) => serde_json::from_str(text).map_err(|e| SourceError::Content {
                what: "the grants secret".into(),
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

/// Reads a secret. A secret that exists but has no value yet reads as `None`.
async fn read_secret(secrets: &Secrets, name: Option<&str>) -> Result<Option<String>, SourceError> {
    let Some(name) = name else { return Ok(None) };
    require_known(&format!("secret {name}"), secrets.read(name).await)
}

/// Returns the value of `Done`, and turns every other outcome into an error that names what was read.
pub fn require_known<T>(what: &str, outcome: Outcome<T>) -> Result<T, SourceError> {
    let why = outcome.why().unwrap_or_default().to_owned();
    outcome.done().ok_or_else(|| SourceError::Unreadable { what: what.to_owned(), why })
}
