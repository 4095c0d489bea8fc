//! A test of the Region's key: it encrypts and decrypts a data key, which is then discarded.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>

use crate::config::AwsConfig;
use crate::signed::JsonService;
use leeward_model::readiness::Scope;
use leeward_ports::Outcome;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Generate<'a> {
    key_id: &'a str,
    number_of_bytes: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Generated {
    ciphertext_blob: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypt<'a> {
    key_id: &'a str,
    ciphertext_blob: &'a str,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<()> {
    let service = JsonService::new(config, &scope.region, "kms", "TrentService");
    let generate = Generate { key_id: &scope.key, number_of_bytes: 32 };
    let made = service.ask("GenerateDataKey", &generate, config.call_timeout).await;
    let made: Generated = match made {
        Outcome::Done(made) => made,
        other => return other.map(|_: Generated| ()),
    };
    let decrypt = Decrypt { key_id: &scope.key, ciphertext_blob: &made.ciphertext_blob };
    service.ask::<IgnoredAny>("Decrypt", &decrypt, config.call_timeout).await.map(drop)
}
