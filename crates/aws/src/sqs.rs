//! Sends and receives hints through SQS, with one queue per Region and many hints in a message.

use crate::config::AwsConfig;
use crate::signed::JsonService;
use crate::trace;
use async_trait::async_trait;
use leeward_model::Region;
use leeward_ports::{Hint, HintBatch, Outcome, Queue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest time in seconds that SQS waits for a message.
const LONGEST_WAIT_S: u32 = 20;
const BATCH: usize = 10;

struct RegionQueue {
    service: JsonService,
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Send<'a> {
    queue_url: &'a str,
    message_body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_system_attributes: Option<SystemAttributes>,
}

/// The attributes by which X-Ray follows a message.
#[derive(Serialize)]
struct SystemAttributes {
    #[serde(rename = "AWSTraceHeader")]
    trace: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data_type: &'static str,
    string_value: String,
}

fn system_attributes() -> Option<SystemAttributes> {
    let text = |string_value| Text { data_type: "String", string_value };
    trace::current().map(|trace| SystemAttributes { trace: text(trace) })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Receive<'a> {
    queue_url: &'a str,
    max_number_of_messages: usize,
    wait_time_seconds: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    receipt_handle: Option<String>,
    #[serde(default)]
    body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Delete<'a> {
    queue_url: &'a str,
    entries: Vec<DeleteEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteEntry<'a> {
    id: String,
    receipt_handle: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Deleted {
    #[serde(default)]
    failed: Vec<NotDeleted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NotDeleted {
    #[serde(default)]
    sender_fault: bool,
}

/// The result for an accepted message; every such result has an id.
#[derive(Deserialize)]
struct Accepted {
    #[serde(rename = "MessageId")]
    _id: String,
}

pub struct SqsQueue {
    queues: BTreeMap<Region, RegionQueue>,
    own: Region,
    limit: Duration,
}

impl SqsQueue {
    /// Creates the adapter; `urls` holds the queue of each Region.
    pub fn new(config: &AwsConfig, own: &Region, urls: &BTreeMap<Region, String>) -> SqsQueue {
        let queues = urls
            .iter()
            .map(|(region, url)| {
                let service = JsonService::new(config, region, "sqs", "AmazonSQS");
                (region.clone(), RegionQueue { service, url: url.clone() })
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
        let message_body = serde_json::to_string(hints).expect("hints always serialize");
        let message_system_attributes = system_attributes();
        let request = Send { queue_url: &queue.url, message_body, message_system_attributes };
        queue.service.ask("SendMessage", &request, self.limit).await.map(|_: Accepted| ())
    }

    async fn receive(&self, wait: Duration) -> Outcome<Vec<HintBatch>> {
        let queue = match self.queue(&self.own) {
            Ok(queue) => queue,
            Err(why) => return Outcome::Rejected(why),
        };
        // SQS takes the wait in whole seconds. Rounding up keeps a short wait from becoming 0, which means no wait.
        let wait_time_seconds = u32::try_from(wait.as_millis().div_ceil(1_000))
            .unwrap_or(LONGEST_WAIT_S)
            .min(LONGEST_WAIT_S);
        let request =
            Receive { queue_url: &queue.url, max_number_of_messages: BATCH, wait_time_seconds };
        let limit = wait + self.limit;
        let batch = |message: Message| {
            // An unreadable message becomes an empty batch, so that the caller deletes it; hints only save time.
            let hints = serde_json::from_str(&message.body).unwrap_or_default();
            Some(HintBatch { hints, receipt: message.receipt_handle? })
        };
        let answer = queue.service.ask("ReceiveMessage", &request, limit).await;
        answer.map(|a: Received| a.messages.into_iter().filter_map(batch).collect())
    }

    async fn delete(&self, receipts: &[String]) -> Outcome<()> {
        let queue = match self.queue(&self.own) {
            Ok(queue) => queue,
            Err(why) => return Outcome::Rejected(why),
        };
        let mut kept = 0;
        for chunk in receipts.chunks(BATCH) {
            let ids = chunk.iter().enumerate();
            let entries = ids
                .map(|(id, receipt)| DeleteEntry { id: id.to_string(), receipt_handle: receipt })
                .collect();
            let request = Delete { queue_url: &queue.url, entries };
            match queue.service.ask::<Deleted>("DeleteMessageBatch", &request, self.limit).await {
                // SQS reports an unknown receipt as the sender's fault. Such a receipt no longer belongs to a message.
                Outcome::Done(answer) => {
                    kept += answer.failed.iter().filter(|f| !f.sender_fault).count();
                }
                other => return other.map(drop),
            }
        }
        if kept > 0 {
            return Outcome::Transient(format!("{kept} messages were not deleted"));
        }
        Outcome::Done(())
    }
}
