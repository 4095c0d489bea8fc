//! Messages in JSON: bodies, message attributes, and the digests with which clients verify both.

use super::{Read, Selection, invalid, ranged};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leeward_cloud::ServiceError;
use leeward_cloud::sqs::{
    AttributeValue, MAX_MESSAGE_BYTES, MessageAttribute, MessageAttributes, Outgoing, Received,
};
use md5::{Digest, Md5};
use serde_json::{Map, Value as Json, json};

const MAX_ATTRIBUTES: usize = 10;

pub(super) fn md5_of_body(body: &str) -> String {
    hex::encode(Md5::digest(body))
}

/// Returns the digest of the attributes. The digest covers the names in order, a length before each part, and the
/// transport type before each value (Amazon SQS Developer Guide, "Calculating the MD5 message digest for message
/// attributes").
pub(super) fn md5_of_attributes(attributes: &MessageAttributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    let mut part = |prefix: &[u8], bytes: &[u8]| {
        digest.update(prefix);
        digest.update((bytes.len() as u32).to_be_bytes());
        digest.update(bytes);
    };
    for (name, attribute) in attributes {
        part(&[], name.as_bytes());
        part(&[], attribute.data_type.as_bytes());
        let transport = match attribute.value {
            AttributeValue::Text(_) => 1,
            AttributeValue::Binary(_) => 2,
        };
        part(&[transport], attribute.value.bytes());
    }
    Some(hex::encode(digest.finalize()))
}

fn attribute(name: &str, given: &Json) -> Read<MessageAttribute> {
    let wrong = || invalid(&format!("The message attribute '{name}' has no valid type and value."));
    let data_type = given["DataType"].as_str().ok_or_else(wrong)?.to_owned();
    let value = match data_type.split('.').next() {
        Some("String" | "Number") => {
            let text = given["StringValue"].as_str().ok_or_else(wrong)?;
            AttributeValue::Text(text.to_owned())
        }
        Some("Binary") => {
            let text = given["BinaryValue"].as_str().ok_or_else(wrong)?;
            AttributeValue::Binary(STANDARD.decode(text).map_err(|_| wrong())?)
        }
        _ => return Err(wrong()),
    };
    if value.bytes().is_empty() {
        return Err(wrong());
    }
    Ok(MessageAttribute { data_type, value })
}

/// Returns whether the character is valid in XML, which SQS once used for all bodies.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || c >= ' ' && c != '\u{FFFE}' && c != '\u{FFFF}'
}

/// Parses one message to send, which stands alone or is an entry of a batch.
pub(super) fn outgoing(given: &Json) -> Read<Outgoing> {
    let body = given["MessageBody"].as_str().unwrap_or("");
    if body.is_empty() {
        let text = "The request must contain the parameter MessageBody.";
        return Err(ServiceError::new("MissingParameter", text));
    }
    if !body.chars().all(is_allowed) {
        let text = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 \
                    to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
        return Err(ServiceError::new("InvalidMessageContents", text));
    }
    let mut attributes = MessageAttributes::new();
    for (name, given) in given["MessageAttributes"].as_object().into_iter().flatten() {
        attributes.insert(name.clone(), attribute(name, given)?);
    }
    if attributes.len() > MAX_ATTRIBUTES {
        return Err(invalid("Number of message attributes exceeds the allowed maximum [10]."));
    }
    let delay_s = ranged(given, "DelaySeconds", 0..=900)?.unwrap_or(0);
    let message = Outgoing { body: body.to_owned(), attributes, delay_s };
    if message.size() > MAX_MESSAGE_BYTES {
        let text = "One or more parameters are invalid. Reason: Message must be shorter than \
                    1048576 bytes.";
        return Err(invalid(text));
    }
    Ok(message)
}

fn shown(attribute: &MessageAttribute) -> Json {
    match &attribute.value {
        AttributeValue::Text(text) => {
            json!({"DataType": attribute.data_type, "StringValue": text})
        }
        AttributeValue::Binary(bytes) => {
            json!({"DataType": attribute.data_type, "BinaryValue": STANDARD.encode(bytes)})
        }
    }
}

/// Returns a received message as JSON, with the requested attributes.
pub(super) fn received(
    message: &Received,
    system: &Selection,
    own: &Selection,
    began_wall_ms: u64,
) -> Json {
    let wall_ms = |at_us: u64| (began_wall_ms + at_us / 1_000).to_string();
    let mut out = json!({
        "MessageId": message.id.to_string(),
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": md5_of_body(&message.body),
    });
    let all = [
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        ("ApproximateFirstReceiveTimestamp", wall_ms(message.first_received_at_us)),
        ("SentTimestamp", wall_ms(message.sent_at_us)),
        ("SenderId", "000000000000".to_owned()),
    ];
    let wanted: Map<String, Json> = all
        .into_iter()
        .filter(|(name, _)| system.has(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    if !wanted.is_empty() {
        out["Attributes"] = wanted.into();
    }
    let wanted: MessageAttributes =
        message.attributes.clone().into_iter().filter(|(name, _)| own.has(name)).collect();
    if let Some(digest) = md5_of_attributes(&wanted) {
        out["MD5OfMessageAttributes"] = digest.into();
        let wanted = wanted.iter().map(|(name, attribute)| (name.clone(), shown(attribute)));
        out["MessageAttributes"] = Json::Object(wanted.collect());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_the_digest_that_aws_documents() {
        let given = json!({"MessageBody": "x", "MessageAttributes": {
            "kind": {"DataType": "String", "StringValue": "order"},
            "blob": {"DataType": "Binary", "BinaryValue": "AP8="},
        }});
        let message = outgoing(&given).expect("a message");
        assert_eq!(message.attributes["blob"].value.bytes(), [0, 255]);
        let mut expect = Vec::new();
        for (name, kind, transport, value) in
            [("blob", "Binary", 2, &[0u8, 255][..]), ("kind", "String", 1, b"order")]
        {
            for part in [name.as_bytes(), kind.as_bytes()] {
                expect.extend((part.len() as u32).to_be_bytes());
                expect.extend(part);
            }
            expect.push(transport);
            expect.extend((value.len() as u32).to_be_bytes());
            expect.extend(value);
        }
        let expect = hex::encode(Md5::digest(&expect));
        assert_eq!(md5_of_attributes(&message.attributes), Some(expect));
    }

    #[test]
    fn invalid_messages_are_rejected() {
        let check = |given: Json, code: &str| {
            assert_eq!(outgoing(&given).map(|m| m.body).map_err(|e| e.code), Err(code), "{given}");
        };
        check(json!({}), "MissingParameter");
        check(json!({"MessageBody": "a\u{0}"}), "InvalidMessageContents");
        check(json!({"MessageBody": "a", "DelaySeconds": 901}), "InvalidParameterValue");
        check(json!({"MessageBody": "a", "DelaySeconds": -1}), "InvalidParameterValue");
        let typeless =
            json!({"MessageBody": "a", "MessageAttributes": {"k": {"StringValue": "v"}}});
        check(typeless, "InvalidParameterValue");
    }
}
