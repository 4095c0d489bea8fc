//! The projection on a server: which engine, whom to believe, and credentials that rotate.

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

/// The user that the stacks make; the secret may name another.
const USER: &str = "leeward";
const DATABASE: &str = "orders";
const CONNECT: Duration = Duration::from_secs(3);
const STATEMENT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Postgres,
    Mysql,
}

impl Engine {
    /// By RDS's names, such as `aurora-postgresql`.
    pub fn named(name: &str) -> Option<Engine> {
        match name.trim_start_matches("aurora-") {
            "postgresql" => Some(Engine::Postgres),
            "mysql" => Some(Engine::Mysql),
            _ => None,
        }
    }

    fn port(self) -> u16 {
        match self {
            Engine::Postgres => 5432,
            Engine::Mysql => 3306,
        }
    }
}

/// Where a Region's own cluster is.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) engine: Engine,
    /// `host` or `host:port`.
    pub(crate) address: String,
    pub(crate) trust: Trust,
    pub(crate) connections_max: usize,
}

/// Connects when it is first used.
pub(crate) fn open_server(
    server: &Server,
    source: Arc<dyn CredentialSource>,
) -> Stored<Arc<dyn Projection>> {
    let (host, port) = match server.address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(server.engine.port())),
        None => (server.address.as_str(), server.engine.port()),
    };
    let config = ServerConfig {
        host: host.to_owned(),
        port,
        database: DATABASE.to_owned(),
        trust: server.trust.clone(),
        connections_max: server.connections_max,
        connect_timeout: CONNECT,
        statement_timeout: STATEMENT,
    };
    Ok(match server.engine {
        Engine::Postgres => Arc::new(PostgresStore::new(config, source)?),
        Engine::Mysql => Arc::new(MysqlStore::new(config, source)?),
    })
}

impl Endpoints {
    /// The projection at one of the two addresses; it connects when it is first used.
    pub fn open(
        &self,
        aws: &AwsConfig,
        region: &Region,
        address: &str,
        connections_max: usize,
    ) -> Stored<Arc<dyn Projection>> {
        // None was named and none was packaged: the system's. One that was and cannot be read is no reason to trust others.
        let trust = match &self.authorities {
            None => Trust::System,
            Some(file) => Trust::Authorities(std::fs::read(file).map_err(|error| {
                StoreError::Unavailable(format!("{} cannot be read: {error}", file.display()))
            })?),
        };
        let address = address.to_owned();
        let server = Server { engine: self.engine, address, trust, connections_max };
        open_server(&server, Arc::new(SecretCredentials::new(aws, region, &self.secret)))
    }
}

/// A secret of this Region, read when it is first needed, and again when what it said was refused (REQ-D4).
pub(crate) struct SecretCredentials {
    secrets: Secrets,
    name: String,
    held: Mutex<Option<Credentials>>,
}

impl SecretCredentials {
    pub(crate) fn new(aws: &AwsConfig, region: &Region, name: &str) -> SecretCredentials {
        let secrets = Secrets::new(aws, region);
        SecretCredentials { secrets, name: name.to_owned(), held: Mutex::new(None) }
    }
}

/// As RDS's own rotation writes it.
#[derive(Deserialize)]
struct Document {
    username: Option<String>,
    password: String,
}

/// A password alone, or RDS's document.
pub(crate) fn read(text: &str) -> Credentials {
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
        let held = self.held.lock().expect("copying does not panic").clone();
        if let Some(held) = held.filter(|_| !fresh) {
            return Ok(held);
        }
        match self.secrets.read(&self.name).await {
            Outcome::Done(Some(text)) => {
                let credentials = read(&text);
                *self.held.lock().expect("copying does not panic") = Some(credentials.clone());
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
            let got = read(text);
            assert_eq!((got.user.as_str(), got.password.as_str()), (user, password), "{text}");
        };
        check("s3cret", "leeward", "s3cret");
        check(r#"{"username":"me","password":"p","host":"h"}"#, "me", "p");
        check(r#"{"password":"p"}"#, "leeward", "p");
        check("12345", "leeward", "12345");
    }

    #[test]
    fn engines_have_rds_names() {
        assert_eq!(Engine::named("aurora-postgresql"), Some(Engine::Postgres));
        assert_eq!(Engine::named("aurora-mysql"), Some(Engine::Mysql));
        assert_eq!(Engine::named("oracle"), None);
    }
}
