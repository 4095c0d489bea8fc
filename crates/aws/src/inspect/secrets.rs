//! The current version of each secret. The query does not read the value.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>

use crate::config::AwsConfig;
use crate::signed::JsonService;
use leeward_model::readiness::Scope;
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Describe<'a> {
    secret_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    #[serde(default)]
    version_ids_to_stages: BTreeMap<String, Vec<String>>,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<BTreeMap<String, String>> {
    let service = JsonService::new(config, &scope.region, "secretsmanager", "secretsmanager");
    let mut out = BTreeMap::new();
    for name in &scope.secrets {
        let describe = Describe { secret_id: name };
        let described = service.ask("DescribeSecret", &describe, config.call_timeout).await;
        let described: Described = match described {
            Outcome::Done(described) => described,
            other => return other.map(|_: Described| BTreeMap::new()),
        };
        let mut versions = described.version_ids_to_stages.into_iter();
        let current = versions.find(|(_, stages)| stages.iter().any(|s| s == "AWSCURRENT"));
        out.insert(name.clone(), current.map(|(id, _)| id).unwrap_or_default());
    }
    Outcome::Done(out)
}
