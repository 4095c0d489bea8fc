//! The configuration of all clients: one HTTP pool, the endpoint of AWS or of an emulator, and credentials from the
//! environment or from the instance.

use crate::imds::Instance;
use crate::keys::Keys;
use aws_credential_types::Credentials;
use leeward_http::Client;
use std::time::Duration;

/// The configuration that all clients of one process share.
#[derive(Clone)]
pub struct AwsConfig {
    /// The address of an emulator or of the local cloud, from `AWS_ENDPOINT_URL`; `None` is AWS itself.
    pub endpoint_url: Option<String>,
    keys: Keys,
    client: Client,
    /// The time limit of each call that does not set its own.
    pub call_timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The environment holds no credentials.
    #[error(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
         AWS_SESSION_TOKEN where there is one)"
    )]
    NoCredentials,
    #[error(
        "no AWS credentials in the environment, and none from this instance: {0}; check that the \
        instance has a role and that its metadata service responds"
    )]
    NoInstance(String),
    #[error("no trusted certificate authorities: {0}; install the system's CA certificates")]
    NoCertificates(String),
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn environment_credentials() -> Option<Credentials> {
    let id = variable("AWS_ACCESS_KEY_ID")?;
    let secret = variable("AWS_SECRET_ACCESS_KEY")?;
    Some(Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment"))
}

impl AwsConfig {
    /// Reads `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub fn from_environment(call_timeout: Duration) -> Result<AwsConfig, ConfigError> {
        let keys = Keys::new(environment_credentials().ok_or(ConfigError::NoCredentials)?);
        AwsConfig::new(variable("AWS_ENDPOINT_URL"), keys, call_timeout)
    }

    /// Reads the credentials from the environment or, if it holds none, from the instance. A background task renews the
    /// instance's credentials for as long as a client uses them.
    pub async fn of_instance(call_timeout: Duration) -> Result<AwsConfig, ConfigError> {
        if environment_credentials().is_some() {
            return AwsConfig::from_environment(call_timeout);
        }
        let instance = Instance::new(variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
        let keys = instance.keys().await?;
        tokio::spawn(instance.keep_fresh(keys.clone()));
        AwsConfig::new(variable("AWS_ENDPOINT_URL"), keys, call_timeout)
    }

    /// Returns a configuration for the local cloud and for emulators, which check no signature.
    pub fn local(endpoint_url: &str, call_timeout: Duration) -> AwsConfig {
        let keys = Keys::new(Credentials::new("local", "local", None, None, "local"));
        AwsConfig::new(Some(endpoint_url.to_owned()), keys, call_timeout)
            .expect("a plain HTTP address, or certificates to trust")
    }

    /// Returns the same configuration with another time limit for calls.
    pub fn with_timeout(&self, call_timeout: Duration) -> AwsConfig {
        AwsConfig { call_timeout, ..self.clone() }
    }

    /// Returns the same configuration with other credentials.
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
