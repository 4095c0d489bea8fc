//! What readiness asks of one Region (REQ-T1): each question a file, all of them at once, none of them a change.
//!
//! Nothing here is on the way of a recovery; what does not answer is a fact too.

mod capacity;
mod certificate;
mod cluster;
mod keys;
mod lag;
mod packages;
mod queues;
mod records;
mod secrets;
mod settings;

use crate::config::AwsConfig;
use leeward_model::readiness::{Known, RegionFacts, Scope};
use leeward_ports::{DatabaseControl, Outcome};
use std::sync::Arc;

pub struct Inspector {
    config: AwsConfig,
    scope: Scope,
    database: Arc<dyn DatabaseControl>,
}

/// Who said no, and how.
fn known<T>(service: &str, outcome: Outcome<T>) -> Known<T> {
    match outcome {
        Outcome::Done(answer) => Ok(answer),
        other => Err(format!("{service}: {}", other.why().unwrap_or("no reason given"))),
    }
}

impl Inspector {
    pub fn new(config: &AwsConfig, scope: Scope, database: Arc<dyn DatabaseControl>) -> Inspector {
        Inspector { config: config.clone(), scope, database }
    }

    pub async fn facts(&self) -> RegionFacts {
        let (config, scope) = (&self.config, &self.scope);
        let region = &scope.region;
        let database = self.database.describe(region);
        let (database, cluster, lag_ms, packages, settings, secrets) = tokio::join!(
            database,
            cluster::facts(config, scope),
            lag::facts(config, scope),
            packages::facts(config, scope),
            settings::facts(config, scope),
            secrets::facts(config, scope),
        );
        let (key, queues, capacity, certificate, records) = tokio::join!(
            keys::facts(config, scope),
            queues::facts(config, scope),
            capacity::facts(config, scope),
            certificate::facts(config, scope),
            records::facts(config, scope),
        );
        RegionFacts {
            region: region.clone(),
            database: known("RDS", database),
            cluster: known("RDS", cluster),
            lag_ms: known("CloudWatch", lag_ms),
            packages: known("Lambda", packages),
            settings: known("SSM", settings),
            secrets: known("Secrets Manager", secrets),
            key: known("KMS", key),
            queues: known("SQS", queues),
            capacity: known("capacity", capacity),
            certificate: known("ACM", certificate),
            records: known("Route 53", records),
        }
    }
}
