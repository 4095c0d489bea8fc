//! Connects to a platform on this machine through its supervisor and its Regions' APIs.

use super::{OperationAnswer, unknown_outcome};
use anyhow::{Context, bail};
use http::Method;
use leeward_api::{Done, OperationRequest, PlatformStatus};
use leeward_http::Client;
use leeward_local::{FaultVerb, Layout};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;

/// The time limit of a call. A fault may shut down a database server cleanly, which is slow on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
pub(super) const POLL: Duration = Duration::from_millis(200);

pub(crate) struct Local {
    pub(crate) layout: Layout,
    admin: String,
    operator: String,
    pub(crate) trader: String,
    client: Client,
}

impl Local {
    pub(crate) fn find(dir: &Path) -> anyhow::Result<Local> {
        let layout = Layout::new(dir);
        let shown = dir.display();
        let running = layout.read_running().with_context(|| {
            format!("LW-C002: no platform runs on {shown}; `leeward up --dir {shown}` starts one")
        })?;
        let secrets = layout
            .read_secrets()
            .with_context(|| format!("LW-C003: the tokens in {shown} cannot be read"))?;
        Ok(Local {
            layout,
            admin: running.admin,
            operator: secrets.operator,
            trader: secrets.trader,
            client: Client::plain(Duration::from_secs(2)),
        })
    }

    pub(crate) async fn status(&self) -> anyhow::Result<PlatformStatus> {
        self.send(Method::GET, "/status", Vec::new()).await
    }

    pub(crate) async fn switch_fault(&self, verb: &FaultVerb) -> anyhow::Result<Done> {
        self.send(Method::POST, "/fault", encode(verb)).await
    }

    pub(crate) async fn stop(&self) -> anyhow::Result<Done> {
        self.send(Method::POST, "/down", Vec::new()).await
    }

    /// Sends an operation to one Region after the other. The same id names the same operation everywhere, so the second
    /// Region can follow one that does not respond (SAFE-7).
    pub(super) async fn operate(
        &self,
        apis: &[String],
        request: &OperationRequest,
    ) -> anyhow::Result<OperationAnswer> {
        let body = encode(request);
        let mut last = String::from("the platform's status names no Region");
        for _ in 0..3 {
            for api in apis {
                let url = format!("{api}/v1/operations");
                let token = Some(self.operator.as_str());
                let sent =
                    self.client.send(Method::POST, &url, token, body.clone(), PATIENCE).await;
                match sent {
                    Ok(answer) if answer.status == 200 => {
                        return Ok(Ok(serde_json::from_slice(&answer.body)?));
                    }
                    Ok(answer) if answer.status < 500 => {
                        return Ok(Err(serde_json::from_slice(&answer.body)?));
                    }
                    Ok(answer) => last = String::from_utf8_lossy(&answer.body).into_owned(),
                    Err(error) => last = format!("{api}: {error}"),
                }
            }
        }
        Err(unknown_outcome(request, &last))
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<T> {
        let url = format!("{}{path}", self.admin);
        let sent = self.client.send(method, &url, Some(&self.operator), body, PATIENCE).await;
        let answer = sent.context(
            "LW-C004: the platform's supervisor does not respond; if it was killed, run \
             `leeward up` again",
        )?;
        if answer.status != 200 {
            bail!("{}", String::from_utf8_lossy(&answer.body));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

fn encode(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).expect("requests are plain data")
}
