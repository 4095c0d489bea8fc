//! Requests and answers, already parsed.

use crate::net::RegionIx;
use std::collections::BTreeMap;
use std::fmt;

/// The attributes of a new queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    pub visibility_timeout_s: u32,
    /// The dead-letter queue, and the number of receives before a message moves there.
    pub redrive: Option<(String, u32)>,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes { visibility_timeout_s: 30, redrive: None }
    }
}

/// An attribute of a message: the sender's name of its type, and the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageAttribute {
    pub data_type: String,
    pub value: AttributeValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    Text(String),
    Binary(Vec<u8>),
}

impl AttributeValue {
    pub fn bytes(&self) -> &[u8] {
        match self {
            AttributeValue::Text(text) => text.as_bytes(),
            AttributeValue::Binary(bytes) => bytes,
        }
    }
}

pub type MessageAttributes = BTreeMap<String, MessageAttribute>;

/// A message on its way into a queue.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    pub body: String,
    pub attributes: MessageAttributes,
    pub delay_s: u32,
}

impl Outgoing {
    pub fn new(body: impl Into<String>) -> Outgoing {
        Outgoing { body: body.into(), ..Outgoing::default() }
    }

    /// Returns the size that counts against the limit: the body and all attributes.
    pub fn size(&self) -> usize {
        let attribute = |(name, attribute): (&String, &MessageAttribute)| {
            name.len() + attribute.data_type.len() + attribute.value.bytes().len()
        };
        self.body.len() + self.attributes.iter().map(attribute).sum::<usize>()
    }
}

#[derive(Debug, Clone)]
pub enum SqsRequest {
    Create { queue: String, attributes: Attributes },
    Delete { queue: String },
    Url { queue: String },
    List { prefix: String },
    Attributes { queue: String },
    Send { queue: String, messages: Vec<Outgoing> },
    Receive { queue: String, max: usize, visibility_timeout_s: Option<u32>, wait_us: u64 },
    DeleteMessages { queue: String, receipts: Vec<String> },
    ChangeVisibility { queue: String, receipt: String, timeout_s: u32 },
    Purge { queue: String },
}

/// The id of a sent message. Its text looks like the service's own ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageId {
    pub(super) number: u64,
    pub(super) region: RegionIx,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}-0000-4000-8000-{:012x}", self.number, self.region.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub id: MessageId,
    pub body: String,
    pub attributes: MessageAttributes,
    pub receipt: String,
    pub receive_count: u32,
    pub sent_at_us: u64,
    pub first_received_at_us: u64,
}

#[derive(Debug, Clone)]
pub enum SqsResponse {
    Empty,
    Queue(String),
    Queues(Vec<String>),
    Attributes {
        attributes: Attributes,
        visible: usize,
        in_flight: usize,
        delayed: usize,
    },
    /// The ids of the messages, in order.
    Sent(Vec<MessageId>),
    Received(Vec<Received>),
    /// The result for each receipt: whether it was known.
    Deleted(Vec<bool>),
}
