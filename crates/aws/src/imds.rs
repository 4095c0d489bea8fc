//! An instance's own credentials, from its metadata service (version 2 alone: a session token for each
//! question).
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>: a role's
//! credentials are there five minutes before the last ones end. An instance that its service does not
//! answer goes on with those that it has, as AWS's own SDKs do.

use crate::config::ConfigError;
use crate::keys::Keys;
use aws_credential_types::Credentials;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use leeward_http::Client;
use serde::Deserialize;
use std::time::Duration;

const ADDRESS: &str = "http://169.254.169.254";
const TOKEN: &str = "x-aws-ec2-metadata-token";
const TOKEN_TTL: (&str, &str) = ("x-aws-ec2-metadata-token-ttl-seconds", "60");
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const LARGEST_ANSWER: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(2);
/// Of a start: an instance's role may come a little after it.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);
/// Often enough to have the next ones well before the last ones end.
const REFRESH: Duration = Duration::from_secs(120);

/// Of this instance.
pub(crate) struct Instance {
    client: Client,
    address: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    access_key_id: String,
    secret_access_key: String,
    token: String,
}

impl Instance {
    /// `address`: `AWS_EC2_METADATA_SERVICE_ENDPOINT`, where a test has its own.
    pub(crate) fn new(address: Option<String>) -> Instance {
        let address = address.unwrap_or_else(|| ADDRESS.to_owned());
        let client = Client::plain(PATIENCE).with_answer_limit(LARGEST_ANSWER);
        Instance { client, address: address.trim_end_matches('/').to_owned() }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        header: (&str, &str),
    ) -> Result<String, String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(header.0, header.1)
            .body(Full::new(Bytes::new()))
            .map_err(|e| e.to_string())?;
        let answer = self.client.request(request, PATIENCE).await;
        let answer = answer.map_err(|error| format!("{path}: {error}"))?;
        match answer.status {
            200 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
            status => Err(format!("{path} answers {status}")),
        }
    }

    async fn read(&self) -> Result<Credentials, String> {
        let token = self.ask(Method::PUT, "/latest/api/token", TOKEN_TTL).await?;
        let token = (TOKEN, token.as_str());
        let roles = self.ask(Method::GET, ROLES, token).await?;
        let role = roles.lines().next().unwrap_or_default();
        if role.is_empty() {
            return Err("this instance has no role".into());
        }
        let document = self.ask(Method::GET, &format!("{ROLES}{role}"), token).await?;
        // The words of the parser's error may quote a secret.
        let read: Document = serde_json::from_str(&document)
            .map_err(|e| format!("the credentials of {role} cannot be read, line {}", e.line()))?;
        let (id, secret) = (read.access_key_id, read.secret_access_key);
        Ok(Credentials::new(id, secret, Some(read.token), None, "instance"))
    }

    /// The first credentials.
    pub(crate) async fn keys(&self) -> Result<Keys, ConfigError> {
        let mut tries = 0;
        loop {
            match self.read().await {
                Ok(credentials) => return Ok(Keys::new(credentials)),
                Err(why) if tries == TRIES => return Err(ConfigError::NoInstance(why)),
                Err(why) => tracing::warn!(%why, "the instance's credentials; trying again"),
            }
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Until nobody signs with them any more.
    pub(crate) async fn keep_fresh(self, keys: Keys) {
        let mut clock = tokio::time::interval(REFRESH);
        clock.tick().await;
        while !keys.is_alone() {
            clock.tick().await;
            match self.read().await {
                Ok(credentials) => keys.replace(credentials),
                Err(why) => tracing::warn!(%why, "the instance's credentials stay as they are"),
            }
        }
    }
}
