//! Books the hints that SQS delivers. The response names exactly the messages that SQS must deliver again (REQ-O2).
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>

use crate::metrics;
use crate::platform::{NotReady, Platform};
use leeward_model::Region;
use leeward_ports::{Hint, HintBatch};
use leeward_service::{BatchEnd, book};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    aws_region: String,
    #[serde(default, rename = "eventSourceARN")]
    source: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    #[serde(rename = "AWSTraceHeader")]
    trace: Option<String>,
}

/// The reasons why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessorError {
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error("LW-X030: this is not an event of a queue: {0}")]
    InvalidEvent(String),
}

/// Separates the messages that can be booked from the ids of those that cannot, and logs each rejected message once
/// with its reason. SQS delivers a rejected message again until the message goes to the dead-letter queue.
fn sort_records(records: Vec<Record>, here: &Region, queue: &str) -> (Vec<HintBatch>, Vec<String>) {
    let (mut batches, mut refused) = (Vec::new(), Vec::new());
    for record in records {
        match read_hints(&record, here, queue) {
            Ok(hints) => {
                // The log line continues the trace of the order (REQ-C1).
                tracing::info!(message = %record.message_id, trace = record.attributes.trace, hints = hints.len(), "booking");
                batches.push(HintBatch { hints, receipt: record.message_id });
            }
            Err(why) => {
                tracing::error!(code = "LW-X031", message = %record.message_id, %why, "the message is not a hint of this Region's queue");
                refused.push(record.message_id);
            }
        }
    }
    (batches, refused)
}

fn read_hints(record: &Record, here: &Region, queue: &str) -> Result<Vec<Hint>, String> {
    if record.aws_region != here.as_str() {
        return Err(format!("it comes from {:?}, and this Region is {here}", record.aws_region));
    }
    if !is_of_queue(&record.source, here, queue) {
        return Err(format!("it comes from {:?}, which is not this Region's queue", record.source));
    }
    serde_json::from_str(&record.body).map_err(|e| format!("the body is not a list of hints: {e}"))
}

/// Returns whether `arn:aws:sqs:<region>:<account>:<name>` names the queue with the URL `https://…/<account>/<name>`.
fn is_of_queue(arn: &str, here: &Region, url: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let [_, _, "sqs", region, account, name] = parts[..] else { return false };
    region == here.as_str() && url.ends_with(&format!("/{account}/{name}"))
}

pub(crate) async fn handle(platform: &Platform, payload: &Value) -> Result<Value, ProcessorError> {
    let event: Event =
        Event::deserialize(payload).map_err(|e| ProcessorError::InvalidEvent(e.to_string()))?;
    let parts = platform.parts().await?;
    let (region, config) = (parts.region()?, &parts.assembly.config);
    let queue = config.queue_urls.get(&config.region).map_or("", String::as_str);
    let (batches, mut failed) = sort_records(event.records, &config.region, queue);
    let messages = batches.len() + failed.len();
    if book(&region, &batches).await == BatchEnd::Keep {
        failed.extend(batches.into_iter().map(|batch| batch.receipt));
    }
    let (clock, failed_count) = (&*platform.clock, failed.len() as u64);
    metrics::count_messages(clock, &config.suffix, &config.region, messages as u64, failed_count);
    let failures: Vec<Value> = failed.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/orders-queue-x";
    const ARN: &str = "arn:aws:sqs:us-east-1:123456789012:orders-queue-x";

    fn check(record: Value, valid: bool) {
        let here = Region::new("us-east-1").expect("valid");
        let event: Event =
            serde_json::from_value(json!({ "Records": [record] })).expect("an event");
        let (batches, refused) = sort_records(event.records, &here, URL);
        assert_eq!(
            (batches.len(), refused.len()),
            (usize::from(valid), usize::from(!valid)),
            "{record}"
        );
    }

    #[test]
    fn messages_of_other_queues_are_rejected() {
        let body = r#"[{"account":"desk-1","seq":3}]"#;
        let record = |region: &str, arn: &str, body: &str| json!({ "messageId": "m", "body": body, "awsRegion": region, "eventSourceARN": arn });
        check(record("us-east-1", ARN, body), true);
        check(record("us-east-2", ARN, body), false);
        check(record("us-east-1", &ARN.replace("1234", "9999"), body), false);
        check(record("us-east-1", &ARN.replace("east-1", "east-2"), body), false);
        check(record("us-east-1", "arn", body), false);
        check(record("us-east-1", ARN, "{"), false);
        check(json!({ "messageId": "m" }), false);
    }
}
