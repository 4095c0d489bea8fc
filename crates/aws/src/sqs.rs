//! Hints over SQS: one queue per Region, many hints a message.

use crate::classify::{failed, within};
use crate::config::{AwsConfig, client};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use leeward_model::Region;
use leeward_ports::{Hint, HintBatch, Outcome, Queue};
use std::collections::BTreeMap;
use std::time::Duration;

/// SQS waits at most this long for a message.
const LONGEST_WAIT_S: i32 = 20;

struct RegionQueue {
    client: Client,
    url: String,
}

pub struct SqsQueue {
    queues: BTreeMap<Region, RegionQueue>,
    own: Region,
    limit: Duration,
}

impl SqsQueue {
    /// `urls`: each Region's queue.
    pub fn new(config: &AwsConfig, own: &Region, urls: &BTreeMap<Region, String>) -> SqsQueue {
        let queues = urls
            .iter()
            .map(|(region, url)| {
                let client = client!(aws_sdk_sqs, config, region);
                (region.clone(), RegionQueue { client, url: url.clone() })
            })
            .collect();
        SqsQueue { queues, own: own.clone(), limit: config.call_timeout }
    }

    fn queue(&self, region: &Region) -> Result<&RegionQueue, String> {
        self.queues.get(region).ok_or_else(|| format!("{region} has no queue"))
    }
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, to: &Region, hints: &[Hint]) -> Outcome<()> {
        let queue = match self.queue(to) {
            Ok(queue) => queue,
            Err(why) => return Outcome::Rejected(why),
        };
        let body = serde_json::to_string(hints).expect("hints always serialize");
        let call = queue.client.send_message().queue_url(&queue.url).message_body(body);
        match within(self.limit, call.send()).await {
            Ok(_) => Outcome::Done(()),
            Err(failure) => failed(failure),
        }
    }

    async fn receive(&self, wait: Duration) -> Outcome<Vec<HintBatch>> {
        let queue = match self.queue(&self.own) {
            Ok(queue) => queue,
            Err(why) => return Outcome::Rejected(why),
        };
        // In whole seconds, and 0 would not wait at all.
        let wait_s = i32::try_from(wait.as_millis().div_ceil(1_000))
            .unwrap_or(LONGEST_WAIT_S)
            .min(LONGEST_WAIT_S);
        let call = queue
            .client
            .receive_message()
            .queue_url(&queue.url)
            .max_number_of_messages(10)
            .wait_time_seconds(wait_s);
        match within(wait + self.limit, call.send()).await {
            Ok(answer) => {
                let messages = answer.messages.unwrap_or_default();
                Outcome::Done(
                    messages
                        .into_iter()
                        .filter_map(|message| {
                            let receipt = message.receipt_handle?;
                            // What cannot be read is deleted like the rest: hints only save time.
                            let body = message.body.unwrap_or_default();
                            let hints = serde_json::from_str(&body).unwrap_or_default();
                            Some(HintBatch { hints, receipt })
                        })
                        .collect(),
                )
            }
            Err(failure) => failed(failure),
        }
    }

    async fn delete(&self, receipts: &[String]) -> Outcome<()> {
        let queue = match self.queue(&self.own) {
            Ok(queue) => queue,
            Err(why) => return Outcome::Rejected(why),
        };
        let mut kept = 0;
        for chunk in receipts.chunks(10) {
            let mut call = queue.client.delete_message_batch().queue_url(&queue.url);
            for (i, receipt) in chunk.iter().enumerate() {
                let entry = DeleteMessageBatchRequestEntry::builder()
                    .id(i.to_string())
                    .receipt_handle(receipt)
                    .build();
                match entry {
                    Ok(entry) => call = call.entries(entry),
                    Err(_) => return Outcome::Rejected("an empty receipt".into()),
                }
            }
            match within(self.limit, call.send()).await {
                // A receipt that SQS no longer knows is no message to delete.
                Ok(answer) => kept += answer.failed.iter().filter(|f| !f.sender_fault).count(),
                Err(failure) => return failed(failure),
            }
        }
        if kept > 0 {
            return Outcome::Transient(format!("{kept} messages were not deleted"));
        }
        Outcome::Done(())
    }
}
