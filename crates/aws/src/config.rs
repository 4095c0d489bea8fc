//! Clients: one HTTP pool, one endpoint or AWS's own, credentials from the environment or of the instance.

use crate::imds::Instance;
use crate::keys::Keys;
use aws_credential_types::Credentials;
use leeward_http::Client;
use std::time::Duration;

/// What all clients of one process share.
#[derive(Clone)]
pub struct AwsConfig {
    /// `AWS_ENDPOINT_URL`: an emulator's or the local cloud's address; `None` is AWS itself.
    pub endpoint_url: Option<String>,
    keys: Keys,
    client: Client,
    /// Every call that has no limit of its own is over after this.
    pub call_timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither environment credentials nor an endpoint of one's own.
    #[error(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
         AWS_SESSION_TOKEN where there is one)"
    )]
    NoCredentials,
    #[error(
        "no AWS credentials in the environment, and none of this instance: {0}; has it a role, and \
         does its metadata service answer?"
    )]
    NoInstance(String),
    #[error("no certificate authorities to trust: {0}; install the system's CA certificates")]
    NoCertificates(String),
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn given() -> Option<Credentials> {
    let id = variable("AWS_ACCESS_KEY_ID")?;
    let secret = variable("AWS_SECRET_ACCESS_KEY")?;
    Some(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment"))
}

impl AwsConfig {
    /// From `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    pub fn from_environment(call_timeout: Duration) -> Result<AwsConfig, ConfigError> {
        let keys = Keys::new(given().ok_or(ConfigError::NoCredentials)?);
        AwsConfig::new(variable("AWS_ENDPOINT_URL"), keys, call_timeout)
    }

    /// From the environment, else the instance's own, which are kept fresh for as long as they are used.
    pub async fn of_instance(call_timeout: Duration) -> Result<AwsConfig, ConfigError> {
        if given().is_some() {
            return AwsConfig::from_environment(call_timeout);
        }
        let instance = Instance::new(variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
        let keys = instance.keys().await?;
        tokio::spawn(instance.keep_fresh(keys.clone()));
        AwsConfig::new(variable("AWS_ENDPOINT_URL"), keys, call_timeout)
    }

    /// For the local cloud and emulators, which check no signature.
    pub fn local(endpoint_url: &str, call_timeout: Duration) -> AwsConfig {
        let keys = Keys::new(Credentials::new("local", "local", None, None, "local"));
        AwsConfig::new(Some(endpoint_url.to_owned()), keys, call_timeout)
            .expect("an address of plain HTTP, or certificates to trust")
    }

    /// The same clients with another limit for a call.
    pub fn with_timeout(&self, call_timeout: Duration) -> AwsConfig {
        AwsConfig { call_timeout, ..self.clone() }
    }

    /// The same clients with another's credentials.
    pub(crate) fn signed_by(&self, credentials: Credentials) -> AwsConfig {
        AwsConfig { keys: Keys::new(credentials), ..self.clone() }
    }

    fn new(
        endpoint_url: Option<String>,
        keys: Keys,
        call_timeout: Duration,
    ) -> Result<AwsConfig, ConfigError> {
        let plain = endpoint_url.as_deref().is_some_and(|url| url.starts_with("http://"));
        let client = crate::signed::client(plain)?;
        Ok(AwsConfig { endpoint_url, keys, client, call_timeout })
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) fn keys(&self) -> Keys {
        self.keys.clone()
    }
}
