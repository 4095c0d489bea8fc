//! Connections: TLS, current credentials and the classification of errors.

use crate::connect::{CredentialSource, ServerConfig, Trust};
use crate::{StoreError, Stored};
use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use rustls::RootCertStore;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

pub(super) struct Connector {
    config: ServerConfig,
    source: Arc<dyn CredentialSource>,
    tls: MakeRustlsConnect,
}

impl Connector {
    pub(super) fn new(
        config: ServerConfig,
        source: Arc<dyn CredentialSource>,
    ) -> Stored<Connector> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(config.trust.authorities()?);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring supports the default protocol versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Connector { config, source, tls: MakeRustlsConnect::new(tls) })
    }

    async fn connect(&self, fresh: bool) -> Result<ClientWrapper, StoreError> {
        let credentials = self.source.credentials(fresh).await.map_err(StoreError::Unavailable)?;
        let c = &self.config;
        let mut pg = tokio_postgres::Config::new();
        pg.host(&c.host)
            .port(c.port)
            .dbname(&c.database)
            .user(&credentials.user)
            .password(&credentials.password)
            .application_name("leeward")
            .connect_timeout(c.connect_timeout)
            .keepalives_idle(Duration::from_secs(10))
            .tcp_user_timeout(c.connect_timeout)
            .options(format!("-c statement_timeout={}", c.statement_timeout.as_millis()));
        let plain = matches!(c.trust, Trust::Plaintext);
        pg.ssl_mode(if plain { SslMode::Disable } else { SslMode::Require });
        let (client, connection) = pg.connect(self.tls.clone()).await.map_err(failed)?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a connection to the database ended");
            }
        });
        Ok(ClientWrapper::new(client, task))
    }
}

impl Manager for Connector {
    type Type = ClientWrapper;
    type Error = StoreError;

    /// Opens a connection. If the server refuses the password, it may have been rotated, so this function reads the
    /// credentials again and retries once.
    async fn create(&self) -> Result<ClientWrapper, StoreError> {
        match self.connect(false).await {
            Err(StoreError::Refused(_)) => self.connect(true).await,
            other => other,
        }
    }

    async fn recycle(&self, client: &mut ClientWrapper, _: &Metrics) -> RecycleResult<StoreError> {
        match client.is_closed() {
            true => Err(RecycleError::message("the connection is closed")),
            false => Ok(()),
        }
    }
}

/// Classifies an error that the server or the connection reported.
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    let refused = [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION];
    match error.code() {
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        Some(code) if refused.contains(code) => {
            StoreError::Refused("the user name or the password".into())
        }
        _ => StoreError::Unavailable(chain(&error)),
    }
}

/// Formats an error with its causes, because the driver's own text is often only `db error`.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
