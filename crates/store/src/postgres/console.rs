//! A way in for whoever keeps the servers themselves: statements as text, answers as text.

use super::connect::{Connector, failed};
use crate::Stored;
use crate::connect::{CredentialSource, ServerConfig, checkout, pool};
use deadpool::managed::Pool;
use std::sync::Arc;
use tokio_postgres::SimpleQueryMessage;

/// Connects when it is first used, as the store does, with its TLS and its credentials.
pub struct Console {
    pool: Pool<Connector>,
}

impl Console {
    pub fn new(config: ServerConfig, source: Arc<dyn CredentialSource>) -> Stored<Console> {
        Ok(Console { pool: pool(&config, Connector::new(config.clone(), source)?)? })
    }

    /// The rows that the statements answer with; NULL is an empty text.
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
