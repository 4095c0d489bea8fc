//! Requests and answers, already parsed.

use crate::net::RegionIx;
use std::collections::BTreeMap;
use std::fmt;

/// What a queue is told when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    pub visibility_timeout_s: u32,
    /// Queue name and how many receives a message is given.
    pub redrive: Option<(String, u32)>,
}

impl Default for Attributes {
    fn default() -> Attributes {
        Attributes { visibility_timeout_s: 30, redrive: None }
    }
}

/// A message's own attribute: its type as the sender calls it, and the value.
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

    /// What counts against the limit of a message: the body and everything about its attributes.
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

/// What a message is called from its sending on; as text it looks like the service's own.
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
    /// One id each, in order.
    Sent(Vec<MessageId>),
    Received(Vec<Received>),
    /// Whether each receipt was known.
    Deleted(Vec<bool>),
}
