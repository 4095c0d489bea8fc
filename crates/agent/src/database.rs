//! The agent's own projection: a file, or a server with its credentials in a file.

use crate::errors::AgentError;
use crate::projection::{self, Engine, Server, open_server};
use crate::start::read;
use async_trait::async_trait;
use leeward_model::settings::{DatabaseServer, DatabaseSettings};
use leeward_store::Projection;
use leeward_store::connect::{CredentialSource, Credentials, Trust};
use leeward_store::sqlite::SqliteStore;
use std::path::PathBuf;
use std::sync::Arc;

const CONNECTIONS_MAX: usize = 8;

pub(crate) fn open(database: &DatabaseSettings) -> Result<Arc<dyn Projection>, AgentError> {
    match database {
        DatabaseSettings::Sqlite(path) => Ok(Arc::new(SqliteStore::open(path)?)),
        DatabaseSettings::Server(at) => server(at),
    }
}

fn server(at: &DatabaseServer) -> Result<Arc<dyn Projection>, AgentError> {
    let engine = Engine::named(&at.engine).ok_or_else(|| AgentError::Content {
        path: "database.engine".into(),
        what: format!("{} is no engine that it knows", at.engine),
    })?;
    let authorities = read(&at.authorities_file)?.into_bytes();
    let server = Server {
        engine,
        address: at.address.clone(),
        trust: Trust::Authorities(authorities),
        connections_max: CONNECTIONS_MAX,
    };
    Ok(open_server(&server, Arc::new(FileCredentials(at.credentials_file.clone())))?)
}

/// Read for each connection: what was rotated is found, and nothing is kept.
struct FileCredentials(PathBuf);

#[async_trait]
impl CredentialSource for FileCredentials {
    async fn credentials(&self, _fresh: bool) -> Result<Credentials, String> {
        let text = tokio::fs::read_to_string(&self.0).await;
        let text = text.map_err(|error| format!("{}: {error}", self.0.display()))?;
        Ok(projection::read(text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_nobody_knows_is_refused_and_a_missing_file_is_named() {
        let refusal = |engine: &str| {
            let config = serde_json::json!({"server": {
                "engine": engine,
                "address": "127.0.0.11:5432",
                "credentials_file": "/nowhere/credentials.json",
                "authorities_file": "/nowhere/ca.pem",
            }});
            let config: DatabaseSettings = serde_json::from_value(config).expect("a configuration");
            open(&config).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(refusal("oracle").contains("LW-A002"), "{}", refusal("oracle"));
        assert!(refusal("aurora-postgresql").contains("/nowhere/ca.pem"));
    }

    #[tokio::test]
    async fn credentials_are_read_again_for_each_connection() {
        let file = std::env::temp_dir().join(format!("leeward-credentials-{}", std::process::id()));
        let source = FileCredentials(file.clone());
        assert!(source.credentials(false).await.is_err(), "there is no file yet");
        for password in ["first", "second"] {
            let document = format!("{{\"username\":\"me\",\"password\":\"{password}\"}}\n");
            std::fs::write(&file, document).expect("written");
            let read = source.credentials(false).await.expect("read");
            assert_eq!((read.user.as_str(), read.password.as_str()), ("me", password));
        }
        std::fs::remove_file(file).expect("removed");
    }
}
