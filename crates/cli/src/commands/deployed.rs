//! Talking to a deployed platform by its operator function, as a person would with nothing but AWS's own command
//! line (REQ-X4): no other permission is needed, and any Region that is left will do.

use super::synth;
use crate::args::WhichBlueprint;
use anyhow::{Context, bail};
use leeward_aws::{AwsConfig, invoke};
use leeward_model::{FunctionRole, Region};
use leeward_ports::Outcome;
use leeward_stacks::Names;
use serde_json::{Value, json};
use std::time::Duration;

/// A function that starts, and asks two Regions that may not answer.
const CALL: Duration = Duration::from_secs(30);
const TRIES: usize = 3;

pub(crate) struct Deployed {
    config: AwsConfig,
    regions: [Region; 3],
    function: String,
    pub(crate) public_name: String,
    ttl_s: u32,
}

impl Deployed {
    pub(crate) fn find(which: &WhichBlueprint) -> anyhow::Result<Deployed> {
        let blueprint = synth::read(which)?;
        let config = AwsConfig::from_environment(CALL).context(
            "LW-C030: calls to AWS cannot be signed; `eval \"$(aws configure export-credentials --format env)\"` \
             sets what is missing",
        )?;
        let function = Names::of(&blueprint).name(FunctionRole::Operator.as_str(), "function");
        let r = &blueprint.regions;
        Ok(Deployed {
            config,
            regions: [r.primary.clone(), r.secondary.clone(), r.witness.clone()],
            function,
            ttl_s: blueprint.timing(leeward_blueprint::Profile::Aws).ttl_s,
            public_name: blueprint.public_name.clone(),
        })
    }

    async fn ask(&self, region: &Region, payload: &Value) -> Outcome<Value> {
        invoke(&self.config, region, &self.function, payload).await
    }

    /// All three Regions are asked at once; the newest answer counts.
    pub(crate) async fn status(&self) -> anyhow::Result<Value> {
        let [a, b, c] = &self.regions;
        let look = json!({ "verb": "status" });
        let (a, b, c) = tokio::join!(self.ask(a, &look), self.ask(b, &look), self.ask(c, &look));
        let answers = [a, b, c];
        let whys: Vec<String> = self.regions.iter().zip(&answers).filter_map(why).collect();
        let good =
            answers.into_iter().filter_map(Outcome::done).filter(|said| said["status"] == 200);
        let Some(mut status) = good.max_by_key(|said| said["version"].as_u64()) else {
            bail!("LW-C031: no Region's operator function says how it is: {}", whys.join("; "));
        };
        let address = tokio::net::lookup_host((self.public_name.as_str(), 443)).await;
        let answer = address.ok().and_then(|mut all| all.next()).map(|a| a.ip().to_string());
        status["dns"] = json!({
            "address": "the system's", "name": self.public_name, "port": 443, "answer": answer, "ttl_s": self.ttl_s,
        });
        Ok(status)
    }

    /// To whichever Region takes it: the same id is the same operation everywhere, so that a Region that does
    /// not say is followed by another one (SAFE-7). The answer, and its status.
    pub(crate) async fn operate(&self, body: &Value) -> anyhow::Result<(u16, Value)> {
        let mut last = String::new();
        for _ in 0..TRIES {
            for region in &self.regions {
                let answer = self.ask(region, body).await;
                if let Some(why) = why((region, &answer)) {
                    last = why;
                }
                let Some(said) = answer.done() else { continue };
                match said["status"].as_u64().and_then(|status| u16::try_from(status).ok()) {
                    Some(status) if status < 500 => return Ok((status, said)),
                    _ => continue,
                }
            }
        }
        bail!(
            "LW-C007: no Region says whether it took effect ({last}); repeat it with --id {}",
            body["id"]
        )
    }
}

fn why((region, answer): (&Region, &Outcome<Value>)) -> Option<String> {
    match answer {
        Outcome::Done(said) if said["status"].as_u64().is_some_and(|status| status < 500) => None,
        Outcome::Done(said) => Some(format!("{region}: {}", said["detail"])),
        other => Some(format!("{region}: {}", other.why().unwrap_or("no reason given"))),
    }
}
