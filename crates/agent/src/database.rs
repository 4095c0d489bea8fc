//! Opens the agent's projection: a SQLite file, or a server whose credentials are in a file.

use crate::errors::AgentError;
use crate::projection::{self, Server, SqlDialect, open_server};
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
        DatabaseSettings::Server(server) => open_configured(server),
    }
}

fn open_configured(settings: &DatabaseServer) -> Result<Arc<dyn Projection>, AgentError> {
    let dialect = SqlDialect::from_engine(&settings.engine).ok_or_else(|| AgentError::Content {
        path: "database.engine".into(),
        what: format!("unknown engine {}", settings.engine),
    })?;
    let authorities = read(&settings.authorities_file)?.into_bytes();
    let server = Server {
        dialect,
        address: settings.address.clone(),
        trust: Trust::Authorities(authorities),
        connections_max: CONNECTIONS_MAX,
    };
    Ok(open_server(&server, Arc::new(FileCredentials(settings.credentials_file.clone())))?)
}

/// A file of credentials. It is read for each connection and never cached, so a rotation takes effect immediately.
struct FileCredentials(PathBuf);

#[async_trait]
impl CredentialSource for FileCredentials {
    async fn credentials(&self, _fresh: bool) -> Result<Credentials, String> {
        let text = tokio::fs::read_to_string(&self.0).await;
        let text = text.map_err(|error| format!("{}: {error}", self.0.display()))?;
        Ok(projection::parse_credentials(text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_engine_is_rejected_and_a_missing_file_is_named() {
        let error_for = |engine: &str| {
            let config = serde_json::json!({"server": {
                "engine": engine,
                "address": "127.0.0.11:5432",
                "credentials_file": "/nowhere/credentials.json",
                "authorities_file": "/nowhere/ca.pem",
            }});
            let config: DatabaseSettings = serde_json::from_value(config).expect("a configuration");
            open(&config).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(error_for("oracle").contains("LW-A002"), "{}", error_for("oracle"));
        assert!(error_for("aurora-postgresql").contains("/nowhere/ca.pem"));
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
