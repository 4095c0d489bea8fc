//! The code package of each function.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>

use crate::config::AwsConfig;
use crate::signed::{RestService, Service};
use leeward_model::readiness::Scope;
use leeward_ports::Outcome;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    code_sha256: String,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<BTreeMap<String, String>> {
    let service = RestService(Service::new(config, &scope.region, "lambda", "lambda"));
    let mut out = BTreeMap::new();
    for (role, name) in &scope.functions {
        let path = format!("2015-03-31/functions/{name}/configuration");
        match service.json::<Configuration>(&path, config.call_timeout).await {
            Outcome::Done(found) => out.insert(role.clone(), found.code_sha256),
            other => return other.map(|_| BTreeMap::new()),
        };
    }
    Outcome::Done(out)
}
