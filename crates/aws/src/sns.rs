//! Notices to operators and order events to consumers, through SNS topics.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html>

use crate::config::AwsConfig;
use crate::signed::{Form, QueryService};
use async_trait::async_trait;
use leeward_model::Region;
use leeward_ports::{Events, Notify, OrderEvent, Outcome};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::time::Duration;

/// The number of messages in a batch; SNS accepts at most ten messages and 256 KiB in total.
const BATCH: usize = 10;
/// The number of events in one message, small enough to keep a batch below SNS's limit.
const EVENTS_PER_MESSAGE: usize = 100;
/// The maximum length of a subject. SNS refuses a subject of 100 characters or more, and one with control characters.
const SUBJECT: usize = 99;
const VERSION: &str = "2010-03-31";

fn service(config: &AwsConfig, region: &Region) -> QueryService {
    QueryService::new(config, region, "sns", VERSION)
}

pub struct SnsNotify {
    topics: BTreeMap<Region, (QueryService, String)>,
    limit: Duration,
}

impl SnsNotify {
    /// Creates the adapter; `arns` holds the notices topic of each Region.
    pub fn new(config: &AwsConfig, arns: &BTreeMap<Region, String>) -> SnsNotify {
        let topics = arns
            .iter()
            .map(|(region, arn)| (region.clone(), (service(config, region), arn.clone())))
            .collect();
        SnsNotify { topics, limit: config.call_timeout }
    }
}

#[async_trait]
impl Notify for SnsNotify {
    async fn notify(&self, region: &Region, subject: &str, message: &str) -> Outcome<()> {
        let Some((service, arn)) = self.topics.get(region) else {
            return Outcome::Rejected(format!("{region} has no notices topic"));
        };
        let plain = subject.chars().map(|c| if c.is_control() { ' ' } else { c });
        let subject: String = plain.take(SUBJECT).collect();
        let form = Form::new().with("TopicArn", arn).with("Subject", subject);
        let form = form.with("Message", message);
        service.call::<IgnoredAny>("Publish", form, self.limit).await.map(drop)
    }
}

pub struct SnsEvents {
    service: QueryService,
    arn: String,
    limit: Duration,
}

impl SnsEvents {
    pub fn new(config: &AwsConfig, region: &Region, arn: &str) -> SnsEvents {
        let service = service(config, region);
        SnsEvents { service, arn: arn.to_owned(), limit: config.call_timeout }
    }
}

#[derive(Deserialize)]
struct Published {
    #[serde(rename = "PublishBatchResult")]
    result: Result,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Result {
    successful: Entries,
}

#[derive(Deserialize, Default)]
struct Entries {
    #[serde(rename = "member", default)]
    list: Vec<BatchEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchEntry {
    id: String,
}

#[async_trait]
impl Events for SnsEvents {
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>> {
        let mut accepted = vec![false; events.len()];
        for (start, window) in windows(events.len()) {
            let mut form = Form::new().with("TopicArn", &self.arn);
            let chunks = events[start..start + window].chunks(EVENTS_PER_MESSAGE);
            for (id, chunk) in chunks.enumerate() {
                let message = serde_json::to_string(chunk).expect("events always serialize");
                let entry = format!("PublishBatchRequestEntries.member.{}", id + 1);
                form = form.with(&format!("{entry}.Id"), id.to_string());
                form = form.with(&format!("{entry}.Message"), message);
            }
            let answer = self.service.call::<Published>("PublishBatch", form, self.limit).await;
            let Outcome::Done(answer) = answer else { return answer.map(|_| Vec::new()) };
            // Only an entry that the service lists as successful counts (R10).
            for ok in answer.result.successful.list {
                let Ok(id) = ok.id.parse::<usize>() else { continue };
                let from = start + id.min(BATCH) * EVENTS_PER_MESSAGE;
                let to = (from + EVENTS_PER_MESSAGE).min(start + window);
                if from < to {
                    accepted[from..to].fill(true);
                }
            }
        }
        Outcome::Done(accepted)
    }
}

fn windows(events: usize) -> impl Iterator<Item = (usize, usize)> {
    let size = BATCH * EVENTS_PER_MESSAGE;
    (0..events).step_by(size).map(move |start| (start, size.min(events - start)))
}
