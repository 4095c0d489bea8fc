//! Connections: TLS, the credentials of the moment, and a pool that drops what leads to an old writer.

use crate::{StoreError, Stored};
use async_trait::async_trait;
use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A user and a password, which may be others tomorrow.
#[derive(Clone)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

/// No password in logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Where credentials come from: on AWS, a secret that rotates.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// `fresh`: what was last given has just been refused.
    async fn credentials(&self, fresh: bool) -> Result<Credentials, String>;
}

/// The same for ever; for tests and for local mode.
#[async_trait]
impl CredentialSource for Credentials {
    async fn credentials(&self, _fresh: bool) -> Result<Credentials, String> {
        Ok(self.clone())
    }
}

/// Whose certificates are believed.
#[derive(Debug, Clone)]
pub enum Trust {
    /// No TLS: for a socket that never leaves the machine.
    Plaintext,
    /// Authorities in PEM, such as RDS's own bundle; the server's name is checked.
    Authorities(Vec<u8>),
    /// The system's.
    System,
}

#[derive(Debug, Clone)]
pub struct PostgresConfig {
    /// The Region's own cluster endpoint; resolved anew for each connection.
    pub host: String,
    pub port: u16,
    pub database: String,
    pub trust: Trust,
    pub connections_max: usize,
    pub connect_timeout: Duration,
    /// Of one statement, by the server.
    pub statement_timeout: Duration,
}

pub(super) struct Connector {
    config: PostgresConfig,
    source: Arc<dyn CredentialSource>,
    tls: MakeRustlsConnect,
}

fn roots(trust: &Trust) -> Stored<RootCertStore> {
    let unusable = |what: String| StoreError::Unavailable(format!("certificates: {what}"));
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::Plaintext => {}
        Trust::Authorities(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|e| unusable(e.to_string()))?;
                roots.add(certificate).map_err(|e| unusable(e.to_string()))?;
            }
        }
        Trust::System => {
            for certificate in rustls_native_certs::load_native_certs().certs {
                // One that rustls does not read is one that it does not trust.
                let _ = roots.add(certificate);
            }
        }
    }
    match (trust, roots.is_empty()) {
        (Trust::Authorities(_) | Trust::System, true) => Err(unusable("there are none".into())),
        _ => Ok(roots),
    }
}

impl Connector {
    pub(super) fn new(
        config: PostgresConfig,
        source: Arc<dyn CredentialSource>,
    ) -> Stored<Connector> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_root_certificates(roots(&config.trust)?)
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

    /// A password that is refused may have been rotated since: it is asked for once more.
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

/// What an error of the server or of the connection means.
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    let refused = [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION];
    match error.code() {
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        Some(code) if refused.contains(code) => {
            StoreError::Refused("the user or the password".into())
        }
        _ => StoreError::Unavailable(chain(&error)),
    }
}

/// With its causes: the driver's own text is often only `db error`.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
