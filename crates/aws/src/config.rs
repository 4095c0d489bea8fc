//! Clients: one HTTP pool, one endpoint or AWS's own, credentials from the environment.

#[cfg(feature = "signed")]
use crate::signed::Pool;
use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use leeward_model::Region;
use std::time::Duration;

/// What all clients of one process share.
#[derive(Clone)]
pub struct AwsConfig {
    /// `AWS_ENDPOINT_URL`: an emulator's or the local cloud's address; `None` is AWS itself.
    pub endpoint_url: Option<String>,
    credentials: Credentials,
    http: SharedHttpClient,
    #[cfg(feature = "signed")]
    pool: Pool,
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
    #[error("no certificate authorities to trust: {0}; install the system's CA certificates")]
    NoCertificates(String),
}

impl AwsConfig {
    /// From `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
    pub fn from_environment(call_timeout: Duration) -> Result<AwsConfig, ConfigError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let endpoint_url = variable("AWS_ENDPOINT_URL");
        let id = variable("AWS_ACCESS_KEY_ID").ok_or(ConfigError::NoCredentials)?;
        let secret = variable("AWS_SECRET_ACCESS_KEY").ok_or(ConfigError::NoCredentials)?;
        let token = variable("AWS_SESSION_TOKEN");
        let credentials = Credentials::new(id, secret, token, None, "environment");
        AwsConfig::new(endpoint_url, credentials, call_timeout)
    }

    /// For the local cloud and emulators, which check no signature.
    pub fn local(endpoint_url: &str, call_timeout: Duration) -> AwsConfig {
        let credentials = Credentials::new("local", "local", None, None, "local");
        AwsConfig::new(Some(endpoint_url.to_owned()), credentials, call_timeout)
            .expect("an address of plain HTTP, or certificates to trust")
    }

    fn new(
        endpoint_url: Option<String>,
        credentials: Credentials,
        call_timeout: Duration,
    ) -> Result<AwsConfig, ConfigError> {
        let plain = endpoint_url.as_deref().is_some_and(|url| url.starts_with("http://"));
        let builder = aws_smithy_http_client::Builder::new();
        let http = if plain {
            builder.build_http()
        } else {
            builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
        };
        Ok(AwsConfig {
            endpoint_url,
            credentials,
            http,
            #[cfg(feature = "signed")]
            pool: crate::signed::pool(plain)?,
            call_timeout,
        })
    }

    #[cfg(feature = "signed")]
    pub(crate) fn pool(&self) -> Pool {
        self.pool.clone()
    }

    #[cfg(feature = "signed")]
    pub(crate) fn identity(&self) -> aws_smithy_runtime_api::client::identity::Identity {
        self.credentials.clone().into()
    }

    #[cfg(any(feature = "sns", feature = "rds"))]
    pub(crate) fn parts(&self, region: &Region) -> Parts {
        Parts {
            region: aws_types::region::Region::new(region.as_str().to_owned()),
            credentials: self.credentials.clone(),
            http: self.http.clone(),
        }
    }
}

pub(crate) struct Parts {
    pub(crate) region: aws_types::region::Region,
    pub(crate) credentials: Credentials,
    pub(crate) http: SharedHttpClient,
}

/// The same settings for each service's own config type, which share no trait.
macro_rules! client {
    ($sdk:ident, $config:expr, $region:expr) => {{
        let parts = $config.parts($region);
        let mut builder = $sdk::config::Builder::new()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region(parts.region)
            .credentials_provider(parts.credentials)
            .http_client(parts.http)
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .timeout_config(aws_smithy_types::timeout::TimeoutConfig::disabled())
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled());
        if let Some(url) = &$config.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        $sdk::Client::from_conf(builder.build())
    }};
}
pub(crate) use client;
