//! Starts executions in Step Functions. An execution has the name of its run, so that a second start has no effect.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html>: a start with the name
//! and the input of a running execution succeeds; a start with the name of an execution that has ended returns
//! `ExecutionAlreadyExists` for 90 days.

use crate::config::AwsConfig;
use crate::signed::{Failure, JsonService};
use async_trait::async_trait;
use leeward_model::{Region, RunKind};
use leeward_ports::{Outcome, StateMachine};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Start<'a> {
    state_machine_arn: &'a str,
    name: &'a str,
    input: String,
}

#[derive(Deserialize)]
struct Started {
    #[serde(rename = "executionArn")]
    _arn: String,
}

pub struct States {
    /// The service and the state machine's ARN in each Region.
    machines: BTreeMap<Region, (JsonService, String)>,
    limit: Duration,
}

impl States {
    pub fn new(config: &AwsConfig, arns: &BTreeMap<Region, String>) -> States {
        let machine = |(region, arn): (&Region, &String)| {
            let service = JsonService::new(config, region, "states", "AWSStepFunctions");
            (region.clone(), (service, arn.clone()))
        };
        States { machines: arns.iter().map(machine).collect(), limit: config.call_timeout }
    }
}

#[async_trait]
impl StateMachine for States {
    async fn start(&self, region: &Region, run: &str, kind: RunKind) -> Outcome<()> {
        let Some((service, arn)) = self.machines.get(region) else {
            return Outcome::Rejected(format!("{region} has no state machine"));
        };
        let input = json!({"run": run, "kind": kind.as_str()}).to_string();
        let start = Start { state_machine_arn: arn, name: run, input };
        match service.call::<Started>("StartExecution", &start, self.limit).await {
            Ok(_) => Outcome::Done(()),
            Err(Failure::Refused { code: Some(code), .. }) if code == "ExecutionAlreadyExists" => {
                Outcome::Done(())
            }
            Err(failure) => failure.outcome(),
        }
    }
}
