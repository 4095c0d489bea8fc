//! Batches, whose entries have ids. Some entries of a batch may fail while others succeed.

use super::Read;
use super::message::{md5_of_attributes, md5_of_body, outgoing};
use leeward_cloud::ServiceError;
use leeward_cloud::sqs::{MAX_BATCH, MAX_MESSAGE_BYTES, MessageId, Outgoing};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The parts of a request entry that its response needs.
pub(super) struct BatchEntry {
    id: String,
    md5: String,
    attributes_md5: Option<String>,
    refused: Option<ServiceError>,
}

impl BatchEntry {
    pub(super) fn of(id: String, message: &Outgoing) -> BatchEntry {
        BatchEntry {
            id,
            md5: md5_of_body(&message.body),
            attributes_md5: md5_of_attributes(&message.attributes),
            refused: None,
        }
    }

    fn bare(id: String, refused: Option<ServiceError>) -> BatchEntry {
        BatchEntry { id, md5: String::new(), attributes_md5: None, refused }
    }

    pub(super) fn sent(&self, id: MessageId) -> Json {
        let mut out = json!({"MessageId": id.to_string(), "MD5OfMessageBody": self.md5});
        if let Some(md5) = &self.attributes_md5 {
            out["MD5OfMessageAttributes"] = md5.as_str().into();
        }
        if !self.id.is_empty() {
            out["Id"] = self.id.as_str().into();
        }
        out
    }

    fn failed(&self, error: &ServiceError) -> Json {
        json!({
            "Id": self.id, "SenderFault": true, "Code": error.code, "Message": error.message,
        })
    }
}

/// Returns the entries with their ids, after checking that the ids are valid and distinct.
fn entries(input: &Json) -> Read<Vec<(String, &Json)>> {
    let refuse = |code, text: &str| Err(ServiceError::new(code, text));
    let given = input["Entries"].as_array().map_or(&[][..], Vec::as_slice);
    if given.is_empty() {
        let text = "There should be at least one entry in the request.";
        return refuse("AWS.SimpleQueueService.EmptyBatchRequest", text);
    }
    if given.len() > MAX_BATCH {
        let text = "Maximum number of entries per request are 10.";
        return refuse("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", text);
    }
    let entries: Vec<(String, &Json)> =
        given.iter().map(|e| (e["Id"].as_str().unwrap_or("").to_owned(), e)).collect();
    if !entries.iter().all(|(id, _)| super::super::is_name(id)) {
        let text = "A batch entry id can only contain alphanumeric characters, hyphens and \
                    underscores. It can be at most 80 letters long.";
        return refuse("AWS.SimpleQueueService.InvalidBatchEntryId", text);
    }
    let distinct: BTreeSet<&str> = entries.iter().map(|(id, _)| id.as_str()).collect();
    if distinct.len() < entries.len() {
        let text = "Two or more batch entries in the request have the same Id.";
        return refuse("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", text);
    }
    Ok(entries)
}

/// Returns the valid messages of a batch. Each invalid message fails on its own.
pub(super) fn messages(input: &Json, batch: &mut Vec<BatchEntry>) -> Read<Vec<Outgoing>> {
    let entries = entries(input)?;
    let size = |entry: &Json| entry["MessageBody"].as_str().map_or(0, str::len);
    let mut bytes: usize = entries.iter().map(|(_, entry)| size(entry)).sum();
    let mut messages = Vec::with_capacity(entries.len());
    for (id, entry) in entries {
        match outgoing(entry) {
            Ok(message) => {
                bytes += message.size() - message.body.len();
                batch.push(BatchEntry::of(id, &message));
                messages.push(message);
            }
            Err(error) => batch.push(BatchEntry::bare(id, Some(error))),
        }
    }
    if bytes > MAX_MESSAGE_BYTES {
        let text = "Batch requests cannot be longer than 1048576 bytes.";
        return Err(ServiceError::new("AWS.SimpleQueueService.BatchRequestTooLong", text));
    }
    Ok(messages)
}

pub(super) fn receipts(input: &Json, batch: &mut Vec<BatchEntry>) -> Read<Vec<String>> {
    let receipt = |(id, entry): (String, &Json)| {
        batch.push(BatchEntry::bare(id, None));
        entry["ReceiptHandle"].as_str().unwrap_or("").to_owned()
    };
    Ok(entries(input)?.into_iter().map(receipt).collect())
}

/// Returns the response to a batch. `ids` are the ids of the sent messages, in order.
pub(super) fn sent(entries: &[BatchEntry], ids: &[MessageId]) -> Json {
    let (mut sent, mut failed) = (Vec::new(), Vec::new());
    let mut ids = ids.iter();
    for entry in entries {
        match (&entry.refused, ids.as_slice()) {
            (Some(error), _) => failed.push(entry.failed(error)),
            (None, [id, ..]) => {
                sent.push(entry.sent(*id));
                ids.next();
            }
            (None, []) => {}
        }
    }
    json!({"Successful": sent, "Failed": failed})
}

pub(super) fn deleted(entries: &[BatchEntry], known: &[bool]) -> Json {
    let (mut deleted, mut failed) = (Vec::new(), Vec::new());
    for (entry, known) in entries.iter().zip(known) {
        match known {
            true => deleted.push(json!({"Id": entry.id})),
            false => failed.push(entry.failed(&leeward_cloud::sqs::invalid_receipt())),
        }
    }
    json!({"Successful": deleted, "Failed": failed})
}
