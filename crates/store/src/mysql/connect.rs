//! Connections: TLS, current credentials and the classification of errors.

use super::session::{Session, Sql};
use crate::connect::{CredentialSource, ServerConfig};
use crate::{StoreError, Stored};
use deadpool::managed::{Manager, Metrics, RecycleResult};
use mysql_async::prelude::FromRow;
use mysql_async::{
    Conn, DriverError, Error, Opts, OptsBuilder, Row, ServerError, SslOpts, from_row_opt,
};
use rustls::pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;

/// The idle time after which a connection is pinged before reuse.
const IDLE: Duration = Duration::from_secs(1);
/// The size of the statement cache. It has room for every statement at every list length.
const STATEMENTS_MAX: usize = 128;

/// The error codes of a refused write: ER_OPTION_PREVENTS_STATEMENT (`--read-only`), ER_READ_ONLY_MODE,
/// ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, and two codes of a read-only storage engine, ER_INNODB_READ_ONLY and
/// ER_OPEN_AS_READONLY.
const READ_ONLY: [u16; 5] = [1290, 1836, 1792, 1874, 1036];
/// The error codes of a refused login: ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR and
/// ER_MUST_CHANGE_PASSWORD_LOGIN.
const REFUSED: [u16; 3] = [1045, 1698, 1862];
/// ER_CANT_LOCK, which MySQL returns under `innodb_read_only`. Its message contains the storage engine's own error
/// number.
const CANT_LOCK: u16 = 1015;
const DEADLOCK: u16 = 1213;
const PACKET_TOO_LARGE: u16 = 1153;

pub(super) struct Connector {
    config: ServerConfig,
    source: Arc<dyn CredentialSource>,
    authorities: Vec<CertificateDer<'static>>,
}

impl Connector {
    pub(super) fn new(
        config: ServerConfig,
        source: Arc<dyn CredentialSource>,
    ) -> Stored<Connector> {
        // The driver uses the process-wide crypto provider. If a provider is already installed, it stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authorities = config.trust.authorities()?;
        Ok(Connector { config, source, authorities })
    }

    async fn connect(&self, fresh: bool) -> Stored<Session> {
        let credentials = self.source.credentials(fresh).await.map_err(StoreError::Unavailable)?;
        let c = &self.config;
        let own: Vec<_> = self.authorities.iter().map(|a| a.to_vec().into()).collect();
        let tls = (!own.is_empty())
            .then(|| SslOpts::default().with_disable_built_in_roots(true).with_root_certs(own));
        // The lock timeout is shorter than the client's own limit, so that the server reports a lock timeout before the
        // client gives up.
        let lock_wait_s = c.statement_timeout.as_secs().saturating_sub(1).max(1);
        let opts = OptsBuilder::default()
            .ip_or_hostname(c.host.clone())
            .tcp_port(c.port)
            .db_name(Some(c.database.clone()))
            .user(Some(credentials.user))
            .pass(Some(credentials.password))
            .ssl_opts(tls)
            // A Unix socket would bypass the endpoint's name, and only the name follows a move.
            .prefer_socket(false)
            .tcp_keepalive(Some(Duration::from_secs(10)))
            .stmt_cache_size(STATEMENTS_MAX)
            .init(vec![
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
                // The server's default mode may truncate values that are too long, so the session sets a strict mode.
                format!(
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
                    autocommit = 1, innodb_lock_wait_timeout = {lock_wait_s}"
                ),
            ]);
        let conn = Conn::new(Opts::from(opts)).await.map_err(failed)?;
        Ok(Session::new(conn, c.statement_timeout))
    }
}

impl Manager for Connector {
    type Type = Session;
    type Error = StoreError;

    /// Opens a connection. If the server refuses the password, it may have been rotated, so this function reads the
    /// credentials again and retries once.
    async fn create(&self) -> Stored<Session> {
        match self.connect(false).await {
            Err(StoreError::Refused(_)) => self.connect(true).await,
            other => other,
        }
    }

    async fn recycle(&self, session: &mut Session, metrics: &Metrics) -> RecycleResult<StoreError> {
        if metrics.last_used() > IDLE {
            session.ping().await.map_err(failed)?;
        }
        Ok(())
    }
}

/// Returns whether the error is a deadlock. The server has then rolled back the whole transaction, so the caller may
/// retry it.
pub(super) fn is_deadlock(error: &Error) -> bool {
    matches!(error, Error::Server(e) if e.code == DEADLOCK)
}

/// Reads the columns of a row inside a transaction. An unreadable column is an error, which ends the transaction.
pub(super) fn read<T: FromRow>(row: Row) -> Sql<T> {
    from_row_opt(row).map_err(|e| Error::Other(Box::new(e)))
}

fn is_read_only(error: &ServerError) -> bool {
    let by_engine = error.code == CANT_LOCK && error.message.contains("errno: 165");
    by_engine || READ_ONLY.contains(&error.code)
}

/// Classifies an error that the server or the connection reported.
pub(super) fn failed(error: Error) -> StoreError {
    match &error {
        Error::Server(e) if is_read_only(e) => StoreError::ReadOnly,
        Error::Server(e) if REFUSED.contains(&e.code) => {
            StoreError::Refused("the user name or the password".into())
        }
        Error::Server(e) if e.code == PACKET_TOO_LARGE => too_large(),
        Error::Driver(DriverError::PacketTooLarge) => too_large(),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

fn too_large() -> StoreError {
    StoreError::Unavailable("one row is larger than a packet; raise max_allowed_packet".into())
}
