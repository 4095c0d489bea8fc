//! A console for code that manages the servers themselves. It sends statements as text and returns rows as text.

use super::connect::{Connector, failed};
use crate::Stored;
use crate::connect::{CredentialSource, ServerConfig, checkout, pool};
use deadpool::managed::Pool;
use std::sync::Arc;
use tokio_postgres::SimpleQueryMessage;

/// A connection that executes single statements. Like the store, the console connects on first use, with TLS and
/// credentials.
pub struct Console {
    pool: Pool<Connector>,
}

impl Console {
    pub fn new(config: ServerConfig, source: Arc<dyn CredentialSource>) -> Stored<Console> {
        Ok(Console { pool: pool(&config, Connector::new(config.clone(), source)?)? })
    }

    /// Executes the statements and returns their rows. NULL becomes an empty string.
    pub async fn ask(&self, sql: &str) -> Stored<Vec<Vec<String>>> {
        let client = checkout(&self.pool).await?;
        let answers = client.simple_query(sql).await.map_err(failed)?;
        let rows = answers.iter().filter_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let text = |row: &tokio_postgres::SimpleQueryRow| {
            (0..row.len()).map(|n| row.get(n).unwrap_or_default().to_owned()).collect()
        };
        Ok(rows.map(text).collect())
    }
}
