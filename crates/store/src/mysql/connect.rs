//! Connections: TLS, the credentials of the moment, and what errors mean.

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

/// A connection that has rested for longer is asked whether it is still there.
const RESTED: Duration = Duration::from_secs(1);
/// Every statement of ours at every number of its items.
const STATEMENTS_MAX: usize = 128;

/// ER_OPTION_PREVENTS_STATEMENT (`--read-only`), ER_READ_ONLY_MODE, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
/// and two names for a storage engine that only reads: ER_INNODB_READ_ONLY, ER_OPEN_AS_READONLY.
const READ_ONLY: [u16; 5] = [1290, 1836, 1792, 1874, 1036];
/// ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR, ER_MUST_CHANGE_PASSWORD_LOGIN.
const REFUSED: [u16; 3] = [1045, 1698, 1862];
/// ER_CANT_LOCK, when its number below is that of a table that is only read: MySQL's own `innodb_read_only`.
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
        // The driver takes the process's provider; the first that is installed stays.
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
        // The server says so before the client stops to listen.
        let lock_wait_s = c.statement_timeout.as_secs().saturating_sub(1).max(1);
        let opts = OptsBuilder::default()
            .ip_or_hostname(c.host.clone())
            .tcp_port(c.port)
            .db_name(Some(c.database.clone()))
            .user(Some(credentials.user))
            .pass(Some(credentials.password))
            .ssl_opts(tls)
            // A socket on this machine is not where a name leads that has moved.
            .prefer_socket(false)
            .tcp_keepalive(Some(Duration::from_secs(10)))
            .stmt_cache_size(STATEMENTS_MAX)
            .init(vec![
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
                // A server may have been told to cut off what is too long.
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

    /// A password that is refused may have been rotated since: it is asked for once more.
    async fn create(&self) -> Stored<Session> {
        match self.connect(false).await {
            Err(StoreError::Refused(_)) => self.connect(true).await,
            other => other,
        }
    }

    async fn recycle(&self, session: &mut Session, metrics: &Metrics) -> RecycleResult<StoreError> {
        if metrics.last_used() > RESTED {
            session.ping().await.map_err(failed)?;
        }
        Ok(())
    }
}

/// The server has undone the whole transaction, which may be tried again.
pub(super) fn is_deadlock(error: &Error) -> bool {
    matches!(error, Error::Server(e) if e.code == DEADLOCK)
}

/// Columns of a row, inside a transaction; what cannot be read is no reason to go on with it.
pub(super) fn read<T: FromRow>(row: Row) -> Sql<T> {
    from_row_opt(row).map_err(|e| Error::Other(Box::new(e)))
}

fn is_read_only(error: &ServerError) -> bool {
    let by_engine = error.code == CANT_LOCK && error.message.contains("errno: 165");
    by_engine || READ_ONLY.contains(&error.code)
}

/// What an error of the server or of the connection means.
pub(super) fn failed(error: Error) -> StoreError {
    match &error {
        Error::Server(e) if is_read_only(e) => StoreError::ReadOnly,
        Error::Server(e) if REFUSED.contains(&e.code) => {
            StoreError::Refused("the user or the password".into())
        }
        Error::Server(e) if e.code == PACKET_TOO_LARGE => too_large(),
        Error::Driver(DriverError::PacketTooLarge) => too_large(),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

fn too_large() -> StoreError {
    StoreError::Unavailable("one row is larger than a packet; raise max_allowed_packet".into())
}
