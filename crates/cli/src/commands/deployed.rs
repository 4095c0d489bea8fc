//! Talking to a deployed platform by its operator function, as a person would with nothing but AWS's own command
//! line (REQ-X4): no other permission is needed, and any Region that is left will do.

use super::synth;
use crate::args::WhichBlueprint;
use anyhow::{Context, bail};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use leeward_aws::{AwsConfig, invoke};
use leeward_model::{FunctionRole, Region};
use leeward_ports::Outcome;
use leeward_stacks::Names;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// A function that starts, and asks two Regions that may not answer.
const CALL: Duration = Duration::from_secs(30);
const TRIES: usize = 3;
/// After the first answer: a Region that is well answers within this.
const SOON: Duration = Duration::from_secs(2);
/// Between two looks at a run: each is a call in three Regions, which ask both APIs.
pub(crate) const POLL: Duration = Duration::from_secs(2);

pub(crate) struct Deployed {
    config: AwsConfig,
    regions: [Region; 3],
    function: String,
    pub(crate) public_name: String,
    ttl_s: u32,
    /// Regions that answered the last look.
    answered: Mutex<Vec<Region>>,
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
            answered: Mutex::default(),
        })
    }

    async fn ask(&self, region: &Region, payload: &Value) -> Outcome<Value> {
        invoke(&self.config, region, &self.function, payload).await
    }

    /// All three Regions are asked at once; of those that answer soon the newest answer counts. One that is dark is not
    /// waited for.
    pub(crate) async fn status(&self) -> anyhow::Result<Value> {
        let look = json!({ "verb": "status" });
        let ask = async |region| (region, self.ask(region, &look).await);
        let mut asked: FuturesUnordered<_> = self.regions.iter().map(ask).collect();
        let (mut answers, mut whys, mut soon) = (Vec::new(), Vec::new(), None);
        loop {
            let next = async {
                match soon {
                    Some(until) => {
                        tokio::time::timeout_at(until, asked.next()).await.ok().flatten()
                    }
                    None => asked.next().await,
                }
            };
            let Some((region, answer)) = next.await else { break };
            whys.extend(why((region, &answer)));
            if let Some(said) = answer.done().filter(|said| said["status"] == 200) {
                soon.get_or_insert_with(|| Instant::now() + SOON);
                answers.push((region.clone(), said));
            }
        }
        *self.answered.lock().expect("a list") = answers.iter().map(|(r, _)| r.clone()).collect();
        let newest =
            answers.into_iter().map(|(_, said)| said).max_by_key(|s| s["version"].as_u64());
        let Some(mut status) = newest else {
            bail!("LW-C031: no Region's operator function says how it is: {}", whys.join("; "));
        };
        let address = tokio::net::lookup_host((self.public_name.as_str(), 443)).await;
        let answer = address.ok().and_then(|mut all| all.next()).map(|a| a.ip().to_string());
        status["dns"] = json!({
            "address": "the system's", "name": self.public_name, "port": 443, "answer": answer, "ttl_s": self.ttl_s,
        });
        Ok(status)
    }

    /// To whichever Region takes it, those first that answered last: the same id is the same operation everywhere, so
    /// that a Region that does not say is followed by another one (SAFE-7). The answer, and its status.
    pub(crate) async fn operate(&self, body: &Value) -> anyhow::Result<(u16, Value)> {
        let mut order = self.regions.to_vec();
        let answered = self.answered.lock().expect("a list").clone();
        order.sort_by_key(|region| !answered.contains(region));
        let mut last = String::new();
        for _ in 0..TRIES {
            for region in &order {
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
