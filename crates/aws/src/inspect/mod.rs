//! Collects the facts about one Region that the readiness rules need (REQ-T1). Each submodule collects one fact with
//! read-only calls. The queries of the submodules run in two groups, one after the other. The queries of a group run
//! concurrently.
//!
//! No recovery depends on these queries. If a service does not respond, the fact is recorded as unknown, with the
//! reason.

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

/// Turns an outcome into a fact; the error names the service that failed and its reason.
fn to_fact<T>(service: &str, outcome: Outcome<T>) -> Known<T> {
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
            database: to_fact("RDS", database),
            cluster: to_fact("RDS", cluster),
            lag_ms: to_fact("CloudWatch", lag_ms),
            packages: to_fact("Lambda", packages),
            settings: to_fact("SSM", settings),
            secrets: to_fact("Secrets Manager", secrets),
            key: to_fact("KMS", key),
            queues: to_fact("SQS", queues),
            capacity: to_fact("capacity", capacity),
            certificate: to_fact("ACM", certificate),
            records: to_fact("Route 53", records),
        }
    }
}
