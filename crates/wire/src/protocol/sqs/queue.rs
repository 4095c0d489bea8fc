//! The attributes of queues, as CreateQueue accepts them and GetQueueAttributes returns them.

use super::{Read, Selection, invalid};
use leeward_cloud::ServiceError;
use leeward_cloud::sqs::{Attributes, MAX_MESSAGE_BYTES};
use serde_json::{Map, Value as Json, json};

/// Parses a number, which the JSON may hold as text.
fn number(value: &Json) -> Option<u32> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.and_then(|n| u32::try_from(n).ok())
}

fn invalid_value(name: &str) -> ServiceError {
    let text = format!("Invalid value for the parameter {name}.");
    ServiceError::new("InvalidAttributeValue", text)
}

fn redrive(given: &Json, region: &str) -> Read<(String, u32)> {
    let wrong = || invalid_value("RedrivePolicy");
    let policy: Json =
        given.as_str().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(wrong)?;
    let arn = policy["deadLetterTargetArn"].as_str().ok_or_else(wrong)?;
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let count = number(&policy["maxReceiveCount"]).filter(|n| (1..=1_000).contains(n));
    match (&parts[..], count) {
        (["arn", _, "sqs", at, _, name], Some(count)) if *at == region => {
            Ok(((*name).to_owned(), count))
        }
        _ => Err(wrong()),
    }
}

/// Parses the attributes of a new queue. An attribute that the model lacks is an error and is never ignored.
pub(super) fn attributes(input: &Json, region: &str) -> Read<Attributes> {
    let mut out = Attributes::default();
    for (name, given) in input["Attributes"].as_object().into_iter().flatten() {
        match name.as_str() {
            "VisibilityTimeout" => {
                let seconds = number(given).filter(|n| *n <= 43_200);
                out.visibility_timeout_s = seconds.ok_or_else(|| invalid_value(name))?;
            }
            "RedrivePolicy" => out.redrive = Some(redrive(given, region)?),
            other => {
                let text = format!("the local cloud does not model the queue attribute {other}");
                return Err(ServiceError::new("InvalidAttributeName", text));
            }
        }
    }
    Ok(out)
}

pub(super) fn check_name(name: &str) -> Read<()> {
    if super::super::is_name(name) {
        return Ok(());
    }
    Err(invalid(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ))
}

/// The numbers of messages in a queue that can be received, that are in flight, and that are delayed.
pub(super) struct Counts {
    pub(super) visible: usize,
    pub(super) in_flight: usize,
    pub(super) delayed: usize,
}

pub(super) fn shown(
    attributes: &Attributes,
    counts: &Counts,
    (region, name): (&str, &str),
    wanted: &Selection,
) -> Json {
    let arn = |name: &str| format!("arn:aws:sqs:{region}:000000000000:{name}");
    let redrive = attributes.redrive.as_ref().map(|(target, count)| {
        json!({"deadLetterTargetArn": arn(target), "maxReceiveCount": count}).to_string()
    });
    let all = [
        ("QueueArn", Some(arn(name))),
        ("VisibilityTimeout", Some(attributes.visibility_timeout_s.to_string())),
        ("DelaySeconds", Some("0".to_owned())),
        ("ReceiveMessageWaitTimeSeconds", Some("0".to_owned())),
        ("MaximumMessageSize", Some(MAX_MESSAGE_BYTES.to_string())),
        ("ApproximateNumberOfMessages", Some(counts.visible.to_string())),
        ("ApproximateNumberOfMessagesNotVisible", Some(counts.in_flight.to_string())),
        ("ApproximateNumberOfMessagesDelayed", Some(counts.delayed.to_string())),
        ("RedrivePolicy", redrive),
    ];
    let shown: Map<String, Json> = all
        .into_iter()
        .filter(|(name, _)| wanted.has(name))
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
        .collect();
    if shown.is_empty() { json!({}) } else { json!({"Attributes": shown}) }
}
