//! Calls of a function in another Region, through a role that permits them (REQ-C1). No recovery depends on such a
//! call.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>,
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use crate::config::AwsConfig;
use crate::signed::{Form, QueryService, RestService, Service};
use aws_credential_types::Credentials;
use leeward_model::Region;
use leeward_ports::Outcome;
use serde::Deserialize;
use serde_json::Value;

const STS: &str = "2011-06-15";

#[derive(Deserialize)]
struct Assumed {
    #[serde(rename = "AssumeRoleResult")]
    result: AssumedResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedResult {
    credentials: Document,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
}

/// Assumes `role` and returns the same configuration with the session's credentials, which are valid for an hour. The
/// request goes to the STS endpoint of `region`.
pub async fn assume(
    config: &AwsConfig,
    region: &Region,
    role: &str,
    session: &str,
) -> Outcome<AwsConfig> {
    let service = QueryService::new(config, region, "sts", STS);
    let form = Form::new().with("RoleArn", role).with("RoleSessionName", session);
    let assumed = service.call::<Assumed>("AssumeRole", form, config.call_timeout).await;
    assumed.map(|assumed| {
        let Document { access_key_id, secret_access_key, session_token } =
            assumed.result.credentials;
        let token = Some(session_token);
        config.signed_by(Credentials::new(access_key_id, secret_access_key, token, None, "role"))
    })
}

/// Invokes a function and returns its response. If the function fails, the outcome is unknown.
pub async fn invoke(
    config: &AwsConfig,
    region: &Region,
    function: &str,
    payload: &Value,
) -> Outcome<Value> {
    let service = RestService(Service::new(config, region, "lambda", "lambda"));
    let path = format!("2015-03-31/functions/{function}/invocations");
    service.post(&path, payload, config.call_timeout).await
}
