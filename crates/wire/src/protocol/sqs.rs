//! SQS in the AwsJson1.0 protocol that current SDKs speak.

use super::{Http, json, plain};
use http::request::Parts;
use hyper::header::HeaderValue;
use leeward_cloud::sqs::{Attributes, MAX_BATCH, SqsRequest, SqsResponse};
use leeward_cloud::{Response, ServiceError};
use md5::{Digest, Md5};
use serde_json::{Value as Json, json};

/// What the answer needs from the request.
pub(crate) struct Shape {
    operation: String,
    host: String,
    region: String,
    /// Entry ids of a batch, and the MD5 of each body.
    entries: Vec<(String, String)>,
}

fn md5_hex(body: &str) -> String {
    Md5::digest(body).iter().map(|b| format!("{b:02x}")).collect()
}

fn queue_of(url: &Json) -> String {
    url.as_str().unwrap_or("").rsplit('/').next().unwrap_or("").to_owned()
}

fn number(value: &Json) -> Option<u32> {
    value.as_u64().map(|n| n as u32).or_else(|| value.as_str()?.parse().ok())
}

fn attributes(input: &Json) -> Attributes {
    let given = &input["Attributes"];
    let mut out = Attributes::default();
    if let Some(seconds) = number(&given["VisibilityTimeout"]) {
        out.visibility_timeout_s = seconds;
    }
    if let Some(policy) = given["RedrivePolicy"].as_str()
        && let Ok(policy) = serde_json::from_str::<Json>(policy)
    {
        let target = policy["deadLetterTargetArn"].as_str().unwrap_or("");
        let target = target.rsplit(':').next().unwrap_or("").to_owned();
        out.redrive = Some((target, number(&policy["maxReceiveCount"]).unwrap_or(3)));
    }
    out
}

fn refuse(code: &'static str, text: &str) -> Box<Http> {
    let shape = Shape {
        operation: String::new(),
        host: String::new(),
        region: String::new(),
        entries: Vec::new(),
    };
    Box::new(write(&shape, Err(ServiceError::new(code, text))))
}

pub(crate) fn read(
    region: &str,
    operation: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<(SqsRequest, Shape), Box<Http>> {
    let input: Json = match serde_json::from_slice(body) {
        Ok(json) => json,
        Err(error) => return Err(refuse("SerializationException", &error.to_string())),
    };
    let host = parts.headers.get("host").and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let mut shape = Shape {
        operation: operation.to_owned(),
        host: host.to_owned(),
        region: region.to_owned(),
        entries: Vec::new(),
    };
    let queue = queue_of(&input["QueueUrl"]);
    let request = match operation {
        "CreateQueue" => SqsRequest::Create {
            queue: input["QueueName"].as_str().unwrap_or("").to_owned(),
            attributes: attributes(&input),
        },
        "DeleteQueue" => SqsRequest::Delete { queue },
        "GetQueueUrl" => {
            SqsRequest::Url { queue: input["QueueName"].as_str().unwrap_or("").to_owned() }
        }
        "ListQueues" => SqsRequest::List,
        "GetQueueAttributes" => SqsRequest::Attributes { queue },
        "PurgeQueue" => SqsRequest::Purge { queue },
        "SendMessage" | "SendMessageBatch" => send(operation, &input, queue, &mut shape)?,
        "ReceiveMessage" => SqsRequest::Receive {
            queue,
            max: number(&input["MaxNumberOfMessages"]).unwrap_or(1) as usize,
            visibility_timeout_s: number(&input["VisibilityTimeout"]),
            wait_us: u64::from(number(&input["WaitTimeSeconds"]).unwrap_or(0)) * 1_000_000,
        },
        "DeleteMessage" => {
            let receipts = vec![input["ReceiptHandle"].as_str().unwrap_or("").to_owned()];
            SqsRequest::DeleteMessages { queue, receipts }
        }
        "DeleteMessageBatch" => {
            let entries = input["Entries"].as_array().cloned().unwrap_or_default();
            let text = |entry: &Json, name: &str| entry[name].as_str().unwrap_or("").to_owned();
            shape.entries = entries.iter().map(|e| (text(e, "Id"), String::new())).collect();
            let receipts = entries.iter().map(|e| text(e, "ReceiptHandle")).collect();
            SqsRequest::DeleteMessages { queue, receipts }
        }
        "ChangeMessageVisibility" => SqsRequest::ChangeVisibility {
            queue,
            receipt: input["ReceiptHandle"].as_str().unwrap_or("").to_owned(),
            timeout_s: number(&input["VisibilityTimeout"]).unwrap_or(0),
        },
        other => {
            let text = format!("the local cloud does not serve SQS {other}");
            return Err(Box::new(plain(400, &text)));
        }
    };
    Ok((request, shape))
}

fn send(
    operation: &str,
    input: &Json,
    queue: String,
    shape: &mut Shape,
) -> Result<SqsRequest, Box<Http>> {
    let one = [input.clone()];
    let entries = match operation {
        "SendMessage" => &one[..],
        _ => input["Entries"].as_array().map_or(&[][..], Vec::as_slice),
    };
    if entries.is_empty() {
        let text = "There should be at least one SendMessageBatchRequestEntry in the request.";
        return Err(refuse("AWS.SimpleQueueService.EmptyBatchRequest", text));
    }
    if entries.len() > MAX_BATCH {
        let code = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest";
        return Err(refuse(code, "Maximum number of entries per request are 10."));
    }
    let mut bodies = Vec::with_capacity(entries.len());
    for entry in entries {
        let body = entry["MessageBody"].as_str().unwrap_or("").to_owned();
        let id = entry["Id"].as_str().unwrap_or("").to_owned();
        shape.entries.push((id, md5_hex(&body)));
        bodies.push((body, number(&entry["DelaySeconds"]).unwrap_or(0)));
    }
    Ok(SqsRequest::Send { queue, bodies })
}

pub(crate) fn write(shape: &Shape, result: Result<Response, ServiceError>) -> Http {
    let response = match result {
        Ok(Response::Sqs(response)) => response,
        Ok(_) => unreachable!("an SQS request has an SQS answer"),
        Err(error) => return write_error(&error),
    };
    let url = |queue: &str| format!("http://{}/000000000000/{queue}", shape.host);
    let body = match response {
        SqsResponse::Empty => json!({}),
        SqsResponse::Queue(queue) => json!({"QueueUrl": url(&queue)}),
        SqsResponse::Queues(queues) => {
            json!({"QueueUrls": queues.iter().map(|q| url(q)).collect::<Vec<_>>()})
        }
        SqsResponse::Attributes { attributes, visible, in_flight } => {
            let mut out = json!({
                "VisibilityTimeout": attributes.visibility_timeout_s.to_string(),
                "ApproximateNumberOfMessages": visible.to_string(),
                "ApproximateNumberOfMessagesNotVisible": in_flight.to_string(),
            });
            if let Some((target, count)) = &attributes.redrive {
                let arn = format!("arn:aws:sqs:{}:000000000000:{target}", shape.region);
                let policy = json!({"deadLetterTargetArn": arn, "maxReceiveCount": count});
                out["RedrivePolicy"] = policy.to_string().into();
            }
            json!({"Attributes": out})
        }
        SqsResponse::Sent(ids) if shape.operation == "SendMessage" => {
            json!({"MessageId": ids[0], "MD5OfMessageBody": shape.entries[0].1})
        }
        SqsResponse::Sent(ids) => {
            let sent: Vec<Json> = ids
                .iter()
                .zip(&shape.entries)
                .map(|(id, (entry, md5))| {
                    json!({"Id": entry, "MessageId": id, "MD5OfMessageBody": md5})
                })
                .collect();
            json!({"Successful": sent, "Failed": []})
        }
        SqsResponse::Received(messages) if messages.is_empty() => json!({}),
        SqsResponse::Received(messages) => {
            let list: Vec<Json> = messages
                .iter()
                .map(|m| {
                    json!({
                        "MessageId": m.id,
                        "ReceiptHandle": m.receipt,
                        "Body": m.body,
                        "MD5OfBody": md5_hex(&m.body),
                        "Attributes": {"ApproximateReceiveCount": m.receive_count.to_string()},
                    })
                })
                .collect();
            json!({"Messages": list})
        }
        SqsResponse::Deleted(known) if shape.operation == "DeleteMessageBatch" => {
            let mut out = (Vec::new(), Vec::new());
            for ((id, _), known) in shape.entries.iter().zip(known) {
                if known {
                    out.0.push(json!({"Id": id}));
                } else {
                    let code = "ReceiptHandleIsInvalid";
                    out.1.push(json!({"Id": id, "SenderFault": true, "Code": code}));
                }
            }
            json!({"Successful": out.0, "Failed": out.1})
        }
        SqsResponse::Deleted(_) => json!({}),
    };
    json(200, body.to_string())
}

/// Clients that remember the Query protocol's codes read them from a header.
fn write_error(error: &ServiceError) -> Http {
    let modern = match error.code {
        "AWS.SimpleQueueService.NonExistentQueue" => "QueueDoesNotExist",
        "AWS.SimpleQueueService.EmptyBatchRequest" => "EmptyBatchRequest",
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest" => "TooManyEntriesInBatchRequest",
        "AWS.SimpleQueueService.BatchRequestTooLong" => "BatchRequestTooLong",
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
