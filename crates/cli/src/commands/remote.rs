//! Talking to a running platform: a local one's supervisor, or a deployed one's operator function.

use super::deployed::Deployed;
use crate::args::{Target, WhichBlueprint};
use anyhow::{Context, bail};
use http::Method;
use leeward_http::Client;
use leeward_local::Layout;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

pub(crate) enum Remote {
    Local(Local),
    Deployed(Deployed),
}

impl Remote {
    pub(crate) fn find(target: &Target) -> anyhow::Result<Remote> {
        if !target.aws {
            return Ok(Remote::Local(Local::find(&target.at.dir)?));
        }
        let which = WhichBlueprint {
            blueprint: target.blueprint.clone(),
            suffix: target.suffix.clone(),
            json: target.at.json,
        };
        Ok(Remote::Deployed(Deployed::find(&which)?))
    }

    pub(crate) async fn status(&self) -> anyhow::Result<Value> {
        match self {
            Remote::Local(local) => local.get("/status").await,
            Remote::Deployed(deployed) => deployed.status().await,
        }
    }

    /// Between two looks at a run.
    pub(crate) fn poll(&self) -> Duration {
        match self {
            Remote::Local(_) => POLL,
            Remote::Deployed(_) => super::deployed::POLL,
        }
    }

    /// The answer, and its status. `status`: what was said before, with the Regions' addresses.
    pub(crate) async fn operate(
        &self,
        status: &Value,
        body: &Value,
    ) -> anyhow::Result<(u16, Value)> {
        match self {
            Remote::Local(local) => local.operate(&apis(status), body).await,
            Remote::Deployed(deployed) => deployed.operate(body).await,
        }
    }
}

fn apis(status: &Value) -> Vec<String> {
    let regions = status["regions"].as_array().into_iter().flatten();
    regions.filter_map(|region| region["api"].as_str().map(str::to_owned)).collect()
}

pub(crate) struct Local {
    pub(crate) layout: Layout,
    admin: String,
    operator: String,
    pub(crate) trader: String,
    client: Client,
}

const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(200);

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

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(Method::GET, path, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(Method::POST, path, body.to_string().into_bytes()).await
    }

    /// An operation, to whichever Region takes it: the same id is the same operation everywhere, so that a
    /// Region that does not say is followed by the other one (SAFE-7). The answer, and its status.
    pub(crate) async fn operate(
        &self,
        apis: &[String],
        body: &Value,
    ) -> anyhow::Result<(u16, Value)> {
        let text = body.to_string().into_bytes();
        let mut last = String::from("the platform names no Region");
        for _ in 0..3 {
            for api in apis {
                let url = format!("{api}/v1/operations");
                let token = Some(self.operator.as_str());
                let sent =
                    self.client.send(Method::POST, &url, token, text.clone(), PATIENCE).await;
                match sent {
                    Ok(answer) if answer.status < 500 => {
                        return Ok((answer.status, serde_json::from_slice(&answer.body)?));
                    }
                    Ok(answer) => last = String::from_utf8_lossy(&answer.body).into_owned(),
                    Err(error) => last = format!("{api}: {error}"),
                }
            }
        }
        bail!(
            "LW-C007: no Region says whether it took effect ({last}); repeat it with --id {}",
            body["id"]
        )
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.admin);
        let answer =
            self.client.send(method, &url, Some(&self.operator), body, PATIENCE).await.context(
                "LW-C004: the supervisor does not answer; was it killed? `leeward up` again",
            )?;
        if answer.status != 200 {
            bail!("{}", String::from_utf8_lossy(&answer.body));
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}
