//! The number of messages in the hint queue and in the dead-letter queue.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>

use crate::config::AwsConfig;
use crate::signed::JsonService;
use leeward_model::readiness::{QueueFacts, Scope};
use leeward_ports::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const WAITING: &str = "ApproximateNumberOfMessages";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Get<'a> {
    queue_url: &'a str,
    attribute_names: [&'a str; 1],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<QueueFacts> {
    let service = JsonService::new(config, &scope.region, "sqs", "AmazonSQS");
    let depth = async |url: &str| -> Outcome<u64> {
        let get = Get { queue_url: url, attribute_names: [WAITING] };
        match service.ask::<Got>("GetQueueAttributes", &get, config.call_timeout).await {
            Outcome::Done(got) => match got.attributes.get(WAITING).and_then(|n| n.parse().ok()) {
                Some(depth) => Outcome::Done(depth),
                None => Outcome::unclear(format!("{url} reports no number of messages")),
            },
            other => other.map(|_| 0),
        }
    };
    match tokio::join!(depth(&scope.queue_url), depth(&scope.dead_letters_url)) {
        (Outcome::Done(waiting), Outcome::Done(dead)) => {
            Outcome::Done(QueueFacts { waiting, dead })
        }
        (Outcome::Done(_), other) => other.map(|_| QueueFacts::default()),
        (other, _) => other.map(|_| QueueFacts::default()),
    }
}
