//! Opens the projection on a database server: its engine, its trusted certificate authorities, and credentials that
//! rotate.

use crate::settings::Endpoints;
use async_trait::async_trait;
use leeward_aws::{AwsConfig, Secrets};
use leeward_model::Region;
use leeward_ports::Outcome;
use leeward_store::connect::{CredentialSource, Credentials, ServerConfig, Trust};
use leeward_store::mysql::MysqlStore;
use leeward_store::postgres::PostgresStore;
use leeward_store::{Projection, StoreError, Stored};
use serde::Deserialize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The user that the stacks create. The secret may name another one.
const USER: &str = "leeward";
const DATABASE: &str = "orders";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);

/// The SQL dialect of a projection on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlDialect {
    Postgres,
    Mysql,
}

impl SqlDialect {
    /// Returns the dialect of an RDS engine, such as `aurora-postgresql`.
    pub fn from_engine(name: &str) -> Option<SqlDialect> {
        match name.trim_start_matches("aurora-") {
            "postgresql" => Some(SqlDialect::Postgres),
            "mysql" => Some(SqlDialect::Mysql),
            _ => None,
        }
    }

    fn port(self) -> u16 {
        match self {
            SqlDialect::Postgres => 5432,
            SqlDialect::Mysql => 3306,
        }
    }
}

/// The connection settings of a database server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) dialect: SqlDialect,
    /// The address, as `host` or `host:port`.
    pub(crate) address: String,
    pub(crate) trust: Trust,
    pub(crate) connections_max: usize,
}

/// Returns the projection on a server. It connects when it is first used.
pub(crate) fn open_server(
    server: &Server,
    source: Arc<dyn CredentialSource>,
) -> Stored<Arc<dyn Projection>> {
    let (host, port) = match server.address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(server.dialect.port())),
        None => (server.address.as_str(), server.dialect.port()),
    };
    let config = ServerConfig {
        host: host.to_owned(),
        port,
        database: DATABASE.to_owned(),
        trust: server.trust.clone(),
        connections_max: server.connections_max,
        connect_timeout: CONNECT_TIMEOUT,
        statement_timeout: STATEMENT_TIMEOUT,
    };
    Ok(match server.dialect {
        SqlDialect::Postgres => Arc::new(PostgresStore::new(config, source)?),
        SqlDialect::Mysql => Arc::new(MysqlStore::new(config, source)?),
    })
}

impl Endpoints {
    /// Returns the projection at one of the two addresses. It connects when it is first used.
    pub fn open(
        &self,
        aws: &AwsConfig,
        region: &Region,
        address: &str,
        connections_max: usize,
    ) -> Stored<Arc<dyn Projection>> {
        // The process trusts the system's authorities only if no file is configured or packaged. A file that cannot be
        // read is an error; it must not widen the trust.
        let trust = match &self.authorities {
            None => Trust::System,
            Some(file) => Trust::Authorities(std::fs::read(file).map_err(|error| {
                StoreError::Unavailable(format!("{} cannot be read: {error}", file.display()))
            })?),
        };
        let address = address.to_owned();
        let server = Server { dialect: self.dialect, address, trust, connections_max };
        open_server(&server, Arc::new(SecretCredentials::new(aws, region, &self.secret)))
    }
}

/// Credentials in a secret of this Region. The secret is read when it is first needed, and again after the database
/// has rejected the credentials (REQ-D4).
pub(crate) struct SecretCredentials {
    secrets: Secrets,
    name: String,
    cached: Mutex<Option<Credentials>>,
}

impl SecretCredentials {
    pub(crate) fn new(aws: &AwsConfig, region: &Region, name: &str) -> SecretCredentials {
        let secrets = Secrets::new(aws, region);
        SecretCredentials { secrets, name: name.to_owned(), cached: Mutex::new(None) }
    }
}

/// The secret's document, as the rotation of RDS writes it.
#[derive(Deserialize)]
struct Document {
    username: Option<String>,
    password: String,
}

/// Parses a secret, which is a password alone or RDS's document.
pub(crate) fn parse_credentials(text: &str) -> Credentials {
    match serde_json::from_str::<Document>(text) {
        Ok(document) => Credentials {
            user: document.username.unwrap_or_else(|| USER.to_owned()),
            password: document.password,
        },
        Err(_) => Credentials { user: USER.to_owned(), password: text.to_owned() },
    }
}

#[async_trait]
impl CredentialSource for SecretCredentials {
    async fn credentials(&self, fresh: bool) -> Result<Credentials, String> {
        let cached = self.cached.lock().expect("copying does not panic").clone();
        if let Some(cached) = cached.filter(|_| !fresh) {
            return Ok(cached);
        }
        match self.secrets.read(&self.name).await {
            Outcome::Done(Some(text)) => {
                let credentials = parse_credentials(&text);
                *self.cached.lock().expect("copying does not panic") = Some(credentials.clone());
                Ok(credentials)
            }
            Outcome::Done(None) => Err(format!("the secret {} has no value yet", self.name)),
            other => Err(format!(
                "the secret {} cannot be read: {}",
                self.name,
                other.why().unwrap_or("no reason given")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_password_or_a_document() {
        let check = |text: &str, user: &str, password: &str| {
            let got = parse_credentials(text);
            assert_eq!((got.user.as_str(), got.password.as_str()), (user, password), "{text}");
        };
        check("s3cret", "leeward", "s3cret");
        check(r#"{"username":"me","password":"p","host":"h"}"#, "me", "p");
        check(r#"{"password":"p"}"#, "leeward", "p");
        check("12345", "leeward", "12345");
    }

    #[test]
    fn a_dialect_is_found_by_the_name_of_the_rds_engine() {
        assert_eq!(SqlDialect::from_engine("aurora-postgresql"), Some(SqlDialect::Postgres));
        assert_eq!(SqlDialect::from_engine("aurora-mysql"), Some(SqlDialect::Mysql));
        assert_eq!(SqlDialect::from_engine("oracle"), None);
    }
}
