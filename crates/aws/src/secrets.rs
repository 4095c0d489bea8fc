//! Secrets Manager: the current version of a secret, in this Region.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>

use crate::config::AwsConfig;
use crate::signed::{Failure, JsonService};
use leeward_model::Region;
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Get<'a> {
    secret_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    secret_string: Option<String>,
}

pub struct Secrets {
    service: JsonService,
    limit: Duration,
}

impl Secrets {
    pub fn new(config: &AwsConfig, region: &Region) -> Secrets {
        let service = JsonService::new(config, region, "secretsmanager", "secretsmanager");
        Secrets { service, limit: config.call_timeout }
    }

    /// Reads the text of a secret. Returns `None` if the secret was created but never received a value.
    pub async fn read(&self, name: &str) -> Outcome<Option<String>> {
        let get = Get { secret_id: name };
        match self.service.call::<Got>("GetSecretValue", &get, self.limit).await {
            Ok(got) => Outcome::Done(got.secret_string),
            Err(failure) if has_no_value(&failure) => Outcome::Done(None),
            Err(failure) => failure.outcome(),
        }
    }
}

/// Reports whether a failure means that a secret has no value yet. A missing secret has the same error code; only the
/// message differs.
fn has_no_value(failure: &Failure) -> bool {
    let Failure::Refused { code: Some(code), message, .. } = failure else { return false };
    code == "ResourceNotFoundException" && message.contains("staging label")
}
