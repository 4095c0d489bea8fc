//! An instance's own credentials, from its metadata service (version 2 only: each request carries a session token).
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>: new credentials
//! of a role appear five minutes before the current ones expire. While the service does not respond, an instance
//! continues with the credentials that it has, as AWS's own SDKs do.

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
/// The number of retries at start. They are needed because an instance's role may become visible only shortly after
/// the instance starts.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);
/// The refresh interval, short enough to obtain new credentials well before the current ones expire.
const REFRESH: Duration = Duration::from_secs(120);

/// The client of this instance's metadata service.
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
    /// Creates the client; a test passes its own `address` in `AWS_EC2_METADATA_SERVICE_ENDPOINT`.
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
            status => Err(format!("{path} returned HTTP status {status}")),
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
        // The parser's message may quote a secret.
        let read: Document = serde_json::from_str(&document)
            .map_err(|e| format!("the credentials of {role} cannot be read, line {}", e.line()))?;
        let (id, secret) = (read.access_key_id, read.secret_access_key);
        Ok(Credentials::new(id, secret, Some(read.token), None, "instance"))
    }

    /// Reads the first credentials, and retries up to `TRIES` times while the metadata service returns none.
    pub(crate) async fn keys(&self) -> Result<Keys, ConfigError> {
        let mut tries = 0;
        loop {
            match self.read().await {
                Ok(credentials) => return Ok(Keys::new(credentials)),
                Err(why) if tries == TRIES => return Err(ConfigError::NoInstance(why)),
                Err(why) => {
                    tracing::warn!(%why, "cannot read the instance's credentials; retrying")
                }
            }
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Renews the credentials until no client uses them.
    pub(crate) async fn keep_fresh(self, keys: Keys) {
        let mut clock = tokio::time::interval(REFRESH);
        clock.tick().await;
        while !keys.is_last_handle() {
            clock.tick().await;
            match self.read().await {
                Ok(credentials) => keys.replace(credentials),
                Err(why) => {
                    tracing::warn!(%why, "cannot renew the instance's credentials; keeping the current ones")
                }
            }
        }
    }
}
