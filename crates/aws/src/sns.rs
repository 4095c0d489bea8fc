//! Notices to people and order events to consumers, over SNS topics.

use crate::classify::{failed, within};
use crate::config::{AwsConfig, client};
use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::types::PublishBatchRequestEntry;
use leeward_model::Region;
use leeward_ports::{Events, Notify, OrderEvent, Outcome};
use std::collections::BTreeMap;
use std::time::Duration;

/// SNS takes ten messages a batch and 256 KiB in all.
const BATCH: usize = 10;
/// Events in one message, so that a batch stays below SNS's limit.
const EVENTS_PER_MESSAGE: usize = 100;
/// SNS refuses subjects of a hundred characters and more, and control characters in them.
const SUBJECT: usize = 99;

pub struct SnsNotify {
    topics: BTreeMap<Region, (Client, String)>,
    limit: Duration,
}

impl SnsNotify {
    /// `arns`: the notices topic of each Region.
    pub fn new(config: &AwsConfig, arns: &BTreeMap<Region, String>) -> SnsNotify {
        let topics = arns
            .iter()
            .map(|(region, arn)| {
                (region.clone(), (client!(aws_sdk_sns, config, region), arn.clone()))
            })
            .collect();
        SnsNotify { topics, limit: config.call_timeout }
    }
}

#[async_trait]
impl Notify for SnsNotify {
    async fn notify(&self, region: &Region, subject: &str, message: &str) -> Outcome<()> {
        let Some((client, arn)) = self.topics.get(region) else {
            return Outcome::Rejected(format!("{region} has no notices topic"));
        };
        let plain = subject.chars().map(|c| if c.is_control() { ' ' } else { c });
        let subject: String = plain.take(SUBJECT).collect();
        let call = client.publish().topic_arn(arn).subject(subject).message(message);
        match within(self.limit, call.send()).await {
            Ok(_) => Outcome::Done(()),
            Err(failure) => failed(failure),
        }
    }
}

pub struct SnsEvents {
    client: Client,
    arn: String,
    limit: Duration,
}

impl SnsEvents {
    pub fn new(config: &AwsConfig, region: &Region, arn: &str) -> SnsEvents {
        let client = client!(aws_sdk_sns, config, region);
        SnsEvents { client, arn: arn.to_owned(), limit: config.call_timeout }
    }
}

#[async_trait]
impl Events for SnsEvents {
    async fn publish(&self, events: &[OrderEvent]) -> Outcome<Vec<bool>> {
        let mut taken = vec![false; events.len()];
        for (start, window) in windows(events.len()) {
            let mut call = self.client.publish_batch().topic_arn(&self.arn);
            for (id, chunk) in events[start..start + window].chunks(EVENTS_PER_MESSAGE).enumerate()
            {
                let message = serde_json::to_string(chunk).expect("events always serialize");
                let entry = PublishBatchRequestEntry::builder().id(id.to_string()).message(message);
                match entry.build() {
                    Ok(entry) => call = call.publish_batch_request_entries(entry),
                    Err(_) => return Outcome::Rejected("an entry without id".into()),
                }
            }
            match within(self.limit, call.send()).await {
                // Only what the service names as successful counts (R10).
                Ok(answer) => {
                    for ok in answer.successful() {
                        let id: Option<usize> = ok.id().and_then(|id| id.parse().ok());
                        let Some(id) = id else { continue };
                        let from = start + id * EVENTS_PER_MESSAGE;
                        let to = (from + EVENTS_PER_MESSAGE).min(start + window);
                        taken[from..to].fill(true);
                    }
                }
                Err(failure) => return failed(failure),
            }
        }
        Outcome::Done(taken)
    }
}

fn windows(events: usize) -> impl Iterator<Item = (usize, usize)> {
    let size = BATCH * EVENTS_PER_MESSAGE;
    (0..events).step_by(size).map(move |start| (start, size.min(events - start)))
}
