//! Parameter Store: the settings of this Region (REQ-C4).
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>

use crate::config::AwsConfig;
use crate::signed::JsonService;
use leeward_model::Region;
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Get<'a> {
    name: &'a str,
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
}

pub struct Parameters {
    service: JsonService,
    limit: Duration,
}

impl Parameters {
    pub fn new(config: &AwsConfig, region: &Region) -> Parameters {
        let service = JsonService::new(config, region, "ssm", "AmazonSSM");
        Parameters { service, limit: config.call_timeout }
    }

    pub async fn read(&self, name: &str) -> Outcome<String> {
        let get = Get { name, with_decryption: true };
        let got = self.service.ask::<Got>("GetParameter", &get, self.limit).await;
        got.map(|got| got.parameter.value)
    }
}
