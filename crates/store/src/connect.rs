//! The parts that the connections to all servers share: the address, the trusted authorities, the credentials and the
//! pool.

use crate::{StoreError, Stored};
use async_trait::async_trait;
use deadpool::Runtime;
use deadpool::managed::{Manager, Object, Pool, PoolError};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::time::Duration;

/// A user name and a password, which may be rotated at any time.
#[derive(Clone)]
pub struct Credentials {
    pub user: String,
    pub password: String,
}

/// Formats the credentials without the password, so that it cannot reach a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A source of credentials. On AWS the source is a secret that is rotated.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// Returns the current credentials. `fresh` bypasses any cache, because the server has just refused the previous
    /// ones.
    async fn credentials(&self, fresh: bool) -> Result<Credentials, String>;
}

/// Fixed credentials, for tests and for local mode.
#[async_trait]
impl CredentialSource for Credentials {
    async fn credentials(&self, _fresh: bool) -> Result<Credentials, String> {
        Ok(self.clone())
    }
}

/// The certificate authorities that a connection trusts.
#[derive(Debug, Clone)]
pub enum Trust {
    /// No TLS, for connections that never leave the machine.
    Plaintext,
    /// Authorities in PEM, such as the bundle of RDS. The server's name is checked as well.
    Authorities(Vec<u8>),
    /// The authorities of the operating system.
    System,
}

/// The address of a server and the settings of the connections to it.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The host name of the Region's own cluster endpoint. Each new connection resolves it again.
    pub host: String,
    pub port: u16,
    pub database: String,
    pub trust: Trust,
    pub connections_max: usize,
    pub connect_timeout: Duration,
    pub statement_timeout: Duration,
}

impl Trust {
    /// Returns the authorities in the form that rustls accepts. The list is empty only for [`Trust::Plaintext`].
    pub(crate) fn authorities(&self) -> Stored<Vec<CertificateDer<'static>>> {
        let unusable = |what: String| StoreError::Unavailable(format!("certificates: {what}"));
        let mut known = RootCertStore::empty();
        let authorities: Vec<CertificateDer<'static>> = match self {
            Trust::Plaintext => return Ok(Vec::new()),
            Trust::Authorities(pem) => {
                let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
                let read = read.map_err(|e| unusable(e.to_string()))?;
                for certificate in &read {
                    known.add(certificate.clone()).map_err(|e| unusable(e.to_string()))?;
                }
                read
            }
            Trust::System => {
                let mut found = rustls_native_certs::load_native_certs().certs;
                // rustls cannot trust a certificate that it cannot parse, so such certificates are dropped.
                found.retain(|certificate| known.add(certificate.clone()).is_ok());
                found
            }
        };
        if authorities.is_empty() {
            Err(unusable("no certificate authority found".into()))
        } else {
            Ok(authorities)
        }
    }
}

/// Creates a pool, which opens its first connection on first use.
pub(crate) fn pool<M>(config: &ServerConfig, manager: M) -> Stored<Pool<M>>
where
    M: Manager<Error = StoreError>,
{
    let timeout = Some(config.connect_timeout);
    Pool::builder(manager)
        .max_size(config.connections_max)
        .wait_timeout(timeout)
        .create_timeout(timeout)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

pub(crate) async fn checkout<M>(pool: &Pool<M>) -> Stored<Object<M>>
where
    M: Manager<Error = StoreError>,
{
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error,
        other => StoreError::Unavailable(other.to_string()),
    })
}
