//! Connects to a deployed platform through its operator function, as an operator could with the AWS CLI alone (REQ-X4).
//! The caller needs no other permission, and any surviving Region suffices.

use super::{OperationAnswer, unknown_outcome};
use crate::args::WhichBlueprint;
use crate::inputs;
use anyhow::{Context, bail};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use leeward_api::{DnsView, OperationRequest, PlatformStatus, StatusCall, Unavailable};
use leeward_aws::{AwsConfig, invoke};
use leeward_model::{FunctionRole, Region};
use leeward_ports::Outcome;
use leeward_stacks::Names;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// The time limit of a call. The function may need a cold start, and it calls two Regions that may not respond.
const CALL: Duration = Duration::from_secs(30);
const ATTEMPTS: usize = 3;
/// The time for which the other Regions may still respond after the first response. A healthy Region needs less.
const GRACE: Duration = Duration::from_secs(2);
/// The time between two reads of a run's progress. Each read calls three Regions, which in turn call both APIs.
pub(super) const POLL: Duration = Duration::from_secs(2);

pub(crate) struct Deployed {
    config: AwsConfig,
    regions: [Region; 3],
    function: String,
    pub(crate) public_name: String,
    ttl_s: u32,
    /// The Regions that answered the last status call.
    answered: Mutex<Vec<Region>>,
}

impl Deployed {
    pub(super) fn find(which: &WhichBlueprint) -> anyhow::Result<Deployed> {
        let blueprint = inputs::read_deployable(which)?;
        let config = AwsConfig::from_environment(CALL).context(
            "LW-C030: calls to AWS cannot be signed; `eval \"$(aws configure export-credentials --format env)\"` \
            sets the missing variables",
        )?;
        let function = Names::of(&blueprint).name(FunctionRole::Operator.as_str(), "function");
        let r = &blueprint.regions;
        Ok(Deployed {
            config,
            regions: [r.primary.clone(), r.secondary.clone(), r.witness.clone()],
            function,
            ttl_s: blueprint.timing(leeward_blueprint::TimingProfile::Aws).ttl_s,
            public_name: blueprint.public_name.clone(),
            answered: Mutex::default(),
        })
    }

    async fn ask(&self, region: &Region, payload: &Value) -> Outcome<Value> {
        invoke(&self.config, region, &self.function, payload).await
    }

    /// Queries all three Regions concurrently and returns the newest status among the responses that arrive within
    /// [`GRACE`] of the first. It does not wait for a dark Region.
    pub(super) async fn status(&self) -> anyhow::Result<PlatformStatus> {
        let call = serde_json::to_value(StatusCall::CALL)?;
        let ask = async |region| (region, self.ask(region, &call).await);
        let mut asked: FuturesUnordered<_> = self.regions.iter().map(ask).collect();
        let (mut answers, mut failures, mut deadline) = (Vec::new(), Vec::new(), None);
        loop {
            let next = async {
                match deadline {
                    Some(deadline) => {
                        tokio::time::timeout_at(deadline, asked.next()).await.ok().flatten()
                    }
                    None => asked.next().await,
                }
            };
            let Some((region, answer)) = next.await else { break };
            match read_status(region, &answer) {
                Ok(status) => {
                    deadline.get_or_insert_with(|| Instant::now() + GRACE);
                    answers.push((region.clone(), status));
                }
                Err(failure) => failures.push(failure),
            }
        }
        *self.answered.lock().expect("a list") = answers.iter().map(|(r, _)| r.clone()).collect();
        let newest = answers.into_iter().map(|(_, status)| status).max_by_key(|s| s.version);
        let Some(mut status) = newest else {
            bail!(
                "LW-C031: no Region's operator function describes the platform: {}",
                failures.join("; ")
            );
        };
        status.dns = Some(self.resolve_public_name().await);
        Ok(status)
    }

    async fn resolve_public_name(&self) -> DnsView {
        let found = tokio::net::lookup_host((self.public_name.as_str(), 443)).await;
        let answer = found.ok().and_then(|mut all| all.next()).map(|a| a.ip().to_string());
        DnsView {
            address: "the system's".to_owned(),
            name: self.public_name.clone(),
            port: 443,
            answer,
            ttl_s: self.ttl_s,
        }
    }

    /// Sends an operation to one Region after the other, starting with those that answered the last status call. The
    /// same id names the same operation everywhere, so the next Region can follow one that does not respond (SAFE-7).
    pub(super) async fn operate(
        &self,
        request: &OperationRequest,
    ) -> anyhow::Result<OperationAnswer> {
        let payload = serde_json::to_value(request)?;
        let mut order = self.regions.to_vec();
        let answered = self.answered.lock().expect("a list").clone();
        order.sort_by_key(|region| !answered.contains(region));
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            for region in &order {
                let answer = self.ask(region, &payload).await;
                let head = read_head(region, &answer);
                match (head, answer.done()) {
                    (Ok(200), Some(document)) => return Ok(Ok(serde_json::from_value(document)?)),
                    (Ok(status), Some(document)) if status < 500 => {
                        return Ok(Err(serde_json::from_value(document)?));
                    }
                    (Ok(status), _) => last = format!("{region}: status {status}"),
                    (Err(failure), _) => last = failure,
                }
            }
        }
        Err(unknown_outcome(request, &last))
    }
}

/// Returns the status code of a response, or the reason why there is no usable response.
fn read_head(region: &Region, answer: &Outcome<Value>) -> Result<u16, String> {
    let document = match answer {
        Outcome::Done(document) => document,
        other => return Err(format!("{region}: {}", other.why().unwrap_or("no reason given"))),
    };
    let head = Unavailable::deserialize(document).map_err(|e| format!("{region}: {e}"))?;
    if head.status < 500 {
        return Ok(head.status);
    }
    Err(format!("{region}: {}", head.detail.as_deref().unwrap_or("no reason given")))
}

fn read_status(region: &Region, answer: &Outcome<Value>) -> Result<PlatformStatus, String> {
    let status = read_head(region, answer)?;
    let Outcome::Done(document) = answer else {
        return Err(format!("{region}: status {status}"));
    };
    if status != 200 {
        let detail = document.get("detail").and_then(Value::as_str).unwrap_or("no reason given");
        return Err(format!("{region}: {detail}"));
    }
    PlatformStatus::deserialize(document).map_err(|e| format!("{region}: {e}"))
}
