//! SQS in the AwsJson1.0 protocol that current SDKs speak.

mod batch;
mod message;
mod queue;

use super::{Http, json};
use batch::BatchEntry;
use http::HeaderValue;
use http::request::Parts;
use leeward_cloud::sqs::{SqsRequest, SqsResponse, invalid_receipt};
use leeward_cloud::{Response, ServiceError};
use serde_json::{Value as Json, json};
use std::ops::RangeInclusive;

/// The context in which a request is parsed.
pub(crate) struct Scene<'a> {
    pub(crate) region: &'a str,
    pub(crate) began_wall_ms: u64,
}

/// The parts of the request that its response needs.
pub(crate) struct ResponseFormat {
    operation: String,
    host: String,
    region: String,
    queue: String,
    /// The entries of a batch, in order.
    entries: Vec<BatchEntry>,
    /// The requested attributes among those that the service sets.
    system: Selection,
    /// The requested attributes among those that the sender set.
    own: Selection,
    began_wall_ms: u64,
}

type Read<T> = Result<T, ServiceError>;

fn invalid(text: &str) -> ServiceError {
    ServiceError::new("InvalidParameterValue", text)
}

/// Parses an optional whole number within a range.
fn ranged(
    input: &Json,
    name: &'static str,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, ServiceError> {
    let given = &input[name];
    if given.is_null() {
        return Ok(None);
    }
    let number = given.as_i64().or_else(|| given.as_str()?.parse().ok());
    match number.and_then(|n| u32::try_from(n).ok()).filter(|n| range.contains(n)) {
        Some(number) => Ok(Some(number)),
        None => Err(invalid(&format!(
            "Value {given} for parameter {name} is invalid. Reason: Must be between {} and {}, if \
             provided.",
            range.start(),
            range.end()
        ))),
    }
}

/// The names of the attributes that a request selects.
#[derive(Default)]
struct Selection(Vec<String>);

impl Selection {
    fn of(input: &Json, parameters: &[&str]) -> Selection {
        let lists = parameters.iter().filter_map(|name| input[*name].as_array()).flatten();
        Selection(lists.filter_map(|name| Some(name.as_str()?.to_owned())).collect())
    }

    /// Returns whether the selection includes the name. It does if it contains `All`, the name itself, or a prefix of
    /// the name followed by `.*`.
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(start) => name.starts_with(start),
            None => wanted == name || wanted == "All",
        })
    }
}

pub(crate) fn read(
    scene: &Scene<'_>,
    operation: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<(SqsRequest, ResponseFormat), Box<Http>> {
    let refuse = |error: &ServiceError| Box::new(write_error(error));
    let input: Json = match serde_json::from_slice(body) {
        Ok(json) => json,
        Err(e) => return Err(refuse(&ServiceError::new("SerializationException", e.to_string()))),
    };
    let host = parts.headers.get("host").and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let text = |name: &str| input[name].as_str().unwrap_or("").to_owned();
    let mut format = ResponseFormat {
        operation: operation.to_owned(),
        host: host.to_owned(),
        region: scene.region.to_owned(),
        queue: text("QueueUrl").rsplit('/').next().unwrap_or("").to_owned(),
        entries: Vec::new(),
        system: Selection::of(&input, &["AttributeNames", "MessageSystemAttributeNames"]),
        own: Selection::of(&input, &["MessageAttributeNames"]),
        began_wall_ms: scene.began_wall_ms,
    };
    match request(operation, &input, &mut format) {
        Ok(request) => Ok((request, format)),
        Err(error) => Err(refuse(&error)),
    }
}

fn request(operation: &str, input: &Json, format: &mut ResponseFormat) -> Read<SqsRequest> {
    let queue = format.queue.clone();
    let text = |name: &str| input[name].as_str().unwrap_or("").to_owned();
    Ok(match operation {
        "CreateQueue" => {
            let queue = text("QueueName");
            queue::check_name(&queue)?;
            SqsRequest::Create { queue, attributes: queue::attributes(input, &format.region)? }
        }
        "DeleteQueue" => SqsRequest::Delete { queue },
        "GetQueueUrl" => SqsRequest::Url { queue: text("QueueName") },
        "ListQueues" => SqsRequest::List { prefix: text("QueueNamePrefix") },
        "GetQueueAttributes" => SqsRequest::Attributes { queue },
        "PurgeQueue" => SqsRequest::Purge { queue },
        "SendMessage" => {
            let message = message::outgoing(input)?;
            format.entries.push(BatchEntry::of(String::new(), &message));
            SqsRequest::Send { queue, messages: vec![message] }
        }
        "SendMessageBatch" => {
            SqsRequest::Send { queue, messages: batch::messages(input, &mut format.entries)? }
        }
        "ReceiveMessage" => SqsRequest::Receive {
            queue,
            max: ranged(input, "MaxNumberOfMessages", 1..=10)?.unwrap_or(1) as usize,
            visibility_timeout_s: ranged(input, "VisibilityTimeout", 0..=43_200)?,
            wait_us: u64::from(ranged(input, "WaitTimeSeconds", 0..=20)?.unwrap_or(0)) * 1_000_000,
        },
        "DeleteMessage" => {
            SqsRequest::DeleteMessages { queue, receipts: vec![text("ReceiptHandle")] }
        }
        "DeleteMessageBatch" => SqsRequest::DeleteMessages {
            queue,
            receipts: batch::receipts(input, &mut format.entries)?,
        },
        "ChangeMessageVisibility" => {
            let timeout_s = ranged(input, "VisibilityTimeout", 0..=43_200)?.ok_or_else(|| {
                let text = "The request must contain the parameter VisibilityTimeout.";
                ServiceError::new("MissingParameter", text)
            })?;
            SqsRequest::ChangeVisibility { queue, receipt: text("ReceiptHandle"), timeout_s }
        }
        other => {
            let text = format!("the local cloud does not serve SQS {other}");
            return Err(ServiceError::new("InvalidAction", text));
        }
    })
}

pub(crate) fn write(format: &ResponseFormat, result: Result<Response, ServiceError>) -> Http {
    let response = match result {
        Ok(Response::Sqs(response)) => response,
        Ok(_) => unreachable!("an SQS request has an SQS answer"),
        Err(error) => return write_error(&error),
    };
    let url = |queue: &str| format!("http://{}/000000000000/{queue}", format.host);
    let body = match response {
        SqsResponse::Empty => json!({}),
        SqsResponse::Queue(queue) => json!({"QueueUrl": url(&queue)}),
        SqsResponse::Queues(queues) => {
            json!({"QueueUrls": queues.iter().map(|q| url(q)).collect::<Vec<_>>()})
        }
        SqsResponse::Attributes { attributes, visible, in_flight, delayed } => {
            let counts = queue::Counts { visible, in_flight, delayed };
            queue::shown(&attributes, &counts, (&format.region, &format.queue), &format.system)
        }
        SqsResponse::Sent(ids) if format.operation == "SendMessage" => {
            format.entries[0].sent(ids[0])
        }
        SqsResponse::Sent(ids) => batch::sent(&format.entries, &ids),
        SqsResponse::Received(messages) if messages.is_empty() => json!({}),
        SqsResponse::Received(messages) => {
            let shown = |m| message::received(m, &format.system, &format.own, format.began_wall_ms);
            json!({"Messages": messages.iter().map(shown).collect::<Vec<_>>()})
        }
        SqsResponse::Deleted(known) if format.operation == "DeleteMessageBatch" => {
            batch::deleted(&format.entries, &known)
        }
        SqsResponse::Deleted(known) if known.contains(&false) => {
            return write_error(&invalid_receipt());
        }
        SqsResponse::Deleted(_) => json!({}),
    };
    json(200, body.to_string())
}

/// Writes an error. A header carries the error code of the older Query protocol, on which some clients rely.
fn write_error(error: &ServiceError) -> Http {
    let modern = match error.code.rsplit('.').next().unwrap_or(error.code) {
        "NonExistentQueue" => "QueueDoesNotExist",
        "QueueAlreadyExists" => "QueueNameExists",
        other => other,
    };
    let body = json!({"__type": format!("com.amazonaws.sqs#{modern}"), "message": error.message});
    let mut response = json(error.status, body.to_string());
    let fault = if error.status >= 500 { "Receiver" } else { "Sender" };
    if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", error.code)) {
        response.headers_mut().insert("x-amzn-query-error", value);
    }
    response
}
